"""`ResourceRecovered`, `ResourceFailed`, `ResourceProgressed`: believe, mark, count down, and always try to close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from groundswell.domain.errors import GroundswellError, PermanentError
from groundswell.domain.events.envelope import TECHNOLOGY_SOURCE, Metadata
from groundswell.domain.events.work import Outcome as Answer
from groundswell.domain.events.work import ResourceFailed, ResourceProgressed, ResourceRecovered
from groundswell.domain.evidence import keepable
from groundswell.domain.failure import Failure
from groundswell.domain.ids import Lane, OrderId, ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.records import Resource, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE, ResourceState
from groundswell.ledger import marking, orders, reading, refusals
from groundswell.ledger.marking import MAX_OUTCOMES, Outcome
from groundswell.ledger.refusals import Refused
from groundswell.ports.store import Store
from groundswell.ports.world import Clock
from groundswell.reactions.close_wave import try_close

MAX_WORDS = 1000
"""Characters that are kept of a cause and of an advice: the fact of a held wave names several."""


@dataclass(frozen=True)
class Heard:
    """An answer as it came over the bus; the envelope's source is what AWS vouches for."""

    message_id: str
    source: str
    metadata: Metadata
    answer: Answer

    @property
    def lane(self) -> Lane:
        """Where it says that its resource is."""
        return Lane(self.metadata.execution_id, self.answer.wave, self.answer.technology)


@dataclass
class Tally:
    """What a batch of answers came to."""

    counted: int = 0
    duplicates: int = 0
    late: int = 0
    refused: int = 0
    failed_messages: dict[str, Exception] = field(default_factory=dict)

    def fail(self, heard: Iterable[Heard], error: Exception) -> None:
        """These answers could not be worked now: their messages come again."""
        self.failed_messages |= {each.message_id: error for each in heard}


@dataclass(frozen=True)
class Recorder:
    """Records outcomes."""

    store: Store
    clock: Clock

    def record(self, heard: Sequence[Heard]) -> Tally:
        """Record a batch; what cannot be recorded now is named in the tally, the rest is recorded."""
        tally = Tally()
        by_lane = defaultdict[Lane, list[Heard]](list)
        for each in heard:
            by_lane[each.lane].append(each)
        for lane, answers in by_lane.items():
            self._record_together(lane, answers, tally)
        return tally

    def refuse(self, refused: Sequence[Refused]) -> int:
        """Keep, as evidence, answers that are not believed, with their executions where there are such; how many."""
        for each in refused:
            if reading.find_execution(self.store, each.execution_id):
                refusals.keep(self.store, each, at=self.clock.now())
        return len(refused)

    def _record_together(self, lane: Lane, answers: Sequence[Heard], tally: Tally) -> None:
        """Record the answers of a lane together; where one cannot be recorded at all, each alone."""
        try:
            self._record_lane(lane, answers, tally)
        except GroundswellError as error:
            if len(answers) == 1 or not isinstance(error, PermanentError):
                return tally.fail(answers, error)
            for each in answers:
                self._record_together(lane, [each], tally)

    def _record_lane(self, lane: Lane, answers: Sequence[Heard], tally: Tally) -> None:
        believed = self._believed(lane, answers, tally)
        if not believed:
            return
        for chunk in _chunks_of_distinct(believed):
            marked = marking.mark(self.store, lane.execution_id, lane.wave, chunk, at=self.clock.now())
            tally.counted += len(marked.counted)
            self._after_duplicates(lane, marked.duplicates, tally)
        try_close(self.store, self.clock, lane.execution_id, lane.wave, cause=believed[-1].event_id)

    def _after_duplicates(self, lane: Lane, duplicates: Sequence[Outcome], tally: Tally) -> None:
        """Tell those that were said before from those that came too late; the latter are kept."""
        if not duplicates:
            return
        latest = reading.resources_named(self.store, lane, [outcome.resource_id for outcome in duplicates])
        marking.count_duplicates(self.store, lane.execution_id, lane.wave, len(duplicates))
        for outcome in duplicates:
            now = latest[outcome.resource_id]
            if _is_late(outcome, now):
                marking.keep_late(self.store, outcome, at=self.clock.now())
                tally.late += 1
            else:
                tally.duplicates += 1

    def _believed(self, lane: Lane, answers: Sequence[Heard], tally: Tally) -> list[Outcome]:
        """Outcomes from whom they may come; all else is kept as evidence and counted nowhere."""
        known = reading.resources_named(self.store, lane, [heard.answer.resource_id for heard in answers])
        orders_by_id = self._orders(lane, answers)
        believed = []
        for heard in answers:
            order = orders_by_id.get(heard.answer.order_id)
            reason = why_not_believed(heard, order, known)
            if reason:
                tally.refused += self.refuse([_refused(heard, reason)])
            elif isinstance(heard.answer, ResourceProgressed):
                orders.note_request(self.store, orders_by_id[heard.answer.order_id], at=self.clock.now())
            else:
                believed.append(_outcome(heard, known[heard.answer.resource_id]))
        return believed

    def _orders(self, lane: Lane, answers: Sequence[Heard]) -> Mapping[OrderId, WorkOrder]:
        wanted = {heard.answer.order_id for heard in answers}
        found = (reading.find_order(self.store, lane, order_id) for order_id in wanted)
        return {order.order_id: order for order in found if order}


def why_not_believed(heard: Heard, order: WorkOrder | None, known: Mapping[ResourceId, Resource]) -> str | None:
    """Why an answer is not believed; None where it is."""
    answer = heard.answer
    if order is None:
        return f"there is no order {answer.order_id} in wave {answer.wave}"
    if heard.source != f"{TECHNOLOGY_SOURCE}{order.technology}":
        return f"source {heard.source} may not answer for {order.technology}"
    if answer.token != order.token:
        return "the token is not the order's"
    if answer.resource_id not in order.resource_ids or answer.resource_id not in known:
        return f"{answer.resource_id} is not in order {answer.order_id}"
    if answer.attempt != order.attempt:
        return f"attempt {answer.attempt} is not the order's, {order.attempt}"
    return None


def _refused(heard: Heard, reason: str) -> Refused:
    answer, metadata = heard.answer, heard.metadata
    return Refused(
        execution_id=metadata.execution_id,
        event_id=metadata.event_id,
        source=heard.source,
        detail_type=answer.detail_type,
        order_id=answer.order_id,
        resource_id=answer.resource_id,
        reason=reason,
    )


def _outcome(heard: Heard, resource: Resource) -> Outcome:
    answer = heard.answer
    return Outcome(
        event_id=heard.metadata.event_id,
        resource=resource,
        order_id=answer.order_id,
        attempt=answer.attempt,
        evidence=keepable(answer.evidence) if isinstance(answer, ResourceRecovered) else {},
        failure=_failure(answer) if isinstance(answer, ResourceFailed) else None,
        claimed_at=to_text(heard.metadata.occurred_at),
    )


def _failure(answer: ResourceFailed) -> Failure:
    return Failure(cause=answer.cause[:MAX_WORDS], advice=answer.advice[:MAX_WORDS])


def _is_late(outcome: Outcome, now: Resource) -> bool:
    """Whether the resource was decided otherwise before: given up, skipped, or tried again by another order."""
    if now.state in OPEN_RESOURCE or (now.order_id, now.attempt) != (outcome.order_id, outcome.attempt):
        return now.state is not ResourceState.RECOVERED
    return now.state is not outcome.state


def _chunks_of_distinct(outcomes: Sequence[Outcome]) -> Iterable[list[Outcome]]:
    """At most 99 outcomes of distinct resources each: a transaction takes an item once."""
    left = list(outcomes)
    while left:
        chunk, later, seen = list[Outcome](), list[Outcome](), set[str]()
        for outcome in left:
            fits = outcome.resource_id not in seen and len(chunk) < MAX_OUTCOMES
            (chunk if fits else later).append(outcome)
            seen.add(outcome.resource_id)
        yield chunk
        left = later
