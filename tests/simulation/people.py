"""People who decide: at any moment, twice, late, contrary to each other, and about what does not apply."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from groundswell.domain.events.commands import DOOR_SOURCE
from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Execution, Wave
from groundswell.domain.states import OPEN_EXECUTION, ExecutionStatus, WaveStatus
from groundswell.ledger import reading
from groundswell.ports.world import BusEntry

if TYPE_CHECKING:
    from tests.simulation.world import World

_MINUTE = 60.0


class People:
    """Operators of one world. Whatever they ask comes through the door, or is forged and comes past it."""

    def __init__(self, world: World, dice: random.Random, *, meddling: float) -> None:
        """`meddling`: how likely somebody is, in each minute of trouble, to decide something just so."""
        self._world = world
        self._dice = dice
        self._meddling = meddling
        self.asked: list[tuple[ExecutionId, str, str]] = []
        """Every command that came through the door: execution, command and type."""
        self.forged: list[tuple[ExecutionId, str]] = []
        """Every command that did not: execution and command."""
        world.machine.after(_MINUTE, self._look)

    def _look(self) -> None:
        """Once a minute: meddle, and see to what waits for a person."""
        world = self._world
        for execution in world.executions():
            if execution.status not in OPEN_EXECUTION or execution.status is ExecutionStatus.PLANNING:
                continue
            waves = reading.waves(world.ledger, execution.execution_id)
            if world.is_troubled and self._dice.random() < self._meddling:
                self._say(execution, *self._whim(waves))
            elif self._dice.random() < (0.3 if world.is_troubled else 1.0):
                self._see_to(execution, waves)
        world.machine.after(_MINUTE, self._look)

    def tempt(self, execution_id: ExecutionId) -> None:
        """Work is about to begin: the worst moment to decide something contrary."""
        if self._world.is_troubled and self._dice.random() < self._meddling:
            kind = self._dice.choice(["DRPauseRequested", "DRPauseRequested", "DRCancelRequested"])
            self._world.machine.after(self._dice.uniform(0, 1), lambda: self._say_of(execution_id, kind))

    def _say_of(self, execution_id: ExecutionId, kind: str) -> None:
        self._say(reading.execution(self._world.ledger, execution_id), kind, {})

    def _whim(self, waves: Sequence[Wave]) -> tuple[str, dict[str, Any]]:
        """Something that may or may not apply."""
        number = self._dice.choice([each.wave for each in waves] or [1])
        wave: dict[str, Any] = {"wave": number}
        whims: list[tuple[str, dict[str, Any]]] = [
            ("DRPauseRequested", {}),
            ("DRPauseRequested", {}),
            ("DRResumeRequested", {}),
            ("DRResumeRequested", {}),
            ("WaveApproveRequested", wave),
            ("ResourceRetryRequested", wave),
            ("ResourceSkipRequested", wave | {"reason": "nobody needs them", "resource_ids": self._some_of(number)}),
        ]
        if self._dice.random() < 0.2:
            whims = [("DRCancelRequested", {}), ("WaveRejectRequested", wave)]
        return self._dice.choice(whims)

    def _some_of(self, number: int) -> list[str]:
        world = self._world
        execution = self._dice.choice(world.executions())
        lanes = [lane for lane in execution.planned_lanes if lane.wave == number]
        known = [str(each.resource_id) for each in reading.resources(world.ledger, lanes)]
        return known[: self._dice.randint(1, 2)] or ["drs/nobody/nothing"]

    def _see_to(self, execution: Execution, waves: Sequence[Wave]) -> None:
        """What waits for a person is decided: at last everything goes on."""
        if execution.status is ExecutionStatus.PAUSED:
            self._say(execution, "DRResumeRequested", {})
        for wave in waves:
            if wave.status is WaveStatus.AWAITING_APPROVAL and not wave.approved:
                self._say(execution, "WaveApproveRequested", {"wave": wave.wave})
            elif wave.status is WaveStatus.HELD and wave.remaining == 0:
                self._say(execution, *self._about_failed(wave))

    def _about_failed(self, wave: Wave) -> tuple[str, dict[str, Any]]:
        if self._world.is_troubled and self._dice.random() < 0.6:
            return "ResourceRetryRequested", {"wave": wave.wave}
        return "ResourceSkipRequested", {"wave": wave.wave, "reason": "we go on without them"}

    def _say(self, execution: Execution, kind: str, data: dict[str, Any]) -> None:
        world = self._world
        command_id = f"command-{world.next_number()}"
        metadata = {
            "event_id": command_id,
            "schema_version": "1.0",
            "execution_id": execution.execution_id,
            "correlation_id": execution.correlation_id,
            "causation_id": command_id,
            "occurred_at": world.clock.now().isoformat(),
        }
        body = {"metadata": metadata, "data": data | {"decided_by": "arn:aws:iam::111111111111:user/operator"}}
        is_forged = world.strikes("forged", "people")
        source = "operator" if is_forged else DOOR_SOURCE
        world.tell(f"{'forges' if is_forged else 'says'} {kind} {data or ''} ({command_id})")
        if is_forged:
            self.forged.append((execution.execution_id, command_id))
        else:
            self.asked.append((execution.execution_id, command_id, kind))
        world.put_on_bus([BusEntry(source, kind, json.dumps(body))])
