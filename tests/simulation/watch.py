"""What must hold after every step of every world; what does not is told in words, and ends the world."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from groundswell.domain.conditions import Item
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.records import (
    Ending,
    Execution,
    Hold,
    IntentRecord,
    IntentState,
    Progress,
    Resource,
    StoredEvent,
    Wave,
    WorkOrder,
)
from groundswell.domain.states import (
    EXECUTION_TRANSITIONS,
    OPEN_EXECUTION,
    RESOURCE_TRANSITIONS,
    WAVE_TRANSITIONS,
    WORKED_WAVE,
    ExecutionStatus,
    ResourceState,
    WaveStatus,
    is_final,
)
from groundswell.ledger import keys, reading
from groundswell.ports.store import Key
from groundswell.ports.world import BusEntry
from groundswell.technologies import registry
from rehearsal.estate.call_log import ANSWERED, LOST_REPLY, CallRecord
from tests.simulation.changes import Change, rewritten, untold, wrong_counts
from tests.simulation.footprints import Footprints
from tests.simulation.machine import Invocation, current_invocation
from tests.simulation.truth import is_recovered, launches_that_last, moves_of, runs_begun

if TYPE_CHECKING:
    from tests.simulation.world import World

_ORDERS = ("RecoveryRequested", "DRRequested")


class Watch:
    """Sees every transaction, every event and every call of one world."""

    def __init__(self, world: World) -> None:
        self.found: list[str] = []
        """What was wrong, in words."""
        self._world = world
        self._changes: list[Change] = []
        self._claimers: dict[str, Invocation] = {}
        self._intents: dict[Invocation, IntentRecord] = {}
        self._said: set[tuple[str, str, str]] = set()
        self._calls_seen = 0
        self.states = Footprints()
        self._rules: Mapping[str, Callable[[Change], Iterator[str]]] = {
            "META": self._of_execution,
            keys.WAVE_PREFIX: self._of_wave,
            keys.EVENT_PREFIX: rewritten,
            keys.RESOURCE_PREFIX: self._of_resource,
            keys.INTENT_PREFIX: self._of_intent,
            keys.WORK_PREFIX: self._of_order,
            "HOLD": self._of_hold,
        }

    # ── What happens ─────────────────────────────────────────────────────────────────────────────────────────────────

    def changed(self, key: Key, old: Item | None, new: Item | None) -> None:
        """An item was changed by the transaction that is being committed."""
        self._changes.append(Change(key, old, new))
        self.states.step(key, new)

    def committed(self) -> None:
        """The transaction is committed."""
        changes, self._changes = self._changes, []
        for change in changes:
            for prefix, rule in self._rules.items():
                if change.key.sk.startswith(prefix):
                    self.found += rule(change)
        self.found += untold(changes)
        self.found += self._wrong_counts(changes)

    def published(self, entry: BusEntry) -> None:
        """Our functions put an event on the bus."""
        told = json.loads(entry.detail)
        metadata = told.get("metadata", {})
        if entry.source == "groundswell" and entry.detail_type not in _ORDERS:
            kept = self._world.ledger.get(keys.event_key(metadata["execution_id"], metadata["event_id"]))
            if kept is None or StoredEvent.of(kept).detail != entry.detail:
                self.found.append(f"{entry.detail_type} was published, and is not in the ledger like that")
        elif entry.detail_type == "RecoveryRequested":
            wave = reading.wave(self._world.ledger, metadata["execution_id"], told["data"]["wave"])
            if wave.started_at is None:
                self.found.append(f"resources of wave {wave.wave} were requested before it began")

    def answered(self, entry: BusEntry) -> None:
        """A technology said an outcome, rightfully."""
        told = json.loads(entry.detail)["data"]
        self._said.add((told["order_id"], told["resource_id"], entry.detail_type))

    def called(self) -> None:
        """A call to AWS came back, or was lost."""
        estate = self._world.estate
        for record in estate.log.select(mutating=True, after=self._calls_seen):
            if record.outcome in (ANSWERED, LOST_REPLY):
                self.found += self._of_effect(record)
        self._calls_seen = len(estate.log)

    # ── What must be so ──────────────────────────────────────────────────────────────────────────────────────────────

    def _of_execution(self, change: Change) -> Iterator[str]:
        if change.old is None or change.new is None:
            return
        before, after = Execution.of(change.old), Execution.of(change.new)
        if before.status is not after.status and after.status not in EXECUTION_TRANSITIONS[before.status]:
            yield f"execution {after.execution_id} went from {before.status} to {after.status}"
        if is_final(EXECUTION_TRANSITIONS, before.status):
            yield f"execution {after.execution_id} changed after it was {before.status}"
        if before.status is not after.status:
            yield from self._wrong_gates(after)

    def _wrong_gates(self, execution: Execution) -> Iterator[str]:
        """Calls may begin while the execution runs, and no other time."""
        partition = keys.execution_partition(execution.execution_id)
        standing = [bool(item["open"]) for item in self._world.ledger.query(partition, keys.GATE_PREFIX)]
        is_open = execution.status is ExecutionStatus.RUNNING
        if is_open and standing != [True] * keys.GATES:
            yield f"execution {execution.execution_id} is RUNNING, and {standing.count(True)} of its gates are open"
        if not is_open and execution.accepted_at and any(standing):
            yield f"execution {execution.execution_id} is {execution.status}, and a gate is open"

    def _of_wave(self, change: Change) -> Iterator[str]:
        if change.old is None or change.new is None:
            return
        before, after = Wave.of(change.old), Wave.of(change.new)
        if before.status is not after.status:
            if after.status not in WAVE_TRANSITIONS[before.status]:
                yield f"wave {after.wave} went from {before.status} to {after.status}"
            if after.status is WaveStatus.RUNNING and before.status is not WaveStatus.HELD:
                yield from self._open_before(after)
        elif is_final(WAVE_TRANSITIONS, before.status) and before != after.model_copy(
            update={"duplicates": before.duplicates}
        ):
            yield f"wave {after.wave} changed after it was {before.status}"

    def _open_before(self, wave: Wave) -> Iterator[str]:
        """No wave begins before those before it are closed, or while its execution does not run."""
        execution = reading.execution(self._world.ledger, wave.execution_id)
        if execution.status is not ExecutionStatus.RUNNING:
            yield f"wave {wave.wave} began while its execution was {execution.status}"
        waves = sorted(reading.waves(self._world.ledger, wave.execution_id), key=lambda each: each.wave)
        for earlier in takewhile(lambda each: each.wave < wave.wave, waves):
            if not is_final(WAVE_TRANSITIONS, earlier.status):
                yield f"wave {wave.wave} is at work while wave {earlier.wave} is {earlier.status}"

    def _of_resource(self, change: Change) -> Iterator[str]:
        if change.old is None or change.new is None:
            return
        before, after = Resource.of(change.old), Resource.of(change.new)
        if before.state is after.state:
            return
        if after.state not in RESOURCE_TRANSITIONS[before.state]:
            yield f"{after.resource_id} went from {before.state} to {after.state}"
        ended = {ResourceState.RECOVERED: "ResourceRecovered", ResourceState.FAILED: "ResourceFailed"}.get(after.state)
        if ended and (after.order_id, after.resource_id, ended) not in self._said and not self._is_given_up(after):
            yield f"{after.resource_id} is {after.state}, and nobody who may say so did"
        if after.state is ResourceState.RECOVERED and not is_recovered(self._world, after):
            yield f"{after.resource_id} is RECOVERED in the ledger, and not in the target Region"
        if after.state is ResourceState.FAILED and not after.failure:
            yield f"{after.resource_id} failed and does not say why"

    def _is_given_up(self, resource: Resource) -> bool:
        """Whether nobody had to say that it failed: its wave's deadline has passed."""
        wave = reading.wave(self._world.ledger, resource.execution_id, resource.wave)
        return resource.state is ResourceState.FAILED and wave.deadline_missed_at is not None

    def _of_intent(self, change: Change) -> Iterator[str]:
        """No call is about to be made but for an execution and a wave that are at work."""
        if change.old is not None or change.new is None:
            return
        running = current_invocation()
        intent = IntentRecord.of(change.new)
        if running is not None:
            self._intents[running] = intent
        resource = next(iter(self._resources_of(change.key, intent)), None)
        if resource is None:
            yield f"intent {intent.key} is for no resource of its wave"
            return
        wave = reading.wave(self._world.ledger, resource.execution_id, resource.wave)
        if wave.status not in WORKED_WAVE:
            yield f"intent {intent.key} began while its wave was {wave.status}"
        yield from self._open_before(wave)
        yield from self._repeated(change.key, intent, resource)

    def _repeated(self, key: Key, intent: IntentRecord, resource: Resource) -> Iterator[str]:
        """A call whose answer is not known is made again only when its effect would be seen by now."""
        settle = registry.load(resource.technology).settle
        for item in self._world.ledger.query(key.pk, keys.intents_prefix(intent.order_id)):
            earlier = IntentRecord.of(item)
            same = earlier.phase is intent.phase and set(earlier.resource_ids) & set(intent.resource_ids)
            in_doubt = earlier.number < intent.number and earlier.state is IntentState.OPEN
            if same and in_doubt and from_text(intent.at) < from_text(earlier.at) + settle:
                yield f"{intent.key} was begun before it could be seen what became of {earlier.key}"

    def _resources_of(self, key: Key, intent: IntentRecord) -> Iterator[Resource]:
        for name in intent.resource_ids:
            item = self._world.ledger.get(Key(key.pk, f"{keys.RESOURCE_PREFIX}{name}"))
            if item is not None:
                yield Resource.of(item)

    def _of_order(self, change: Change) -> Iterator[str]:
        if change.old is None or change.new is None:
            return
        before, after = WorkOrder.of(change.old), WorkOrder.of(change.new)
        if after.claim != before.claim:
            yield from self._of_claim(before)
        for name, progress in after.progress.items():
            yield from self._unsaid(after, name, progress)

    def _of_claim(self, before: WorkOrder) -> Iterator[str]:
        """A claim is taken only from the dead, and a look by its number is the one that is awaited."""
        claimer = self._claimers.get(before.order_id)
        if before.claim_until and claimer is not None and claimer.is_alive:
            yield f"the claim on {before.order_id} was taken from {claimer.name}, which lives"
        running = current_invocation()
        if running is not None:
            self._claimers[before.order_id] = running
            yield from self._by_look(before, running)

    def _by_look(self, before: WorkOrder, running: Invocation) -> Iterator[str]:
        now = to_text(self._world.clock.now())
        for look in (json.loads(body).get("look", {}) for body in running.bodies):
            number = look.get("number")
            is_overdue = before.next_look is not None and before.next_look <= now
            if number is not None and number != before.look and not (number < before.look and is_overdue):
                yield f"look {number} at {before.order_id} was taken, and {before.look} is awaited"

    def _unsaid(self, order: WorkOrder, name: str, progress: Progress) -> Iterator[str]:
        """An outcome is said before it is saved."""
        if progress.ending in (None, Ending.DROPPED):
            return
        told = "ResourceFailed" if progress.ending is Ending.FAILED else "ResourceRecovered"
        if (order.order_id, name, told) not in self._said:
            yield f"{order.order_id} has ended with {name}, and never said so"

    def _of_hold(self, change: Change) -> Iterator[str]:
        """Nobody takes a resource that an open execution holds."""
        if change.old is None or change.new is None or change.old["execution_id"] == change.new["execution_id"]:
            return
        holder = reading.execution(self._world.ledger, Hold.of(change.old).execution_id)
        if holder.status in OPEN_EXECUTION:
            yield f"{change.key.pk} was taken from {holder.execution_id}, which is {holder.status}"

    def _wrong_counts(self, changes: Sequence[Change]) -> Iterator[str]:
        """`remaining` equals the resources not ended, and each kind of ending is counted right."""
        changed = (change.new for change in changes if change.key.sk.startswith(keys.RESOURCE_PREFIX) and change.new)
        for execution_id, number in sorted({(each.execution_id, each.wave) for each in map(Resource.of, changed)}):
            item = self._world.ledger.get(keys.wave_key(execution_id, number))
            if item is not None:
                wave = Wave.of(item)
                yield from wrong_counts(wave, list(reading.resources(self._world.ledger, wave.lanes)))

    def _of_effect(self, record: CallRecord) -> Iterator[str]:
        """Nothing is changed in AWS that was not written down before, and nothing twice."""
        running = current_invocation()
        if running is None or self._intents.pop(running, None) is None:
            yield f"{record.service}:{record.operation} was called without an intent of its own"
        yield from self.doubled()

    def doubled(self) -> Iterator[str]:
        """An effect on AWS happens once: one launch that lasts a server, one failover a database."""
        for server, times in self._world.estate.launches().items():
            if times > 1 and launches_that_last(self._world.estate, server) > 1:
                yield f"server {server} was launched {times} times, and more than one launch lasts"
        for database, times in moves_of(self._world.estate).items():
            if times > 1:
                yield f"database {database} was failed over {times} times"
        for (account, document, order), times in runs_begun(self._world.estate).items():
            if times > 1:
                yield f"{document} was begun {times} times in {account} for {order}"
