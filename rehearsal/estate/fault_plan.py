"""Faults around a call: the port that the engine consults, and its empty implementation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rehearsal.estate.caller import Caller
from rehearsal.estate.errors import EstateError
from rehearsal.estate.scenario.faults import FailingDocument


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One call before it is carried out. `number` counts all calls from 1; `at` is in seconds since the epoch."""

    number: int
    at: float
    caller: Caller
    service: str
    operation: str
    mutating: bool
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What befalls the call. `delay` is in real seconds; `lose_reply` lets it take effect and drops the answer."""

    refusal: EstateError | None = None
    unreachable: bool = False
    lose_reply: bool = False
    delay: float = 0.0


PROCEED = Verdict()


class FaultPlan(Protocol):
    """What goes wrong. The engine asks `judge` once for every call, before it takes effect."""

    def judge(self, facts: CallFacts) -> Verdict:
        """What befalls this call."""

    def launch_error(self, server: str, failed_before: int) -> str | None:
        """Why the next launch of the server of this name fails, after so many failures; None if it succeeds."""

    def document_failure(self, document: str, failed_before: int) -> FailingDocument | None:
        """How the next run of the document fails, after so many failures; None if it succeeds."""

    def impairs(self, server: str) -> bool:
        """Whether the status checks of an instance launched for this server never pass."""

    def lacks_capacity(self, instance_type: str) -> bool:
        """Whether EC2 has no instance of this type left to start."""

    def failover_fails(self, global_cluster: str) -> bool:
        """Whether a global failover or switchover of this cluster fails."""


class NoFaults:
    """Nothing goes wrong."""

    def judge(self, facts: CallFacts) -> Verdict:  # noqa: ARG002 - the port's signature
        """Proceed."""
        return PROCEED

    def launch_error(self, server: str, failed_before: int) -> str | None:  # noqa: ARG002 - the port's signature
        """No launch fails."""
        return None

    def document_failure(self, document: str, failed_before: int) -> FailingDocument | None:  # noqa: ARG002 - likewise
        """No run fails."""
        return None

    def impairs(self, server: str) -> bool:  # noqa: ARG002 - the port's signature
        """No instance is impaired."""
        return False

    def lacks_capacity(self, instance_type: str) -> bool:  # noqa: ARG002 - the port's signature
        """There is capacity."""
        return False

    def failover_fails(self, global_cluster: str) -> bool:  # noqa: ARG002 - the port's signature
        """No failover fails."""
        return False
