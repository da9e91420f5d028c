"""What it means for resources that AWS refused the call for them: asked again, for fewer, or given up."""

from __future__ import annotations

from groundswell.domain.failure import Failure
from groundswell.domain.records import Ending, IntentRecord
from groundswell.ports.clients import CallError
from groundswell.reactions.recover.session import Refusals, Session


def after_refusal(session: Session, intent: IntentRecord, error: CallError) -> None:
    """A call for several is made again for fewer: one of them may be what is refused, also where it is so for now."""
    is_for_now = error.is_throttling or error.code in session.technology.later
    session.refused_in_a_row += is_for_now
    if len(intent.resource_ids) > 1 and not error.is_throttling:
        _split(session, intent, error)
    elif is_for_now:
        _note_or_give_up(session, intent, error)
    else:
        advice = f"mend what AWS says in account {session.order.account}, then request the recovery again"
        failure = Failure(cause=f"AWS refused the call: {error.words}", advice=advice)
        session.end(intent.resource_ids[0], Ending.FAILED, failure=failure)


def _split(session: Session, intent: IntentRecord, error: CallError) -> None:
    for name in intent.resource_ids:
        note = f"a call for several was refused ({error.words}); it is made again for fewer"
        session.change(name, batch_limit=max(1, len(intent.resource_ids) // 2), note=note)
    session.moved = True


def _note_or_give_up(session: Session, intent: IntentRecord, error: CallError) -> None:
    """That AWS asks for fewer requests passes by itself; any other refusal that never changes needs a person."""
    for name in intent.resource_ids:
        refusals = session.refusals(name, intent.phase)
        if refusals and not error.is_throttling and _never_changes(session, refusals):
            session.end(name, Ending.FAILED, failure=_unchanged(session, refusals))
        else:
            session.change(name, note=f"refused for now: {error.words}")


def _never_changes(session: Session, refusals: Refusals) -> bool:
    technology = session.technology
    return refusals.times >= technology.refusals and session.now - refusals.since >= technology.refused_for


def _unchanged(session: Session, refusals: Refusals) -> Failure:
    minutes = (session.now - refusals.since).total_seconds() / 60
    return Failure(
        cause=f"AWS has refused the call for {minutes:.0f} minutes, {refusals.times} times in a row: {refusals.words}",
        advice=f"{session.technology.later[refusals.code]} (account {session.order.account}); then retry the resource",
    )
