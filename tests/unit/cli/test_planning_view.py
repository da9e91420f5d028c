"""`dr status` of an execution that is being planned: how often it was tried, the last error, what comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from groundswell.domain.instants import to_text
from groundswell.domain.records import Execution
from groundswell.domain.states import ExecutionStatus
from groundswell_cli.views.planning import planning_lines
from tests.unit.domain.builders import execution

NOW = datetime(2030, 1, 1, 3, 10, tzinfo=UTC)


def planning(**changes: Any) -> Execution:
    return execution(status=ExecutionStatus.PLANNING, planner=1, **changes)


def test_first_run_that_is_at_it_needs_no_words() -> None:
    assert list(planning_lines(planning(planner_until=to_text(NOW + timedelta(seconds=70))), NOW)) == []


def test_failed_run_is_told_with_its_error_and_when_the_next_begins() -> None:
    at = to_text(NOW - timedelta(seconds=10))

    told = list(planning_lines(planning(planner_until=at, planner_error="KeyError: 'x'", planner_error_at=at), NOW))

    assert told == [
        "planning was begun 1 time; the next run begins by 03:11:50 UTC",
        "the last error, at 03:09:50 UTC: KeyError: 'x'",
        "after 5 runs that fail or die the request is rejected, with the last error as its reason",
    ]


def test_run_that_died_silently_is_told_with_when_the_next_begins() -> None:
    (told,) = planning_lines(planning(planner_until=to_text(NOW - timedelta(seconds=10))), NOW)

    assert told == "planning was begun 1 time; the next run begins by 03:11:50 UTC"


def test_later_run_that_is_at_it_is_told_with_the_error_before_it() -> None:
    later = planning(
        planner_until=to_text(NOW + timedelta(seconds=30)),
        planner_error="KeyError: 'x'",
        planner_error_at=to_text(NOW - timedelta(seconds=60)),
    ).model_copy(update={"planner": 2})

    told = list(planning_lines(later, NOW))

    assert told[0] == "planning was begun 2 times; this run is at it, and if it dies the next begins by 03:12:30 UTC"
    assert told[1] == "the last error, at 03:09:00 UTC: KeyError: 'x'"
