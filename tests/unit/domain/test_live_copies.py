from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from groundswell.domain.instants import to_text
from groundswell.domain.protection import Finding, LiveCopy
from tests.unit.domain.builders import finding
from tests.unit.domain.plans import NOW, names, plan, said

OLD = timedelta(days=90)


def server(name: str = "a", *, age: timedelta | None = OLD, rpo: str = "", **changes: Any) -> Finding:
    at = None if age is None else NOW - age
    copy = LiveCopy(name=f"i-{name}", state="RUNNING", launched_at=at, point_in_time=at)
    return finding(name, live_copy=copy, tags={"dr:rpo-target": rpo}, **changes)


@pytest.mark.parametrize(
    ("age", "rpo", "is_old"),
    [
        (timedelta(minutes=15), "15", False),
        (timedelta(minutes=16), "15", True),
        (timedelta(hours=24), "", False),
        (timedelta(hours=25), "", True),
        (None, "", True),
    ],
)
def test_copy_is_named_and_is_a_fault_only_when_it_is_older_than_its_target_or_a_day(
    age: timedelta | None, rpo: str, is_old: bool
) -> None:
    result = plan(server(age=age, rpo=rpo))

    assert [subject for subject, _ in said(result.warnings)] == ["drs/222222222201/a"]
    assert bool(result.faults) is is_old


def test_copy_is_named_with_its_dates_its_age_and_what_is_allowed() -> None:
    copy = LiveCopy(name="i-1", state="STOPPED", launched_at=NOW - OLD, point_in_time=NOW - timedelta(days=91))

    result = plan(finding("a", live_copy=copy, tags={"dr:rpo-target": "240"}))

    told = (
        "a live copy is there already: i-1 (STOPPED), launched 2029-10-03 00:00 UTC, with the data of 2029-10-02 00:00 "
        "UTC, 91 days old; 4 hours are allowed by dr:rpo-target"
    )
    assert said(result.warnings) == [("drs/222222222201/a", told)]
    assert result.faults == [
        f"drs/222222222201/a: {told}",
        "say of each live copy that is too old whether it counts as recovered, with accept_existing (dr request … "
        "--accept-existing ID, or all), or is replaced, with relaunch (--relaunch ID)",
    ]


@pytest.mark.parametrize(
    "asked", [{"accept_existing": ["a"]}, {"accept_existing": ["drs/222222222201/a"]}, {"accept_existing": ["all"]}]
)
def test_old_copy_counts_when_the_request_accepts_it(asked: dict[str, Any]) -> None:
    result = plan(server(), **asked)

    assert (result.faults, len(result.warnings)) == ([], 1)
    assert result.resources[0].oldest_copy is None


def test_old_copy_is_no_fault_when_it_is_replaced() -> None:
    result = plan(server(), relaunch=["a"])

    assert result.faults == []
    assert result.warnings[0].reason.endswith("90 days old; it is replaced")


def test_accepting_what_is_not_in_the_plan_is_a_fault() -> None:
    assert plan(finding("a"), accept_existing=["z"]).faults == ["accept_existing names z, which is not in the plan"]


def test_copies_that_are_not_asked_for_never_matter() -> None:
    result = plan(finding("a"), server("b", age=OLD).model_copy(update={"tags": {**finding().tags, "Customer": "b"}}))

    assert (names(result), result.warnings, result.faults) == (["a"], [], [])


def test_many_old_copies_are_named_in_part_and_counted() -> None:
    faults = plan(*(server(f"a-{number:02}") for number in range(13))).faults

    assert (len(faults), faults[10]) == (12, "and 3 more live copies are too old; see dr plan")


def test_resource_keeps_how_old_a_copy_may_be_that_the_plan_did_not_see() -> None:
    without, with_target = plan(finding("a"), finding("b", tags={"dr:rpo-target": "15"})).resources

    assert without.oldest_copy == to_text(NOW - timedelta(hours=24))
    assert with_target.oldest_copy == to_text(NOW - timedelta(minutes=15))
