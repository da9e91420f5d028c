"""What DRS is asked for, and what it makes of a source server."""

from __future__ import annotations

import pytest

from groundswell.technologies.drs import TECHNOLOGY
from groundswell.technologies.drs.finding import find
from groundswell.technologies.drs.replication import seconds_of
from tests.unit.technologies.bench import ACCOUNT, SOURCE, bench

SERVERS = {"servers": [{"name": "app-{n:02}", "wave": 2, "per_customer": 5}]}


def test_find_names_every_server_when_they_come_in_pages_of_two() -> None:
    at = bench({**SERVERS, "page_size": 2})

    found = list(find(at.look()))

    assert sorted(one.name for one in found) == ["app-01", "app-02", "app-03", "app-04", "app-05"]


def test_find_is_empty_when_the_region_was_never_initialised() -> None:
    at = bench(initialised=False)

    assert list(find(at.look())) == []


def test_find_raises_when_drs_refuses_for_any_other_reason() -> None:
    denied = {"service": "drs", "code": "AccessDeniedException", "http_status": 403}
    at = bench({"faults": {"throttling": [], "failing_operations": [denied]}})

    with pytest.raises(Exception, match="AccessDeniedException"):
        list(find(at.look()))


def test_find_says_what_a_server_is_and_how_it_replicates() -> None:
    lagging = {"servers": "app-*", "lag": "90s"}
    at = bench({**SERVERS, "faults": {"replication": [lagging]}})

    found = next(one for one in find(at.look()) if one.name == "app-01")

    assert found.resource_id == f"drs/{ACCOUNT}/app-01"
    assert found.source_region == SOURCE
    assert found.tags["dr:wave"] == "2"
    assert found.wake_key is not None
    assert found.wake_key.endswith(f"source-server/{found.parameters['source_server_id']}")
    assert found.fitness is not None
    assert (found.fitness.fit, found.fitness.state, found.fitness.lag_seconds) == (True, "CONTINUOUS", 90.0)


def test_find_says_unfit_when_replication_is_stalled() -> None:
    at = bench({**SERVERS, "faults": {"replication": [{"servers": "*", "state": "STALLED"}]}})

    fitness = [one.fitness for one in find(at.look())]

    assert all(one is not None and one.fit is False and one.state == "STALLED" for one in fitness)


def test_find_lists_the_same_servers_when_they_were_launched() -> None:
    at = bench(SERVERS)
    before = [one.resource_id for one in find(at.look())]

    at.recover(TECHNOLOGY, at.look().operation, at.found(TECHNOLOGY))

    assert [one.resource_id for one in find(at.look())] == before


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0.0),
        ("PT155.76S", 155.76),
        ("PT1,5S", 1.5),
        ("PT1H2M3.5S", 3723.5),
        ("P1DT1S", 86401.0),
        ("P2W", 1209600.0),
        ("P1D", 86400.0),
        ("", None),
        ("P", None),
        ("PT", None),
        ("P1M", None),
        ("1h", None),
        ("PT5S and more", None),
    ],
)
def test_duration_is_read_in_seconds_when_it_is_one(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds
