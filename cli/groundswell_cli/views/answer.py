"""The answer to a request, with what to type next; and what to do where there is none."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from groundswell.domain.events.facts import DRAccepted
from groundswell.domain.ids import execution_id_of
from groundswell.domain.records import Execution
from groundswell.domain.states import ExecutionStatus
from groundswell_cli.answering import Answer
from groundswell_cli.views.plan import accepted_table
from groundswell_cli.views.remarks import labelled
from groundswell_cli.views.words import ATTENTION, BAD, GOOD, number


def answer_view(execution: Execution, accepted: DRAccepted | None) -> RenderableType:
    """What the ledger says of the request."""
    if execution.status is ExecutionStatus.REJECTED:
        reasons = labelled(("  -", reason) for reason in execution.reasons)
        return Group(Text(f"REJECTED: nothing was started (execution {execution.execution_id})", style=BAD), reasons)
    parts: list[RenderableType] = [Text(_headline(execution, accepted), style=GOOD)]
    if accepted:
        parts.append(accepted_table(accepted))
        parts += [Text(_remarks(accepted))] if accepted.left_out_count or accepted.warnings_count else []
    return Group(*parts)


def _headline(execution: Execution, accepted: DRAccepted | None) -> str:
    of = f": {number(accepted.resources, 'resource')} in {number(len(accepted.waves), 'wave')}" if accepted else ""
    if execution.dry_run:
        return f"DRY RUN planned as execution {execution.execution_id}{of}; nothing is held or changed"
    return f"ACCEPTED as execution {execution.execution_id}{of}; it is {execution.status}"


def _remarks(accepted: DRAccepted) -> str:
    """They were shown with the plan: here only how many the ledger has."""
    return f"{accepted.left_out_count:,} left out of the plan, {number(accepted.warnings_count, 'warning')}"


def next_command(execution: Execution) -> str:
    """What to type after the answer, behind `dr`."""
    watching = "" if execution.dry_run else " --watch"
    return f"status {execution.execution_id}{watching}"


def no_answer_view(answer: Answer, request_id: str, seconds: float) -> RenderableType:
    """What is known when the time for an answer is over."""
    execution_id = execution_id_of(request_id)
    if answer.execution is None:
        told = (
            f"NO ANSWER within {seconds:.0f} s, and the ledger has no execution {execution_id} yet: whether it starts "
            "is unknown. If it stays so, look at the queue of plan_execution, its dead letters and its log. "
            f"Asking again with --request-id {request_id} is safe: it cannot start twice."
        )
    else:
        told = f"STILL PLANNING after {seconds:.0f} s: execution {execution_id} is neither accepted nor rejected yet."
    return Text(told, style=ATTENTION)
