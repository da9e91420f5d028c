"""The engineer of a story: waits for each moment, and types what the scenario says, with the real `dr`."""

import json
import shlex
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from textwrap import indent
from uuid import uuid4

from rich.console import Console
from rich.text import Text

from groundswell.domain.ids import ExecutionId
from groundswell.domain.standstill import deadline_of
from groundswell.domain.states import WORKED_WAVE, ExecutionStatus
from groundswell_cli.standing import Standing
from rehearsal.estate.scenario.story import Moment, Step
from rehearsal.failover import RehearsalFailedError
from rehearsal.rehearsal import Rehearsal

STUCK_SECONDS = 60.0
"""How long nothing may move without the moment that the story waits for."""
SWEEP_SECONDS = 5.0


@dataclass
class Engineer:
    """Takes one step of the story after the other; its commands are processes of their own, as at a terminal."""

    running: Rehearsal
    console: Console
    execution_id: ExecutionId
    steps: deque[Step]
    now: Callable[[], float] = time.monotonic
    """Seconds on a clock that only goes on."""
    _typed: "subprocess.Popen[str] | None" = field(default=None, init=False)
    _came: float | None = field(default=None, init=False)
    """When the moment of the next step came."""
    _still_since: float | None = field(default=None, init=False)
    _swept: float = field(default=0.0, init=False)

    def is_done(self, standing: Standing) -> bool:
        """Whether nothing is left to do, and nothing moves."""
        is_told = not self.steps and self._typed is None
        return standing.is_over or (is_told and standing.waits_for_person and not standing.goes_on)

    def look(self, standing: Standing) -> None:
        """Do what is due as the execution stands.

        Raises:
            RehearsalFailedError: `dr` did not do as it was told, or the moment that the story waits for never comes.
        """
        if self._typed is not None:
            self._hear(self._typed)
        elif self.steps:
            self._wait_for(self.steps[0], standing)

    def _wait_for(self, step: Step, standing: Standing) -> None:
        now = self.now()
        if self._came is None:
            if not has_come(step.when, standing):
                self._check_that_it_may_come(step, standing, now)
                self._call_the_sweep(standing, now)
                return
            self._came, self._still_since = now, None
            self._say(f"▸ {step.tell}", "bold")
        if now >= self._came + step.after:
            self._came = None
            self.steps.popleft()
            self._take(step)

    def _check_that_it_may_come(self, step: Step, standing: Standing, now: float) -> None:
        if standing.is_over:
            raise RehearsalFailedError(f"{self.execution_id} is over, and the story still waits until {step.when}")
        if not standing.waits_for_person or standing.goes_on:
            self._still_since = None
            return
        self._still_since = self._still_since or now
        if now > self._still_since + STUCK_SECONDS:
            waits = ", ".join(f"wave {wave.wave} is {wave.status}" for wave in standing.waiting) or "it is PAUSED"
            raise RehearsalFailedError(
                f"{self.execution_id} waits for a person ({waits}), and the story waits until {step.when}: "
                "correct the scenario's story"
            )

    def _take(self, step: Step) -> None:
        if step.mend:
            self._mend(step.mend)
        if step.dr:
            words = ["dr", *step.dr.words(self.execution_id)]
            self._say(f"you: {shlex.join(words)}", "bold cyan")
            environment = self.running.stack.environment() | {"COLUMNS": str(self.console.width - 2)}
            self._typed = subprocess.Popen(  # noqa: S603 - the project's own program, with a checked scenario's words
                words,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def _hear(self, typed: "subprocess.Popen[str]") -> None:
        """Tell what a command answered, as soon as it has ended."""
        if typed.poll() is None:
            return
        self._typed = None
        answer, _ = typed.communicate()
        self._say(indent(answer.rstrip(), "  "), "")
        if typed.returncode:
            raise RehearsalFailedError(f"dr ended with status {typed.returncode}, and the story cannot go on: {answer}")

    def _mend(self, names: tuple[str, ...]) -> None:
        """The launches that failed as the scenario says do so no more."""
        faults = self.running.scenario.faults.model_dump(mode="json")
        now = self.running.estate.control("GET", "faults")
        failures = now["launch_failures"]
        assert isinstance(failures, list)  # noqa: S101 - narrows: the estate answers with a scenario's faults
        faults |= now | {"launch_failures": [each for each in failures if each["servers"] not in names]}
        self.running.estate.control("PUT", "faults", faults)

    def _call_the_sweep(self, standing: Standing, now: float) -> None:
        """Have the sweep, which runs every minute, run at once when a wave is late: minutes are seconds here."""
        if now < self._swept + SWEEP_SECONDS or not is_late(standing, datetime.now(UTC)):
            return
        self._swept = now
        tick = {
            "id": uuid4().hex,
            "source": "aws.events",
            "account": self.running.stack.hub.account_id,
            "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "detail-type": "Scheduled Event",
            "detail": {},
        }
        sqs = self.running.stack.hub.session().client("sqs")
        sqs.send_message(QueueUrl=self.running.stack.outputs["SweepQueueUrl"], MessageBody=json.dumps(tick))

    def _say(self, text: str, style: str) -> None:
        self.console.print(Text(text, style=style), soft_wrap=True)


def has_come(moment: Moment, standing: Standing) -> bool:
    """Whether the execution stands as the moment says."""
    if moment.wave is None:
        return standing.execution.status is ExecutionStatus.PAUSED
    return any(wave.wave == moment.wave and wave.status == moment.status for wave in standing.waves)


def is_late(standing: Standing, now: datetime) -> bool:
    """Whether a wave's deadline has passed, and nobody has told yet."""
    return standing.execution.stopped_at is None and any(
        wave.status in WORKED_WAVE
        and wave.remaining > 0
        and not wave.deadline_missed_at
        and deadline_of(standing.execution, wave, now) < now
        for wave in standing.waves
    )
