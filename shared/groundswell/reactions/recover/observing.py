"""What observing says of each resource, and what follows from it: the only place where success is declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from groundswell.domain.evidence import keepable
from groundswell.domain.failure import Failure
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending, IntentRecord, IntentState, Progress
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell.ports.clients import ReadError
from groundswell.reactions.recover.looking import LookAtMany
from groundswell.reactions.recover.session import Session
from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun, Observation, Step, Waiting


def observe_phase(session: Session, phase: Phase, step: Step, read: ReadError) -> list[ResourceId]:
    """Look at the resources in the phase, note what was seen, and return those for which a call is due."""
    names = session.in_phase(phase)
    if not names:
        return []
    seen = LookAtMany(session, phase, step, read).observe(names)
    due = [name for name in names if _note(session, name, step, _seen_of(seen, name))]
    if session.execution.status is ExecutionStatus.CANCELLING:
        _end_as_cancelled(session, phase, due)
    return due if session.may_act else []


def _end_as_cancelled(session: Session, phase: Phase, due: Iterable[ResourceId]) -> None:
    """What was begun and would need another call ends here; what was not begun is skipped by the execution."""
    for name in due:
        if session.resources[name].state is ResourceState.IN_PROGRESS:
            again = " again" if session.intents_of(name, phase) else ""
            cause = f"the execution was cancelled before {phase} was asked for{again}{_refusal(session, name, phase)}"
            advice = "What was done before that call stays as it is: see its evidence; finish it or undo it by hand."
            session.end(name, Ending.FAILED, failure=Failure(cause=cause, advice=advice))


def pass_over(session: Session, phase: Phase) -> None:
    """Let the resources go on that are in a phase in which their technology has nothing to do."""
    for name in session.in_phase(phase):
        _advance(session, name, session.progress[name], Done())


def _seen_of(seen: Mapping[ResourceId, Observation], name: ResourceId) -> Observation:
    return seen.get(name, Waiting("the service did not answer for it"))


def _note(session: Session, name: ResourceId, step: Step, seen: Observation) -> bool:
    """Note one observation; whether a call is due."""
    progress = session.progress[name]
    match seen:
        case Done():
            _advance(session, name, progress, seen)
        case Failed():
            return _after_failure(session, name, progress, seen)
        case NotBegun():
            return _after_not_begun(session, name, progress, step, seen)
        case InProgress():
            session.under_way.add(name)
            _wait(session, name, progress, seen.note)
        case Waiting():
            _wait(session, name, progress, seen.note)
    return False


def _advance(session: Session, name: ResourceId, progress: Progress, seen: Done) -> None:
    """On to the next phase that the technology knows, or to the end."""
    evidence = {**progress.evidence, **keepable(seen.evidence)}
    later = session.phases[session.phases.index(progress.phase) + 1 :]
    following = next((phase for phase in later if session.step(phase)), None)
    if following is None:
        session.end(name, Ending.RECOVERED, evidence=evidence, note="")
        return
    fresh = {"since": to_text(session.now), "note": "", "batch_limit": None}
    session.change(name, phase=following, evidence=evidence, **fresh)


def _after_failure(session: Session, name: ResourceId, progress: Progress, seen: Failed) -> bool:
    made = session.intents_of(name, progress.phase)
    if made and made[-1].state is IntentState.OPEN and not _is_settled(session, made[-1]):
        # What failed is an earlier call: the latest may still show its effect.
        _wait(session, name, progress, "asked for again; its effect is not to be seen yet")
        return False
    if seen.retry and len(made) < session.technology.tries:
        note = f"failed, to be tried again: {seen.failure.cause}"
        session.change(name, note=note)
        return not _is_out_of_patience(session, name, progress, note)
    tried = f" (tried {len(made)} times)" if len(made) > 1 else ""
    failure = Failure(cause=f"{seen.failure.cause}{tried}", advice=seen.failure.advice)
    session.end(name, Ending.FAILED, failure=failure)
    return False


def _after_not_begun(session: Session, name: ResourceId, progress: Progress, step: Step, seen: NotBegun) -> bool:
    """Nothing to be seen: act, unless a call of ours may still show its effect, or may not be repeated."""
    if step.act is None:
        _wait(session, name, progress, seen.note)
        return False
    made = session.intents_of(name, progress.phase)
    if not made:
        return not _is_out_of_patience(session, name, progress, seen.note)
    last = made[-1]
    if not _is_settled(session, last):
        _wait(session, name, progress, "asked for; its effect is not to be seen yet")
        return False
    if last.state is IntentState.OPEN and not step.searchable:
        session.end(name, Ending.FAILED, failure=_unknown(session, name, last))
        return False
    if len(made) >= session.technology.tries:
        session.end(name, Ending.FAILED, failure=_without_effect(made))
        return False
    return not _is_out_of_patience(session, name, progress, seen.note)


def _is_settled(session: Session, intent: IntentRecord) -> bool:
    """Whether what the call did, if it was made, can be seen by now."""
    return session.now >= from_text(intent.at) + session.technology.settle


def put_off(session: Session, names: Iterable[ResourceId], note: str) -> None:
    """Note why resources could not be looked at; one for which this goes on too long is given up."""
    for name in names:
        _wait(session, name, session.progress[name], note)


def _wait(session: Session, name: ResourceId, progress: Progress, note: str) -> None:
    if not _is_out_of_patience(session, name, progress, note):
        session.change(name, note=note)


def _is_out_of_patience(session: Session, name: ResourceId, progress: Progress, note: str) -> bool:
    """Give a resource up that takes too long; while nothing may be begun, waiting is nobody's fault."""
    if not session.may_act:
        session.change(name, since=to_text(session.now))
        return False
    took = session.now - from_text(progress.since)
    if took <= session.technology.patience:
        return False
    seen = f"last seen: {note}{_refusal(session, name, progress.phase)}"
    session.end(name, Ending.FAILED, failure=_too_slow(progress.phase, seen, took))
    return True


def _refusal(session: Session, name: ResourceId, phase: Phase) -> str:
    """What AWS last said to the calls for a resource, where it did not take the latest."""
    refusals = session.refusals(name, phase)
    return f"; {refusals}" if refusals else ""


def _too_slow(phase: Phase, seen: str, took: timedelta) -> Failure:
    minutes = took.total_seconds() / 60
    return Failure(
        cause=f"{phase} was not over after {minutes:.0f} minutes; {seen}",
        advice="look at it in its account's console; what it still becomes is not followed any more",
    )


def _without_effect(made: Sequence[IntentRecord]) -> Failure:
    error = made[-1].error
    last_words = f"; the last answer: {error}" if error else ""
    return Failure(
        cause=f"the call was made {len(made)} times and nothing came of it{last_words}",
        advice="look for the calls in CloudTrail (the session's name is the execution's id) and recover it by hand",
    )


def _unknown(session: Session, name: ResourceId, lost: IntentRecord) -> Failure:
    last_words = f"; the last answer: {lost.error}" if lost.error else ""
    return Failure(
        cause=f"unknown: the answer to a call was lost and the call leaves nothing to find it by ({lost.key})"
        f"{last_words}",
        advice=f"look at {name} in account {session.order.account}, and in CloudTrail for session "
        f"{session.order.execution_id}, before anything is tried again",
    )
