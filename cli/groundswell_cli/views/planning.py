"""Planning that is not over: how often it was tried, what came of it, and when it is tried next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from groundswell.domain.instants import from_text, to_text
from groundswell.domain.records import Execution
from groundswell.ledger.planning_runs import TAKEN_UP_WITHIN
from groundswell.reactions.plan_execution import MAX_PLANNERS
from groundswell_cli.views.words import number, time_of_day


def planning_lines(execution: Execution, now: datetime) -> Iterator[str]:
    """How planning stands; nothing of it beyond its first run's beginning is worth a line while that is at it."""
    if not execution.planner_until:
        return
    is_at_it = now <= from_text(execution.planner_until)
    if execution.planner > 1 or not is_at_it:
        yield f"planning was begun {number(execution.planner, 'time')}; {_next(execution, is_at_it=is_at_it)}"
    if execution.planner_error and execution.planner_error_at:
        yield f"the last error, at {time_of_day(execution.planner_error_at)} UTC: {execution.planner_error}"
    if execution.planner > 1 or execution.planner_error:
        yield f"after {MAX_PLANNERS} runs that fail or die the request is rejected, with the last error as its reason"


def _next(execution: Execution, *, is_at_it: bool) -> str:
    until = from_text(execution.planner_until or execution.created_at)
    by = f"{time_of_day(to_text(until + TAKEN_UP_WITHIN))} UTC"
    return f"this run is at it, and if it dies the next begins by {by}" if is_at_it else f"the next run begins by {by}"
