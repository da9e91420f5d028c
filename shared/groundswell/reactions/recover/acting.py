"""Calls are written down before they are made; what their loss or refusal means is settled here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

from groundswell.domain.errors import StaleWriteError
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import from_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import Ending, IntentRecord, IntentState
from groundswell.ledger import orders
from groundswell.ports.clients import CallError, ReadError
from groundswell.ports.store import Store
from groundswell.reactions.recover.refusals import after_refusal
from groundswell.reactions.recover.session import Session
from groundswell.technologies.contract import Act, Step, Target

CALL_SECONDS = 12.0
"""What a call may take until its client gives it up; none is begun with less time left."""
MOST_REFUSALS = 5
"""Calls that may be refused for now, one after the other, in a phase and look; the rest is asked at a later look."""


def act_on(
    store: Store, session: Session, phase: Phase, step: Step, due: Sequence[ResourceId], read: ReadError
) -> None:
    """Make the calls that are due, as far as the service has room and the invocation time."""
    if step.act is None or not due:
        return
    room = step.room(session.look) if step.room else len(due)
    session.refused_in_a_row = 0
    for names in _cut(session, step, phase, _least_refused_first(session, phase, due)):
        if session.refused_in_a_row >= MOST_REFUSALS:
            _note_all(session, names, f"not asked at this look: AWS refused {MOST_REFUSALS} calls for others for now")
            continue
        if room <= 0:
            _note_all(session, names, "waiting for room: the service's quota is used up")
            continue
        session.cut_short |= session.seconds_left() < CALL_SECONDS
        if session.cut_short or not session.may_act:
            return
        chosen = names[:room]
        _call(store, session, phase, step.act, chosen, read)
        room -= 0 if session.refused_in_a_row else len(chosen)


def _least_refused_first(session: Session, phase: Phase, due: Sequence[ResourceId]) -> list[ResourceId]:
    """So that each has its turn where not all are asked at a look."""
    times = {name: refusals.times if (refusals := session.refusals(name, phase)) else 0 for name in due}
    return sorted(due, key=times.__getitem__)


def _cut(session: Session, step: Step, phase: Phase, due: Sequence[ResourceId]) -> Iterator[list[ResourceId]]:
    limits = {name: session.progress[name].batch_limit for name in due}
    for targets in in_calls(step, session.targets(due, phase), limits):
        yield [target.resource_id for target in targets]


def in_calls(
    step: Step, due: Sequence[Target], limits: Mapping[ResourceId, int | None] = MappingProxyType({})
) -> Iterator[list[Target]]:
    """The targets in calls: of one group each, and no more than one call takes, or than the limit of its targets."""
    groups: dict[tuple[str, int], list[Target]] = {}
    for target in due:
        limit = limits.get(target.resource_id) or step.batch
        groups.setdefault((step.group(target), min(limit, step.batch)), []).append(target)
    for (_, limit), targets in groups.items():
        for start in range(0, len(targets), limit):
            yield targets[start : start + limit]


def _call(store: Store, session: Session, phase: Phase, act: Act, names: Sequence[ResourceId], read: ReadError) -> None:
    number = 1 + sum(intent.phase is phase for intent in session.intents)
    wanted = orders.intent_for(session.order, phase, number, names, session.now)
    intent = orders.begin_intent(store, session.order, session.claim, wanted, started=session.started)
    if intent is None:
        session.barred = True
        return
    session.intents.append(intent)
    _drop(session, set(names) - set(intent.resource_ids))
    try:
        handle = act(session.look, session.targets(intent.resource_ids, phase), intent.key)
    except Exception as error:
        told = read(error)
        if told is None:
            raise
        _after_error(store, session, intent, told)
    else:
        _settle(store, session, orders.settled(intent, handle=handle))
        _note_all(session, intent.resource_ids, "asked for")
        session.under_way.update(intent.resource_ids)
        session.moved = True
        session.refused_in_a_row = 0


def _after_error(store: Store, session: Session, intent: IntentRecord, error: CallError) -> None:
    """A lost answer leaves the intent open, for observing to settle; a refusal means that nothing was done."""
    if error.is_doubtful and error.code not in session.technology.later:
        _settle(store, session, orders.in_doubt(intent, error=error.words, code=error.code))
        _note_all(session, intent.resource_ids, f"the answer was lost ({error.words}); looking for its effect")
        return
    refused = orders.refused_by_aws(intent, error=error.words, code=error.code)
    _settle(store, session, refused)
    after_refusal(session, refused, error)


def _settle(store: Store, session: Session, intent: IntentRecord) -> None:
    try:
        orders.settle_intent(store, session.order, intent)
    except StaleWriteError:
        # A reply that AWS sent twice, or a worker that outlived its claim: what was settled first stands.
        return
    session.intents[-1] = intent


def settle_doubts(store: Store, session: Session) -> None:
    """Settle the calls whose answers were lost, once all that they were about is over and shows what became of them.

    Their effect was seen, or would be by now: so they are not in the way of a person who wants to try again.
    """
    for place, intent in enumerate(session.intents):
        if intent.state is IntentState.OPEN and _is_clear(session, intent):
            with suppress(StaleWriteError):  # somebody else has settled it
                orders.settle_intent(store, session.order, orders.settled(intent, handle=None))
            session.intents[place] = orders.settled(intent, handle=None)


def _is_clear(session: Session, intent: IntentRecord) -> bool:
    step = session.step(intent.phase)
    if step is None or not step.searchable:
        return False
    endings = [session.progress[name].ending for name in intent.resource_ids]
    if session.now < from_text(intent.at) + session.technology.settle:
        return all(ending is Ending.RECOVERED for ending in endings)
    return all(endings)


def _drop(session: Session, names: set[ResourceId]) -> None:
    for name in names:
        session.end(name, Ending.DROPPED, note="ended by somebody else meanwhile")


def _note_all(session: Session, names: Sequence[ResourceId], note: str) -> None:
    for name in names:
        session.change(name, note=note)
