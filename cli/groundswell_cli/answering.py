"""What came of a request, read from the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from groundswell.domain.events.facts import DRAccepted
from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.records import Execution
from groundswell.domain.request import DRRequested
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell_cli.errors import refused
from groundswell_cli.surroundings import Surroundings
from groundswell_cli.views.words import UNKNOWN

_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Answer:
    """A request's execution, and what its acceptance said; neither is known before it is seen in the ledger."""

    execution: Execution | None
    accepted: DRAccepted | None = None

    @property
    def is_final(self) -> bool:
        """Whether the request was accepted or rejected."""
        return self.execution is not None and self.execution.status is not ExecutionStatus.PLANNING


def asked_before(store: Store, request: DRRequested, request_id: str) -> Execution | None:
    """The execution of the same request, if it was asked before.

    Raises:
        CliError: another request has this id.
    """
    found = reading.find_execution(store, execution_id_of(request_id))
    if found and found.content_hash != request.content_hash:
        other = f"{found.operation or UNKNOWN} of {found.scope or UNKNOWN}"
        raise refused(
            f"request id {request_id} was used for another request ({other}, execution {found.execution_id}): "
            "give this one another --request-id, or none"
        )
    return found


def await_answer(store: Store, request_id: str, around: Surroundings, *, seconds: float) -> Answer:
    """The answer as soon as the ledger has it, or what is known when the seconds are over."""
    execution_id = execution_id_of(request_id)
    until = around.clock.now() + timedelta(seconds=seconds)
    while True:
        answer = look(store, execution_id)
        if answer.is_final or around.clock.now() >= until:
            return answer
        around.pause(_PAUSE_SECONDS)


def look(store: Store, execution_id: ExecutionId) -> Answer:
    """What the ledger says now."""
    execution = reading.find_execution(store, execution_id)
    if execution is None or execution.accepted_at is None:
        return Answer(execution)
    return Answer(execution, acceptance(store, execution_id))


def acceptance(store: Store, execution_id: ExecutionId) -> DRAccepted | None:
    """What was said when the execution was accepted."""
    for fact in reading.facts(store, execution_id):
        if fact.detail_type == DRAccepted.detail_type:
            return DRAccepted.model_validate(json.loads(fact.detail)["data"])
    return None
