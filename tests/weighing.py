"""Calls that change something, weighed: whose account, which operation, for how many resources.

Planned calls say themselves for how many they are; of calls that were made, their parameters tell, as the estate saw
them, which knows nothing of our ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeAlias

from groundswell.domain.dry_run import PlannedCall

Weight: TypeAlias = tuple[str, str, int]
"""Account, `service:Operation`, resources."""


class Made(Protocol):
    """A call in the estate's log."""

    @property
    def account(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def subject(self) -> Mapping[str, Any]: ...


def planned(calls: Iterable[PlannedCall]) -> Counter[Weight]:
    """What planned calls weigh."""
    return Counter((call.account, f"{call.service}:{call.operation}", call.count) for call in calls)


def made(calls: Iterable[Made]) -> Counter[Weight]:
    """What calls weigh that the estate saw."""
    return Counter((call.account, f"{call.service}:{call.operation}", _resources(call)) for call in calls)


def _resources(call: Made) -> int:
    match call.operation:
        case "StartRecovery":
            return len(call.subject["sourceServers"])
        case "StartInstances":
            return len(call.subject["InstanceIds"])
        case "ChangeResourceRecordSets":
            changes = call.subject["ChangeBatch"]["Changes"]
            return len({change["ResourceRecordSet"]["Name"] for change in changes})
    return 1
