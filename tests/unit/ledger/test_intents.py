from __future__ import annotations

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.ids import ResourceId
from groundswell.domain.instants import to_text
from groundswell.domain.operations import Phase
from groundswell.domain.records import IntentRecord, IntentState, WorkOrder
from groundswell.domain.states import OPEN_RESOURCE, ExecutionStatus, ResourceState
from groundswell.ledger import keys, orders, reading
from groundswell.ledger.orders import Claim
from groundswell.ports.store import Store, Update
from tests.unit.ledger.stories import LANE, at, claimed_order, everything, latest, resource, server, set_status

A = ResourceId("a")
B = ResourceId("b")


def intent(order: WorkOrder, number: int = 1, names: tuple[ResourceId, ...] = (A, B)) -> IntentRecord:
    return orders.intent_for(order, Phase.INSTANTIATE, number, names, at(11))


def begin(store: Store, order: WorkOrder, claim: Claim, *, started: tuple[ResourceId, ...] = ()) -> IntentRecord | None:
    return orders.begin_intent(store, order, claim, intent(order), started=started)


def put_in(store: Store, name: str, **change: str | int) -> None:
    store.write(Update(keys.resource_key(LANE, ResourceId(name)), set=dict(change)))


def test_intent_is_written_with_its_resources_in_progress(store: Store) -> None:
    order, claim = claimed_order(store)

    written = begin(store, order, claim)

    assert written == intent(order)
    assert reading.intents(store, order) == [intent(order)]
    assert [(resource(store, name).state, resource(store, name).started_at) for name in "ab"] == [
        (ResourceState.IN_PROGRESS, to_text(at(11)))
    ] * 2


def test_intent_has_a_key_that_names_order_phase_and_call(store: Store) -> None:
    order, _ = claimed_order(store)

    assert intent(order, 3).key == "dr-1.w001.drs.here.000.INSTANTIATE.3"


def test_resource_keeps_when_it_was_first_begun_when_it_is_begun_again(store: Store) -> None:
    order, claim = claimed_order(store)
    put_in(store, "a", state=ResourceState.IN_PROGRESS, started_at=to_text(at(5)))

    begin(store, order, claim, started=(A,))

    assert (resource(store, "a").started_at, resource(store, "b").started_at) == (to_text(at(5)), to_text(at(11)))


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each is not ExecutionStatus.RUNNING])
def test_no_intent_is_written_when_the_execution_does_not_run(status: ExecutionStatus) -> None:
    store = MemoryStore()
    order, claim = claimed_order(store)
    set_status(store, status)
    before = everything(store)

    assert begin(store, order, claim) is None
    assert everything(store) == before


def test_no_intent_is_written_after_a_pause(store: Store) -> None:
    order, claim = claimed_order(store)
    set_status(store, ExecutionStatus.PAUSED)

    assert begin(store, order, claim) is None
    assert resource(store, "a").state is ResourceState.PENDING


def test_no_intent_is_written_when_the_claim_was_lost(store: Store) -> None:
    order, lost = claimed_order(store)
    orders.claim(store, order, now=at(60), until=at(99))
    before = everything(store)

    assert begin(store, order, lost) is None
    assert everything(store) == before


def test_no_intent_is_written_when_the_claim_was_given_back(store: Store) -> None:
    order, claim = claimed_order(store)
    orders.lay_down(store, claim, order)

    assert begin(store, order, claim) is None


def test_no_intent_is_written_over_another_of_its_number(store: Store) -> None:
    order, claim = claimed_order(store)
    begin(store, order, claim)
    before = everything(store)

    assert begin(store, order, claim) is None
    assert everything(store) == before


def test_intent_is_narrowed_when_a_resource_was_skipped(store: Store) -> None:
    order, claim = claimed_order(store)
    put_in(store, "a", state=ResourceState.SKIPPED)

    written = begin(store, order, claim)

    assert written is not None
    assert written.resource_ids == (B,)
    assert reading.intents(store, order)[0].resource_ids == (B,)
    assert (resource(store, "a").state, resource(store, "b").state) == (
        ResourceState.SKIPPED,
        ResourceState.IN_PROGRESS,
    )


@pytest.mark.parametrize("change", [{"order_id": "another"}, {"attempt": 2}])
def test_intent_is_narrowed_when_a_resource_was_given_to_another_order(store: Store, change: dict[str, str]) -> None:
    order, claim = claimed_order(store)
    put_in(store, "b", **change)

    written = begin(store, order, claim)

    assert written is not None
    assert written.resource_ids == (A,)


def test_no_intent_is_written_when_no_resource_is_left(store: Store) -> None:
    order, claim = claimed_order(store)
    for name in "ab":
        put_in(store, name, state=ResourceState.SKIPPED)

    assert begin(store, order, claim) is None
    assert reading.intents(store, order) == []


@pytest.mark.parametrize("state", list(ResourceState))
def test_intent_is_for_a_resource_only_while_it_is_open(state: ResourceState) -> None:
    store = MemoryStore()
    order, claim = claimed_order(store)
    put_in(store, "a", state=state)

    written = begin(store, order, claim)

    assert written is not None
    assert (A in written.resource_ids) is (state in OPEN_RESOURCE)


def test_an_intent_holds_as_many_resources_as_an_order_may() -> None:
    store = MemoryStore()
    order, claim = claimed_order(store, *(server(f"s-{number:02}") for number in range(90)))

    written = orders.begin_intent(store, order, claim, intent(order, 1, order.resource_ids))

    assert written is not None
    assert len(written.resource_ids) == 90


@pytest.mark.parametrize(
    ("answer", "state", "handle", "error"),
    [("taken", IntentState.SETTLED, "job-1", None), ("refused", IntentState.REFUSED, None, "x" * 500)],
)
def test_answer_is_kept_once(
    store: Store, answer: str, state: IntentState, handle: str | None, error: str | None
) -> None:
    order, claim = claimed_order(store)
    written = begin(store, order, claim)
    assert written is not None
    first = (
        orders.settled(written, handle="job-1")
        if answer == "taken"
        else orders.refused_by_aws(written, error="x" * 9000, code="Conflict")
    )

    orders.settle_intent(store, order, first)
    with pytest.raises(StaleWriteError, match="was settled before"):
        orders.settle_intent(store, order, orders.settled(written, handle="another"))

    (kept,) = reading.intents(store, order)
    assert (kept.state, kept.handle, kept.error) == (state, handle, error)


def test_intents_are_read_by_phase_and_number_and_of_their_order_only(store: Store) -> None:
    order, claim = claimed_order(store)
    other = order.model_copy(update={"order_id": f"{order.order_id}0"})
    for number in (10, 2):
        orders.begin_intent(store, order, claim, orders.intent_for(order, Phase.INSTANTIATE, number, (A,), at(11)))
    orders.begin_intent(store, order, claim, orders.intent_for(order, Phase.ACTIVATE, 1, (A,), at(11)))

    assert [(each.phase, each.number) for each in reading.intents(store, latest(store))] == [
        (Phase.ACTIVATE, 1),
        (Phase.INSTANTIATE, 2),
        (Phase.INSTANTIATE, 10),
    ]
    assert reading.intents(store, other) == []
