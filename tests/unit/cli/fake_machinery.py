"""What a hub is made of, as the test says; a part that is an error cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from groundswell.domain.hub_limits import HubUse
from groundswell_cli.machinery import Alarm, Feed, Queue, Rule

T = TypeVar("T")
USE = HubUse("groundswell", {"groundswell-sweep": 2}, 1000, {"groundswell-plan-execution": {"A": "b"}}, 20)
OUTPUTS = {
    "DeadLettersUrl": "groundswell-dead-letters",
    "RelayEventsDeadLettersUrl": "groundswell-relay-events-dead-letters",
    "UndeliveredUrl": "groundswell-undelivered",
    "SweepQueueUrl": "groundswell-sweep",
}


def _read(part: T | Exception) -> T:
    if isinstance(part, Exception):
        raise part
    return part


@dataclass
class FakeMachinery:
    """A hub that is well, but for what the test says."""

    outputs: Mapping[str, str] = field(default_factory=lambda: OUTPUTS)
    waiting: dict[str, int | Exception] = field(default_factory=dict)
    known_ages: Mapping[str, float] | Exception = field(default_factory=dict)
    ringing: Sequence[Alarm] | Exception = ()
    known_rules: Sequence[Rule] | Exception = (Rule("sweep", "default", is_enabled=True),)
    feeds: Sequence[Feed] | Exception = (Feed("id-1", "groundswell-sweep", "Enabled", "OK", None),)
    known_use: HubUse | Exception = USE

    def queue_urls(self) -> Mapping[str, str]:
        return {output: f"https://queues.example/{name}" for output, name in self.outputs.items()}

    def queue(self, url: str) -> Queue:
        name = url.rpartition("/")[2]
        return Queue(name, url, _read(self.waiting.get(name, 0)))

    def ages(self, names: Sequence[str]) -> Mapping[str, float]:
        return {name: age for name, age in _read(self.known_ages).items() if name in names}

    def alarms(self) -> Sequence[Alarm]:
        return _read(self.ringing)

    def rules(self) -> Sequence[Rule]:
        return _read(self.known_rules)

    def mappings(self) -> Sequence[Feed]:
        return _read(self.feeds)

    def use(self) -> HubUse:
        return _read(self.known_use)
