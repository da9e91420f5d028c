"""The barrier before every call: open while an execution runs, closed by whatever ends that.

Each call's transaction demands an open gate. Two transactions on one item get into each other's way (DynamoDB refuses
one of them, also where both only check it), so there are several gates: a call checks one of them, and what opens or
closes the barrier writes all, in the transaction that changes the execution's status.
"""

from __future__ import annotations

from groundswell.domain.conditions import Equals
from groundswell.domain.ids import ExecutionId, fingerprint
from groundswell.ledger import keys
from groundswell.ports.store import Check, Put


def opened(execution_id: ExecutionId) -> list[Put]:
    """The writes that let calls begin."""
    return [_gate(execution_id, number, is_open=True) for number in range(keys.GATES)]


def closed(execution_id: ExecutionId) -> list[Put]:
    """The writes after which no call begins."""
    return [_gate(execution_id, number, is_open=False) for number in range(keys.GATES)]


def open_check(execution_id: ExecutionId, intent_key: str) -> Check:
    """The write of a transaction that demands that calls may begin; calls spread over the gates by their keys."""
    number = int(fingerprint(intent_key)[:8], 16) % keys.GATES
    return Check(keys.gate_key(execution_id, number), Equals("open", True))


def _gate(execution_id: ExecutionId, number: int, *, is_open: bool) -> Put:
    key = keys.gate_key(execution_id, number)
    return Put({"pk": key.pk, "sk": key.sk, "open": is_open})
