"""What an error of DynamoDB means for the caller, read from its structured fields and never from its message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from groundswell.adapters.dynamodb_values import item_from_wire
from groundswell.domain.conditions import Item
from groundswell.domain.errors import GroundswellError, PermanentError, TransientError
from groundswell.ports.store import Key, Reason, Refusal, TransactionRefusedError

Fault: TypeAlias = ClientError | HTTPClientError | NoConnectionError
"""A reply that says no, or no reply. Without a reply it is unknown whether the request was carried out."""
FAULTS = (ClientError, HTTPClientError, NoConnectionError)

_PASSING_CODES = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_PASSING_REASONS = frozenset({Refusal.NONE, Refusal.CONFLICT, Refusal.THROTTLED})
_SERVER_FAULT = 500
_REFUSALS = {
    "None": Refusal.NONE,
    "ConditionalCheckFailed": Refusal.CONDITION,
    "TransactionConflict": Refusal.CONFLICT,
    "ThrottlingError": Refusal.THROTTLED,
    "ProvisionedThroughputExceeded": Refusal.THROTTLED,
}


def may_pass(fault: Fault) -> bool:
    """Whether the same request, sent again, may get another answer."""
    if not isinstance(fault, ClientError):
        return True
    if _code(fault) == "TransactionCanceledException":
        return {reason.refusal for reason in reasons(fault)} <= _PASSING_REASONS
    status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return _code(fault) in _PASSING_CODES or status >= _SERVER_FAULT


def reasons(cancelled: ClientError) -> list[Reason]:
    """Why a transaction was cancelled, one reason for each write, in order."""
    return [
        Reason(_refusal(told.get("Code", "")), _item(told.get("Item")))
        for told in cancelled.response.get("CancellationReasons", [])
    ]


def _item(told: object) -> Item | None:
    """The stubs have no true type for the item of a reason: it is one as GetItem gives it."""
    return item_from_wire(cast("dict[str, dict[str, object]]", told)) if told else None


def in_our_words(fault: Fault, *, doing: str, keys: Sequence[Key] = ()) -> GroundswellError:
    """The error that the caller of the port gets, when sending again is no use, or of no more use.

    `doing` says what was tried, `keys` which items the writes of a transaction are on, in order.
    """
    if not isinstance(fault, ClientError):
        return TransientError(
            f"{doing}: no reply ({fault}); whether it was done is unknown, the next attempt finds out"
        )
    if _code(fault) == "TransactionCanceledException":
        return _cancelled(fault, doing, keys)
    said = f"{_code(fault)}: {fault.response.get('Error', {}).get('Message', '')}"
    if _code(fault) == "ValidationException":
        return PermanentError(f"{doing}: DynamoDB does not take it ({said}); correct the caller")
    return TransientError(
        f"{doing}: DynamoDB refuses it ({said}); it is tried again with its message: "
        "if that does not help, check the table's name, the function's role, and the table's throttling"
    )


def _cancelled(fault: ClientError, doing: str, keys: Sequence[Key]) -> GroundswellError:
    told = reasons(fault)
    if any(reason.refusal is Refusal.CONDITION for reason in told):
        return TransactionRefusedError(told)
    said = _faults_by_item(fault, keys)
    if any(reason.refusal is Refusal.INVALID for reason in told):
        return PermanentError(f"{doing}: DynamoDB does not take it ({said}); correct the caller")
    return TransientError(f"{doing}: still refused after several attempts ({said}); nothing was written")


def _faults_by_item(cancelled: ClientError, keys: Sequence[Key]) -> str:
    """Each write that is at fault, for people; unlike codes, messages may change."""
    return ", ".join(
        f"{key.pk} / {key.sk}: {told.get('Code')} {told.get('Message', '')}".rstrip()
        for key, told in zip(keys, cancelled.response.get("CancellationReasons", []), strict=False)
        if told.get("Code") != "None"
    )


def _refusal(code: str) -> Refusal:
    """A code that is not listed is a fault that sending again does not mend."""
    return _REFUSALS.get(code, Refusal.INVALID)


def _code(fault: ClientError) -> str:
    return fault.response.get("Error", {}).get("Code", "")
