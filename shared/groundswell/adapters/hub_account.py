"""Reads what the hub may take of its own account, and what the account gives, for somebody who is about to
arm it, or asks whether it is well.

It runs with the rights of whoever asks: events:ListRules, lambda:GetAccountSettings, lambda:GetFunctionConfiguration
and lambda:ListEventSourceMappings, which the stack's AdministratorsPolicy gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundswell.domain.hub_limits import HubUse

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient

_GROWING = ("plan-execution", "preview-plan")
"""Functions whose environment grows with the estate."""


def read_hub_use(functions: LambdaClient, events: EventBridgeClient, hub: str) -> HubUse:
    """What the hub of this name may take.

    Raises:
        ClientError: the caller may not read it, or there is no such hub.
    """
    rules = events.get_paginator("list_rules").paginate(EventBusName=hub)
    return HubUse(
        hub=hub,
        workers=dict(_workers(functions, hub)),
        concurrency=functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"],
        variables={name: _variables(functions, name) for name in (f"{hub}-{each}" for each in _GROWING)},
        rules=sum(len(page["Rules"]) for page in rules),
    )


def _workers(functions: LambdaClient, hub: str) -> Iterator[tuple[str, int]]:
    for page in functions.get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            name = mapping["FunctionArn"].partition(":function:")[2].partition(":")[0]
            most = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
            if name.startswith(f"{hub}-") and most:
                yield name, most


def _variables(functions: LambdaClient, name: str) -> dict[str, str]:
    return dict(functions.get_function_configuration(FunctionName=name).get("Environment", {}).get("Variables", {}))
