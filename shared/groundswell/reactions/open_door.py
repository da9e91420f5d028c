"""A person's decision at the door: whose it is, is AWS's word; then it is one event on the bus, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus

from pydantic import JsonValue

from groundswell.domain.events.commands import DOOR_SOURCE
from groundswell.domain.events.envelope import Event, EventData, Lineage
from groundswell.domain.ids import EventId, ExecutionId, event_id_of, execution_id_of
from groundswell.domain.request import DRRequested, InvalidRequest, listed, read_request
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell.ports.world import Bus, BusEntry, Clock, PublishError, Tokens
from groundswell.reactions.spoken_decisions import (
    DECISIONS,
    FaultsError,
    read_body,
    read_decision,
    unknown_fields,
)

REQUEST = "request"
"""The one command that is about no execution yet."""

_COMMAND_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_EXECUTION_ID = re.compile(r"dr-[0-9a-f]{16}")


@dataclass(frozen=True)
class SignedCall:
    """A call whose signature AWS has checked, to the path of one command."""

    command: str
    caller: str
    """The ARN of who signed it."""
    body: str | None


@dataclass(frozen=True)
class Reply:
    """The answer to a call."""

    status: HTTPStatus
    body: Mapping[str, JsonValue]


@dataclass(frozen=True)
class _Names:
    """How what was taken is called: by whoever says it, on the bus, and in the ledger."""

    command_id: str
    event_id: str
    execution_id: ExecutionId


@dataclass(frozen=True)
class Door:
    """Takes decisions."""

    store: Store
    bus: Bus
    clock: Clock
    tokens: Tokens

    def take(self, call: SignedCall) -> Reply:
        """Put a decision on the bus with its author, or answer what is wrong with it; every fault at once."""
        try:
            body = read_body(call.body)
            faults, command_id = _identity_faults(call.command, body), self._command_id(body)
            if call.command == REQUEST:
                return self._request(call, body, faults, command_id)
            return self._decision(call, body, faults, command_id)
        except FaultsError as wrong:
            return Reply(HTTPStatus.BAD_REQUEST, {"faults": [*wrong.faults]})
        except PublishError as error:
            return Reply(
                HTTPStatus.SERVICE_UNAVAILABLE,
                {"faults": [f"{error}; say it again with the same command_id, which cannot take effect twice"]},
            )

    def _decision(self, call: SignedCall, body: Mapping[str, JsonValue], faults: list[str], command_id: str) -> Reply:
        execution_id = body.get("execution")
        decision, wrong = read_decision(call.command, body, decided_by=call.caller)
        faults += wrong
        if not isinstance(execution_id, str) or not _EXECUTION_ID.fullmatch(execution_id):
            faults.append("execution: give the whole id of an execution, such as dr-1e5ba297de39eafc (see: dr status)")
        if faults or decision is None or not isinstance(execution_id, str):
            raise FaultsError(*faults)
        found = reading.find_execution(self.store, ExecutionId(execution_id))
        if found is None:
            known = f"the ledger knows no execution {execution_id}: dr status lists the open and the latest ones"
            return Reply(HTTPStatus.NOT_FOUND, {"faults": [known]})
        said = decision.model_dump(mode="json", exclude={"decided_by", "reason"})
        identity = _identity(call, command_id, [found.execution_id, said])
        event = self._caused_by_nothing(decision, found.execution_id, found.correlation_id, identity)
        return self._publish(event.detail_type, event.detail, _Names(command_id, identity, found.execution_id))

    def _request(self, call: SignedCall, body: Mapping[str, JsonValue], faults: list[str], command_id: str) -> Reply:
        faults += unknown_fields(body, ("command", "command_id", REQUEST))
        asked = body.get(REQUEST)
        if not isinstance(asked, dict):
            faults.append('request is missing: {"request": {"operation": "failover", "customer": …, "environment": …}}')
            raise FaultsError(*faults)
        request = read_request(asked)
        if isinstance(request, InvalidRequest):
            raise FaultsError(*faults, *request.faults)
        if faults:
            raise FaultsError(*faults)
        identity = _identity(call, command_id, [request.request_id, request.content_hash])
        named = request.model_copy(update={"request_id": request.request_id or identity})
        execution_id = execution_id_of(str(named.request_id))
        event = self._caused_by_nothing(named, execution_id, identity, identity)
        return self._publish(
            event.detail_type, _vouched(event, call.caller), _Names(command_id, identity, execution_id)
        )

    def _caused_by_nothing(
        self, data: EventData, execution_id: ExecutionId, correlation_id: str, identity: str
    ) -> Event[EventData]:
        """The event of a decision: a person's will has no event before it."""
        lineage = Lineage(execution_id, correlation_id, causation_id=identity)
        return lineage.tell(data, source=DOOR_SOURCE, event_id=EventId(identity), at=self.clock.now())

    def _publish(self, detail_type: str, detail: str, names: _Names) -> Reply:
        self.bus.publish([BusEntry(DOOR_SOURCE, detail_type, detail)])
        return Reply(HTTPStatus.ACCEPTED, asdict(names))

    def _command_id(self, body: Mapping[str, JsonValue]) -> str:
        """That of the body, so that what is said twice is the same decision; a new one where there is none."""
        given = body.get("command_id")
        return given if isinstance(given, str) else f"door-{self.tokens.new().replace('_', '-')}"


def _identity(call: SignedCall, command_id: str, said: JsonValue) -> str:
    """The identity of what is said: the same for the same words of the same principal under the same `command_id`.

    So it takes effect once however often it is said; and nobody can use up the id of another's decision beforehand,
    nor does an id that is used again by mistake hide another decision.
    """
    principal = call.caller.rpartition("/")[0] if ":assumed-role/" in call.caller else call.caller
    return f"{command_id}.{event_id_of(principal, call.command, command_id, json.dumps(said, sort_keys=True))[:16]}"


def _identity_faults(command: str, body: Mapping[str, JsonValue]) -> list[str]:
    """What is wrong with the names of the decision: the path says which it is, and a person's rights go by the path."""
    faults = []
    if command not in (REQUEST, *DECISIONS):
        raise FaultsError(f"unknown command {command}; known are {listed([REQUEST, *DECISIONS])}")
    if body.get("command", command) != command:
        faults.append(f"command: the path says {command}, and the body something else; put it to the path of its own")
    given = body.get("command_id")
    if given is not None and not (isinstance(given, str) and _COMMAND_ID.fullmatch(given)):
        faults.append("command_id: give 8 to 64 letters, digits and hyphens, the same when you say it again; or none")
    return faults


def _vouched(event: Event[EventData], caller: str) -> str:
    """The body of a request with who asks beside it: in the request itself that would be a claim."""
    assert isinstance(event.data, DRRequested)  # noqa: S101 - narrows: only requests are vouched for beside the data
    detail = json.loads(event.detail)
    detail["metadata"]["decided_by"] = caller
    detail["data"] = event.data.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(detail, separators=(",", ":"), sort_keys=True)
