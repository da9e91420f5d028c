"""What reached the simulated services: the estate's own log, which knows nothing of our ledger."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import BaseModel, JsonValue

from groundswell.domain.records import Resource
from rehearsal.estate_process import EstateProcess


class Call(BaseModel):
    """One call; `at` is the time of day in seconds."""

    number: int
    at: float
    account: str
    service: str
    operation: str
    outcome: str
    subject: dict[str, JsonValue]
    effects: dict[str, JsonValue]

    @property
    def moment(self) -> datetime:
        """When it was answered."""
        return datetime.fromtimestamp(self.at, UTC)

    def touches(self, resource: Resource) -> bool:
        """Whether it names the resource: by its server, its database, its DNS name, or what was launched of it."""
        names = ("source_server_id", "global_cluster", "cluster", "record_name")
        marks = [*(resource.parameters.get(name) for name in names), resource.evidence.get("instance")]
        text = json.dumps([self.subject, self.effects])
        return any(f'"{mark}"' in text for mark in marks if mark)


def changes(estate: EstateProcess, resources: Iterable[Resource]) -> list[Call]:
    """The calls that changed any of these resources, or tried to, in order."""
    answer = estate.control("GET", "log?mutating=true")
    wanted = list(resources)
    calls = [Call.model_validate(record) for record in _list(answer["records"])]
    return [call for call in calls if any(call.touches(resource) for resource in wanted)]


def launches(estate: EstateProcess, resources: Iterable[Resource]) -> dict[str, int]:
    """How often each of those resources that are servers was launched, by name."""
    counted = estate.control("GET", "launches")["launches"]
    assert isinstance(counted, dict)
    servers = {each.name: each.parameters["source_server_id"] for each in resources if each.technology == "drs"}
    return {name: int(counted.get(server, 0)) for name, server in servers.items()}


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
