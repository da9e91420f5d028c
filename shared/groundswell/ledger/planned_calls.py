"""The calls that a dry run found, kept beside its execution: too many for an event."""

from __future__ import annotations

from groundswell.domain.conditions import Absent
from groundswell.domain.dry_run import CallSheet
from groundswell.domain.errors import StaleWriteError
from groundswell.domain.records import Execution
from groundswell.ledger import keys
from groundswell.ledger.executions import planning_check
from groundswell.ports.store import Put, Store, TransactionRefusedError

PART_BYTES = 200_000
"""Bytes of calls in an item, which takes 400 KB with all else."""
MOST_BYTES = 10_000_000
"""Bytes of calls that are kept of a dry run; how many there are in all is kept beside them."""


def keep(store: Store, execution: Execution, planner: int, sheet: CallSheet) -> None:
    """Write what this planner found, each part once. A planner that takes over writes parts of its own.

    Raises:
        StaleWriteError: another planner has taken over, or it is decided.
    """
    for number, part in enumerate(sheet.within(MOST_BYTES).parts(PART_BYTES)):
        key = keys.calls_key(execution.execution_id, planner, number)
        item = Put({"pk": key.pk, "sk": key.sk, "sheet": part.model_dump_json()}, condition=Absent("pk"))
        try:
            store.write(planning_check(execution.execution_id, planner), item)
        except TransactionRefusedError as refused:
            if 0 in refused.failed:
                told = f"execution {execution.execution_id} is planned by another run of the planner by now"
                raise StaleWriteError(told) from refused


def read(store: Store, execution: Execution) -> CallSheet:
    """What the planner that decided a dry run found; nothing of an execution that is none."""
    partition, prefix = keys.execution_partition(execution.execution_id), keys.calls_prefix(execution.planner)
    parts = [CallSheet.model_validate_json(str(item["sheet"])) for item in store.query(partition, prefix)]
    if not parts:
        return CallSheet()
    return parts[0].model_copy(
        update={
            "calls": tuple(call for part in parts for call in part.calls),
            "remarks": tuple(remark for part in parts for remark in part.remarks),
        }
    )
