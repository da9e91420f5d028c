"""ACTIVATE of a run: start it, follow it, and give it up when its time is over.

What counts is our own run: an automation or a command that carries the key of this execution's intent. An earlier one
that passed says nothing of how things are now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from groundswell.domain.ids import ResourceId
from groundswell.technologies.contract import Failed, InProgress, Intent, Look, NotBegun, Observation, Target
from groundswell.technologies.ssm import automations, commands
from groundswell.technologies.ssm.run import Run, run_of

READS = tuple(sorted((*automations.READS, *commands.READS)))
WRITES = ("ssm:SendCommand", "ssm:StartAutomationExecution")


@dataclass(frozen=True)
class _Kind:
    """How runs of a kind are started, found and judged."""

    start: Callable[[Look, Run, str], str]
    find: Callable[[Look, str, Sequence[Intent]], Mapping[str, str]]
    judge: Callable[[Look, str], Observation]


_KINDS = {
    "automation": _Kind(automations.start, automations.find, automations.judge),
    "command": _Kind(commands.start, commands.find, commands.judge),
}


def observe(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """Each run is asked for by its id; those whose answers were lost are looked for first, by their intents."""
    declared = {target.resource_id: run_of(target.parameters) for target in targets}
    found = _found_again(look, [(target, declared[target.resource_id]) for target in targets])
    return {
        target.resource_id: _misdeclared(run)
        if isinstance(run := declared[target.resource_id], tuple)
        else _judge(look, target, run, found)
        for target in targets
    }


def act(look: Look, targets: Sequence[Target], key: str) -> str | None:
    """Starts the one run; nothing where it is no longer declared as it must be, which observing tells."""
    (target,) = targets
    run = run_of(target.parameters)
    return _KINDS[run.kind].start(look, run, key) if isinstance(run, Run) else None


def _misdeclared(faults: tuple[str, ...]) -> Failed:
    return Failed.because(
        f"the run is not declared as it must be: {'; '.join(faults)}",
        advice="Correct its parameters in the inventory or the plan, and ask for the recovery of its wave anew.",
    )


def _found_again(look: Look, runs: Sequence[tuple[Target, Run | tuple[str, ...]]]) -> Mapping[str, str]:
    """The ids of runs whose answers were lost, by the keys of their intents; one search a document."""
    lost = defaultdict[tuple[str, str], list[Intent]](list)
    for target, run in runs:
        if isinstance(run, Run):
            lost[run.kind, run.document] += [intent for intent in target.intents if not intent.handle]
    found = dict[str, str]()
    for (kind, document), intents in lost.items():
        if intents:
            found |= _KINDS[kind].find(look, document, intents)
    return found


def _judge(look: Look, target: Target, run: Run, found: Mapping[str, str]) -> Observation:
    """The latest run that can be named decides."""
    for intent in reversed(target.intents):
        if name := intent.handle or found.get(intent.key):
            return _within_limit(look, run, intent, _KINDS[run.kind].judge(look, name))
    if not target.intents and target.since is not None and look.now - target.since >= run.limit:
        return _never_begun(run)
    return NotBegun(f"{run} is not begun")


def _within_limit(look: Look, run: Run, intent: Intent, seen: Observation) -> Observation:
    if not isinstance(seen, InProgress) or look.now - intent.at < run.limit:
        return seen
    return Failed.because(
        f"{run} was not over within {run.limit_seconds} s; last seen: {seen.note}",
        advice="It goes on by itself: look at it in Systems Manager, wait for its end or stop it; then retry, or skip.",
    )


def _never_begun(run: Run) -> Failed:
    return Failed.because(
        f"{run} could not be begun within {run.limit_seconds} s: Systems Manager refused it each time",
        advice="Are the agents of its instances online (Fleet Manager)? Are too many automations running? CloudTrail "
        "has each refusal, with the execution's id as the session's name. Then retry, or skip.",
    )
