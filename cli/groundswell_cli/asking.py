"""What is asked for: the request of the given options, its event, and the AWS CLI's line that puts the same event."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import TypeAlias

from pydantic import JsonValue

from groundswell.domain.request import DRRequested, InvalidRequest, read_request
from groundswell.ports.world import BusEntry
from groundswell_cli.errors import refused
from groundswell_cli.hub import Place

SOURCE = "groundswell.cli"
"""The source of requests that were asked with `dr`."""


Option: TypeAlias = str | bool | int | list[str] | list[int] | None
"""What an option of the command line may hold."""


def request_of(options: Mapping[str, Option]) -> DRRequested:
    """The request that the options make; those that are None, empty or False are left out.

    Raises:
        CliError: they make no request; every fault is named.
    """
    given = {name: _plain(value) for name, value in options.items() if value not in (None, [], False)}
    given["operation"] = str(options["operation"]).replace("-", "_")
    request = read_request(given)
    if isinstance(request, InvalidRequest):
        raise refused("; ".join(request.faults))
    return request


def _plain(option: Option) -> JsonValue:
    return [*option] if isinstance(option, list) else option


def body_of(request: DRRequested) -> dict[str, JsonValue]:
    """The request as it is put on the bus: bare, and only what was said."""
    body: dict[str, JsonValue] = request.model_dump(mode="json", exclude_defaults=True)
    return body


def entry_of(request: DRRequested) -> BusEntry:
    """The event that asks."""
    return BusEntry(source=SOURCE, detail_type=DRRequested.detail_type, detail=json.dumps(body_of(request)))


def command_line(place: Place, entry: BusEntry) -> str:
    """The line that puts the same event with the AWS CLI, quoted for a POSIX shell; works when pasted.

    It carries the same request_id: pasted besides, it starts nothing twice.
    """
    put = {
        "EventBusName": place.bus,
        "Source": entry.source,
        "DetailType": entry.detail_type,
        "Detail": entry.detail,
    }
    endpoint = ["--endpoint-url", place.endpoint] if place.endpoint else []
    words = ["aws", "events", "put-events", "--region", place.region, *endpoint, "--entries", json.dumps([put])]
    return shlex.join(words)
