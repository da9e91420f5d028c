"""How well DRS replicates a source server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from groundswell.domain.protection import Fitness

if TYPE_CHECKING:
    from mypy_boto3_drs.type_defs import SourceServerTypeDef

WITHOUT_SNAPSHOT = frozenset({"STOPPED", "INITIATING", "INITIAL_SYNC", "DISCONNECTED"})
"""States in which there is nothing to launch from: not yet, or not any more. StopReplication deletes the snapshots, and
DisconnectSourceServer all that was created for the replication (API reference)."""

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_DURATION = re.compile(f"P(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?")
_OVER = ("DISCONNECTED", "STOPPED")
_SECONDS = (604_800, 86_400, 3_600, 60, 1)


def seconds_of(duration: str) -> float | None:
    """Seconds of an ISO 8601 duration in weeks, days, hours, minutes and seconds; None where it is something else."""
    found = _DURATION.fullmatch(duration)
    if found is None or not any(found.groups()):
        return None
    parts = (float(part.replace(",", ".")) if part else 0.0 for part in found.groups())
    return sum(part * unit for part, unit in zip(parts, _SECONDS, strict=True))


def fitness_of(server: SourceServerTypeDef) -> Fitness:
    """Fit is CONTINUOUS. In all other states that have a snapshot a launch still works, from that snapshot."""
    info = server.get("dataReplicationInfo", {})
    state = info.get("dataReplicationState")
    lag = seconds_of(info.get("lagDuration", ""))
    return Fitness(
        fit=state == "CONTINUOUS" if state else None,
        state=state or "unknown",
        lag_seconds=lag,
        is_over=state in _OVER,
    )
