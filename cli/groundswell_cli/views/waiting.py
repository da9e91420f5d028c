"""What waits for a person, since when, who may decide, and what to type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from groundswell.domain.instants import from_text
from groundswell.domain.records import Wave
from groundswell.domain.standstill import deadline_of
from groundswell_cli.standing import Standing
from groundswell_cli.views.words import ATTENTION, number, seconds_since, time_of_day, whole
from groundswell_cli.waiting import Cause, Wait, waits_of

Command = Callable[[str], str]
"""Makes a command of what follows `dr`, e.g. with the stack's name."""

_LOOKS = {Cause.FAILED: " --state FAILED", Cause.LATE: " --state IN_PROGRESS --state PENDING"}


def attention_view(standing: Standing, now: datetime, command: Command) -> RenderableType | None:
    """What waits for a person and what to type next; None where nothing does.

    Args:
        standing: the execution and its waves.
        now: the instant to measure against.
        command: makes a command of what follows `dr`.
    """
    lines = [line for wait in waits_of(standing) for line in _lines(standing, wait, now, command)]
    return Group(*(Text(line, style=ATTENTION) for line in lines)) if lines else None


def wait_line(standing: Standing, wait: Wait, now: datetime) -> str:
    """What waits and since when, in one line."""
    if wait.wave is None:
        return f"PAUSED{_since(wait, now)}: nothing new is begun until a person lets it go on"
    return f"WAITS FOR A PERSON: wave {wait.wave.wave} {_what(standing, wait, wait.wave, now)}"


def _lines(standing: Standing, wait: Wait, now: datetime, command: Command) -> Iterator[str]:
    yield wait_line(standing, wait, now)
    if wait.escalated_at:
        yield f"  NOBODY HAS DECIDED: people were told again at {time_of_day(wait.escalated_at)} UTC"
    yield from _commands(standing.execution.execution_id, wait, command)
    yield f"  who may: whoever has the policy {_listed(wait.deciders)}"


def _what(standing: Standing, wait: Wait, wave: Wave, now: datetime) -> str:
    if wait.cause is Cause.APPROVAL:
        return f"begins once it is approved, asked{_since(wait, now)}: {number(wave.total, 'resource')}"
    if wait.cause is Cause.FAILED:
        to_come = f", {wave.remaining:,} still to come" if wave.remaining else ""
        return f"is held{_since(wait, now)}: {wave.failed:,} critical failed of {wave.total:,}{to_come}"
    due = deadline_of(standing.execution, wave, from_text(wait.since) if wait.since else now)
    to_come = f"{wave.remaining:,} of {wave.total:,} still to come"
    return f"is held{_since(wait, now)}: it was due at {due:%H:%M:%S} UTC, {to_come}"


def _commands(execution_id: str, wait: Wait, command: Command) -> Iterator[str]:
    if wait.wave is None:
        yield f"  next: {command(f'resume {execution_id}')}"
        return
    about = f"{execution_id} --wave {wait.wave.wave}"
    states = _LOOKS.get(wait.cause, "")
    yield f"  next: {command(f'resources {about}{states}')}"
    if wait.cause is Cause.APPROVAL:
        yield f"  then: {command(f'approve {about}')} or {command(f'reject {about}')}"
    elif wait.cause is Cause.FAILED:
        yield f"  then: {command(f'retry {about}')} or {command(f'skip {about} --reason WHY')}"
    else:
        yield "  The work goes on: if all of it recovers, the wave is completed without a decision"
        yield f"  then: {command(f'status {execution_id} --watch')}"
        yield f"  or:   {command(f'skip {about} --resource ID --reason WHY')}, for what has not begun"


def _since(wait: Wait, now: datetime) -> str:
    if wait.since is None:
        return ""
    return f" since {time_of_day(wait.since)} UTC ({whole(seconds_since(wait.since, now))})"


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
