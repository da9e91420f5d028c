"""How runs of the planner ended that could not end planning: kept with the execution, for whoever waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from groundswell.domain.conditions import Item
from groundswell.domain.instants import to_text
from groundswell.domain.records import Execution
from groundswell.ledger import keys
from groundswell.ledger.executions import planning_check
from groundswell.ports.store import Store, Update

TAKEN_UP_WITHIN = timedelta(minutes=2)
"""From the end of a planner's time to the next run: the sweep's silence, and the minute between two sweeps."""


def note_failure(store: Store, execution: Execution, planner: int, told: str, *, at: datetime, counts: bool) -> None:
    """Keep how this run ended, and let the next one begin; it counts against the request, or it does not.

    Raises:
        TransactionRefusedError: another planner is at it, or it is decided.
    """
    key, now = keys.execution_key(execution.execution_id), to_text(at)
    change: Item = {"planner_error": told, "planner_error_at": now, "planner_until": now}
    change |= {} if counts else {"planners_hindered": execution.planners_hindered + 1}
    store.write(Update(key, set=change, condition=planning_check(execution.execution_id, planner).condition))
