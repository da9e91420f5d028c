"""Keeps what a violation needs to be understood, before the stack that holds it is taken down."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from groundswell.domain.conditions import Item
from groundswell.domain.ids import ExecutionId
from groundswell.ledger import keys, reading
from groundswell.ports.store import Store
from rehearsal.audit import Violation
from rehearsal.chaos_ground import Ground
from rehearsal.estate_calls import changes

LOG_GROUPS = "/aws/lambda/groundswell-"


def keep_evidence(ground: Ground, name: str, executions: Sequence[ExecutionId], found: Sequence[Violation]) -> Path:
    """Write the ledger of the executions concerned, the estate's calls and all functions' logs; returns where to."""
    directory = ground.stack.directory / f"evidence-{name.replace(' ', '-')}"
    directory.mkdir(exist_ok=True)
    ledger = [item for each in executions for item in _ledger_of(ground.store, each)]
    (directory / "violations.txt").write_text("".join(f"{violation}\n" for violation in found), encoding="utf-8")
    (directory / "ledger.json").write_text(json.dumps(ledger, indent=1, default=str), encoding="utf-8")
    calls = [call.model_dump(mode="json") for call in changes(ground.estate)]
    (directory / "estate-changes.json").write_text(json.dumps(calls, indent=1), encoding="utf-8")
    (directory / "functions.log").write_text("".join(_log_lines(ground)), encoding="utf-8")
    return directory


def _ledger_of(store: Store, execution_id: ExecutionId) -> Iterator[Item]:
    yield from store.query(keys.execution_partition(execution_id))
    for wave in reading.waves(store, execution_id):
        for lane in wave.lanes:
            yield from store.query(keys.lane_partition(lane))


def _log_lines(ground: Ground) -> Iterator[str]:
    """All functions' lines in the order of time, each after its function's name."""
    logs = ground.stack.hub.session().client("logs")
    lines = []
    for groups in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=LOG_GROUPS):
        for name in (group["logGroupName"] for group in groups["logGroups"]):
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                lines += [
                    (event["timestamp"], name.removeprefix(LOG_GROUPS), event["message"]) for event in page["events"]
                ]
    for _, function, message in sorted(lines):
        yield f"{function}: {message.rstrip()}\n"
