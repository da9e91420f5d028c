"""What reached the simulated services: the estate's own log, which knows nothing of our ledger."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import BaseModel, JsonValue, TypeAdapter

from groundswell.domain.records import Resource
from rehearsal.estate.call_log import ANSWERED, LOST_REPLY
from rehearsal.estate_process import EstateProcess

_IDENTITIES = ("source_server_id", "global_cluster", "cluster", "record_name")
"""Parameters of resources by which calls name them."""


class EstateCall(BaseModel):
    """One call; `at` is the time of day in seconds."""

    number: int
    at: float
    account: str
    region: str
    service: str
    operation: str
    outcome: str
    subject: dict[str, JsonValue]
    effects: dict[str, JsonValue]

    @property
    def moment(self) -> datetime:
        """When it was answered."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def took_effect(self) -> bool:
        """Whether the estate did what it was asked, whoever heard of it."""
        return self.outcome in (ANSWERED, LOST_REPLY)

    def touches(self, resource: Resource) -> bool:
        """Whether it names the resource: by its server, its database, its DNS name, or what was launched of it."""
        names = [*(resource.parameters.get(name) for name in _IDENTITIES), resource.evidence.get("instance")]
        text = json.dumps([self.subject, self.effects])
        return any(f'"{name}"' in text for name in names if name)


_CALLS = TypeAdapter(list[EstateCall])
_LAUNCHES = TypeAdapter(dict[str, int])


def changes(estate: EstateProcess, *, after: int = 0) -> list[EstateCall]:
    """The calls that changed something, or tried to, in order; `after` skips calls up to and with this number."""
    return _CALLS.validate_python(estate.control("GET", f"log?mutating=true&after={after}")["records"])


def launches(estate: EstateProcess) -> dict[str, int]:
    """How often each server was launched, by the id of its source server."""
    return _LAUNCHES.validate_python(estate.control("GET", "launches")["launches"])


def changes_to(estate: EstateProcess, resources: Iterable[Resource]) -> list[EstateCall]:
    """The calls that changed any of these resources, or tried to, in order."""
    wanted = list(resources)
    return [call for call in changes(estate) if any(call.touches(resource) for resource in wanted)]


def launches_of(estate: EstateProcess, resources: Iterable[Resource]) -> dict[str, int]:
    """How often each of those resources that are servers was launched, by name."""
    counted = launches(estate)
    servers = {each.name: str(each.parameters["source_server_id"]) for each in resources if each.technology == "drs"}
    return {name: counted.get(server, 0) for name, server in servers.items()}
