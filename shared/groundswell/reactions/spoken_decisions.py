"""What people say at the door, read into the decision that it is, or into every fault of it in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from groundswell.domain.doubled_keys import UnreadableJsonError, doubled_in_words, doubled_keys
from groundswell.domain.events.commands import (
    Command,
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.request import listed

DECISIONS: Mapping[str, type[Command]] = {
    "pause": DRPauseRequested,
    "resume": DRResumeRequested,
    "cancel": DRCancelRequested,
    "approve": WaveApproveRequested,
    "reject": WaveRejectRequested,
    "retry": ResourceRetryRequested,
    "skip": ResourceSkipRequested,
}
"""What may be decided about an execution, by the name that people give it."""
ALWAYS = ("command", "command_id", "execution")
"""What a body may say of every decision."""

_SPOKEN = {"resource_ids": "resources"}
"""Names of the events' fields, as people say them."""
_CLAIMS = frozenset({"caller", "decided_by", "identity", "principal", "requested_by", "user", "who"})
_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
_SHOWN = 80
"""Characters of a wrong name or value that a fault shows."""


class FaultsError(Exception):
    """All that is wrong with what was said."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read_body(text: str | None) -> dict[str, JsonValue]:
    """The body of a call as an object.

    Raises:
        FaultsError: it is none, or has a key twice.
    """
    try:
        body, doubled = _OBJECT.validate_json(text or ""), doubled_keys(text or "")
    except (ValidationError, UnreadableJsonError):
        raise FaultsError(
            'the body is no JSON object: send one, such as {"execution": "dr-…", "reason": "…"}'
        ) from None
    if doubled:
        raise FaultsError(*doubled_in_words(doubled))
    return body


def read_decision(name: str, body: Mapping[str, JsonValue], *, decided_by: str) -> tuple[Command | None, list[str]]:
    """The decision in a body, with its author; where it is none, every fault of it."""
    model = DECISIONS[name]
    known = {_SPOKEN.get(field, field): field for field in model.model_fields if field != "decided_by"}
    faults = unknown_fields(body, (*ALWAYS, *known))
    said = {field: body[spoken] for spoken, field in known.items() if body.get(spoken) is not None}
    try:
        decision = model.model_validate_json(json.dumps({**said, "decided_by": decided_by}), strict=True)
    except ValidationError as error:
        return None, [*faults, *(_in_words(name, fault) for fault in error.errors())]
    return (None, faults) if faults else (decision, [])


def unknown_fields(body: Mapping[str, JsonValue], known: Sequence[str]) -> list[str]:
    """A fault for each field that is not known; what claims an identity is told where identities come from."""
    return [
        f"{name} is not taken from a body: who decides is known by the signature of the call; leave it out"
        if name.lower() in _CLAIMS
        else f"unknown field {name[:_SHOWN]} (known are {listed(sorted(known))})"
        for name in sorted(body.keys() - set(known))
    ]


def _in_words(name: str, fault: ErrorDetails) -> str:
    field = ".".join(_SPOKEN.get(str(part), str(part)) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"{field} is missing: {name} needs it"
    shown = json.dumps(fault["input"], default=str)[:_SHOWN]
    return f"{field}: {fault['msg'][0].lower()}{fault['msg'][1:]}, but {shown} was given"
