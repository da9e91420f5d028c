"""How much of the source's writing a recovered copy lacks, as the technologies measure it at the failover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from groundswell.domain.evidence import RECOVERY_POINT
from groundswell.domain.instants import from_text
from groundswell.domain.operations import Operation, Phase
from groundswell.technologies import aurora, drs
from groundswell.technologies.aurora.clusters import lag_query
from groundswell.technologies.contract import Done, Evidence, Step, Target
from rehearsal.estate.services import cloudwatch
from tests.unit.technologies.bench import SOURCE, TARGET, Bench, bench

LAUNCH = drs.TECHNOLOGY.steps[Operation.FAILOVER, Phase.INSTANTIATE]
FAIL_OVER = aurora.TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE]
SWITCH_OVER = aurora.TECHNOLOGY.steps[Operation.SWITCHOVER, Phase.ACTIVATE]
LAGS = "cloudwatch:GetMetricData"


def servers(lag: str = "30s") -> Bench:
    """A bench with one server whose replica lags."""
    return bench(
        {
            "servers": [{"name": "app-01", "wave": 1, "per_customer": 1}],
            "faults": {"throttling": [], "replication": [{"servers": "app-01", "lag": lag}]},
        }
    )


def databases(count: int = 1, *, faults: Mapping[str, object] = MappingProxyType({}), **times: object) -> Bench:
    """A bench with so many databases whose secondaries lag by 400 ms."""
    return bench(
        {
            "aurora": [{"name": "orders-{n}", "wave": 1, "per_customer": count}],
            "times": {"rds": {"replication_lag": "400ms", **times}},
            "faults": {"throttling": [], **faults},
        }
    )


def last_figure(at: Bench, metric: str) -> float:
    """The newest value of a metric of the secondary, in seconds."""
    query = lag_query("lag", f"orders-1-{TARGET}", metric)
    now = at.clock.now()
    answer = at.clients.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query], StartTime=now - timedelta(minutes=5), EndTime=now, ScanBy="TimestampDescending"
    )
    return float(answer["MetricDataResults"][0]["Values"][0]) / 1000


def evidence_of(at: Bench, step: Step, targets: list[Target], operation: Operation = Operation.FAILOVER) -> Evidence:
    """What is known of the first target once it is done."""
    (seen, *_) = at.settle(step, targets, operation=operation)
    assert isinstance(seen, Done)
    return seen.evidence


def asked_earlier(targets: list[Target], by: timedelta) -> list[Target]:
    """The same, their last call made so much earlier."""
    return [
        replace(each, intents=(*each.intents[:-1], replace(each.intents[-1], at=each.intents[-1].at - by)))
        for each in targets
    ]


def test_server_lacks_what_lies_between_its_snapshot_and_the_launch_that_was_asked_for() -> None:
    at = servers()
    at.estate.fail_region(SOURCE)
    at.clock.advance(1200)
    targets = at.act(LAUNCH, at.found(drs.TECHNOLOGY))

    found = evidence_of(at, LAUNCH, targets)

    lacks = targets[0].intents[0].at - from_text(str(found["point_in_time"]))
    assert found[RECOVERY_POINT] == round(lacks.total_seconds())
    assert lacks > timedelta(minutes=20)


def test_server_lacks_nothing_when_its_snapshot_was_taken_after_the_launch_was_asked_for() -> None:
    at = servers()
    targets = at.act(LAUNCH, at.found(drs.TECHNOLOGY))

    found = evidence_of(at, LAUNCH, asked_earlier(targets, timedelta(days=1)))

    assert found[RECOVERY_POINT] == 0


def test_server_that_somebody_launched_lacks_what_it_lacked_at_that_launch() -> None:
    at = servers()
    launched = evidence_of(at, LAUNCH, at.act(LAUNCH, at.found(drs.TECHNOLOGY)))
    at.clock.advance(3600)

    (seen,) = at.observe(LAUNCH, at.found(drs.TECHNOLOGY))

    assert isinstance(seen, Done)
    assert seen.evidence["already_there"] is True
    assert seen.evidence[RECOVERY_POINT] == launched[RECOVERY_POINT]


def test_server_that_somebody_launched_long_ago_lacks_nobody_knows_what() -> None:
    at = servers()
    at.settle(LAUNCH, at.act(LAUNCH, at.found(drs.TECHNOLOGY)))
    at.clock.advance(timedelta(days=3).total_seconds())

    (seen,) = at.observe(LAUNCH, at.found(drs.TECHNOLOGY))

    assert isinstance(seen, Done)
    assert RECOVERY_POINT not in seen.evidence


def test_database_lacks_the_lag_that_its_secondary_had_when_the_failover_was_asked_for() -> None:
    at = databases()

    found = evidence_of(at, FAIL_OVER, at.act(FAIL_OVER, at.found(aurora.TECHNOLOGY)))

    assert found[RECOVERY_POINT] == pytest.approx(0.4)


def test_database_lacks_what_the_recovery_point_metric_says_where_the_lags_differ() -> None:
    at = databases(replication_lag="50ms..1s..20s")
    at.clock.advance(600)
    expected, other = (last_figure(at, metric) for metric in ("AuroraGlobalDBRPOLag", "AuroraGlobalDBReplicationLag"))

    found = evidence_of(at, FAIL_OVER, at.act(FAIL_OVER, at.found(aurora.TECHNOLOGY)))

    assert found[RECOVERY_POINT] == pytest.approx(expected)
    assert expected != other


def test_database_lacks_what_it_lacked_before_its_own_call_when_others_were_called_later() -> None:
    at = databases(2, replication_lag="50ms..1s..20s")
    at.clock.advance(600)
    expected = last_figure(at, "AuroraGlobalDBRPOLag")
    at.clock.advance(600)
    first, second = (at.act(FAIL_OVER, [each]) for each in at.found(aurora.TECHNOLOGY))

    found = evidence_of(at, FAIL_OVER, [*asked_earlier(first, timedelta(seconds=600)), *second])

    assert found[RECOVERY_POINT] == pytest.approx(expected)


def test_database_lacks_the_replication_lag_when_its_engine_has_no_recovery_point_metric(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cloudwatch, "_LAGS", frozenset({"AuroraGlobalDBReplicationLag"}))
    at = databases()

    found = evidence_of(at, FAIL_OVER, at.act(FAIL_OVER, at.found(aurora.TECHNOLOGY)))

    assert found[RECOVERY_POINT] == pytest.approx(0.4)


def test_database_lacks_nobody_knows_what_when_its_primary_was_gone_for_longer_than_figures_count() -> None:
    at = databases()
    at.estate.fail_region(SOURCE)
    at.clock.advance(900)

    found = evidence_of(at, FAIL_OVER, at.act(FAIL_OVER, at.found(aurora.TECHNOLOGY)))

    assert found["writer"]
    assert RECOVERY_POINT not in found


def test_database_lacks_the_last_figure_when_its_primary_went_a_moment_ago() -> None:
    at = databases()
    at.estate.fail_region(SOURCE)
    at.clock.advance(120)

    found = evidence_of(at, FAIL_OVER, at.act(FAIL_OVER, at.found(aurora.TECHNOLOGY)))

    assert found[RECOVERY_POINT] == pytest.approx(0.4)


@pytest.mark.parametrize("fault", ["failing_operations", "unreachable"])
def test_failover_succeeds_without_the_figure_when_cloudwatch_does_not_answer(fault: str) -> None:
    code = {"code": "InternalServiceFault"} if fault == "failing_operations" else {}
    at = databases(faults={fault: [{"service": "cloudwatch", **code}]})

    found = evidence_of(at, FAIL_OVER, at.act(FAIL_OVER, at.found(aurora.TECHNOLOGY)))

    assert found["writer"]
    assert RECOVERY_POINT not in found


def test_database_lacks_nothing_after_a_switchover() -> None:
    at = databases()
    targets = at.act(SWITCH_OVER, at.found(aurora.TECHNOLOGY), operation=Operation.SWITCHOVER)

    found = evidence_of(at, SWITCH_OVER, targets, Operation.SWITCHOVER)

    assert found[RECOVERY_POINT] == 0


def test_nothing_is_said_of_a_database_whose_writer_was_here_before() -> None:
    at = databases()
    at.settle(FAIL_OVER, at.act(FAIL_OVER, at.found(aurora.TECHNOLOGY)))

    (seen,) = at.observe(FAIL_OVER, at.found(aurora.TECHNOLOGY))

    assert isinstance(seen, Done)
    assert RECOVERY_POINT not in seen.evidence


def test_lags_are_read_once_for_all_databases_and_only_when_they_are_done() -> None:
    at = databases(40)
    targets = [moved for each in at.found(aurora.TECHNOLOGY) for moved in at.act(FAIL_OVER, [each])]
    at.clients.forget_calls()

    at.observe(FAIL_OVER, targets)
    under_way = at.clients.calls.get(LAGS, 0)
    at.clock.advance(1800)
    at.clients.forget_calls()
    seen = at.observe(FAIL_OVER, targets)

    assert (under_way, at.clients.calls[LAGS]) == (0, 1)
    assert all(isinstance(one, Done) and RECOVERY_POINT in one.evidence for one in seen)
