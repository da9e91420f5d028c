"""How an execution stands: whether it is over, what waits for a person, and the exit status that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from groundswell.domain.decisions import sum_counts
from groundswell.domain.records import Execution, Resource, Wave
from groundswell.domain.states import EXECUTION_TRANSITIONS, ExecutionStatus, WaveStatus, is_final
from groundswell_cli.exits import Exit


@dataclass(frozen=True)
class Standing:
    """An execution and its waves, as they were read."""

    execution: Execution
    waves: Sequence[Wave]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return is_final(EXECUTION_TRANSITIONS, self.execution.status)

    @property
    def waiting(self) -> tuple[Wave, ...]:
        """The waves that wait for a person; about an execution that is cancelled nothing is left to decide."""
        is_done = self.is_over or self.execution.status is ExecutionStatus.CANCELLING
        return () if is_done else tuple(wave for wave in self.waves if waits(wave))

    @property
    def waits_for_person(self) -> bool:
        """Whether nothing moves until a person decides."""
        return self.execution.status is ExecutionStatus.PAUSED or bool(self.waiting)

    @property
    def goes_on(self) -> bool:
        """Whether the work goes on although a person is waited for: on a wave that is held because it is late."""
        is_running = self.execution.status is ExecutionStatus.RUNNING
        return is_running and any(wave.status is WaveStatus.HELD and wave.remaining for wave in self.waiting)

    @property
    def exit_status(self) -> Exit:
        """What this is to a script."""
        if self.execution.status is ExecutionStatus.REJECTED:
            return Exit.REFUSED
        if self.waits_for_person:
            return Exit.WAITING
        if self.execution.status in (ExecutionStatus.FAILED, ExecutionStatus.CANCELLED):
            return Exit.FAILED
        if self.execution.status is ExecutionStatus.COMPLETED_WITH_EXCEPTIONS and sum_counts(self.waves).failed:
            return Exit.FAILED
        return Exit.OK

    def as_json(self, failed: Sequence[Resource] = ()) -> dict[str, JsonValue]:
        """All of it, with the first failed resources, for scripts."""
        return {
            "execution": self.execution.model_dump(mode="json"),
            "waves": [wave.model_dump(mode="json") for wave in self.waves],
            "waiting_waves": [wave.wave for wave in self.waiting],
            "waits_for_person": self.waits_for_person,
            "is_over": self.is_over,
            "first_failed": [resource.model_dump(mode="json") for resource in failed],
        }


def waits(wave: Wave) -> bool:
    """Whether the wave waits for a person."""
    return wave.status is WaveStatus.HELD or (wave.status is WaveStatus.AWAITING_APPROVAL and not wave.approved)
