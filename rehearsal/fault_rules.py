"""Rules for the fault proxy: what AWS and networks do to calls, in the wire formats of AWS's own models."""

from collections.abc import Sequence

from rehearsal.proxy import Rule

THROTTLED = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "drs": ("ThrottlingException", 429),
    "ec2": ("RequestLimitExceeded", 503),
    "events": ("ThrottlingException", 400),
    "cloudwatch": ("Throttling", 400),
    "rds": ("Throttling", 400),
    "route53": ("Throttling", 400),
    "s3": ("SlowDown", 503),
    "service-quotas": ("TooManyRequestsException", 400),
    "ssm": ("ThrottlingException", 400),
    "sqs": ("ServiceUnavailable", 503),  # the proxy spells RequestThrottled as SDKs do not know it
    "sts": ("Throttling", 400),
}
"""The error by which each service says that it is asked too often, with its HTTP status."""
ALL = ("*",)
_TRANSACTION = "TransactWriteItems"
_MOST_WRITES = 100
_LEDGER_WAITS_MS, _OTHERS_WAIT_MS = 2000, 9000
"""How long callers wait for an answer at most: the functions' clients of the ledger, and all others."""
_LATE_MS = 500


def throttling(chance: float, services: Sequence[str] = tuple(THROTTLED)) -> tuple[Rule, ...]:
    """Calls are refused because there are too many."""
    return tuple(
        {"service": service, "probability": chance, "error": _said(THROTTLED[service], "Rate exceeded")}
        for service in services
    )


def _said(error: tuple[str, int], message: str) -> Rule:
    code, status = error
    return {"code": code, "status": status, "message": message}


def lost_replies(chance: float, services: Sequence[str] = ALL) -> tuple[Rule, ...]:
    """Calls take effect, and the connection closes in the answer's place."""
    lost = {"probability": chance, "response": {"abort_bytes": 0}}
    return tuple({"service": service, **lost} for service in services)


def resets(chance: float, services: Sequence[str] = ALL) -> tuple[Rule, ...]:
    """Connections are reset, and calls take no effect. What changes the estate is tried again two minutes later."""
    return tuple({"service": service, "probability": chance, "reset": True} for service in services)


def slow_replies() -> tuple[Rule, ...]:
    """Every call takes 20 to 300 milliseconds longer."""
    return ({"service": "*", "latency": {"min": 20, "max": 300}},)


def late_calls(chance: float) -> tuple[Rule, ...]:
    """Calls reach AWS, and take effect, when their callers have given up waiting; put them before other rules."""
    ledger = {"service": "dynamodb", "probability": chance, "latency": _LEDGER_WAITS_MS + _LATE_MS}
    others = ("drs", "ec2", "events", "rds", "route53", "sqs")
    late = {"probability": chance, "latency": _OTHERS_WAIT_MS + _LATE_MS}
    return (ledger, *({"service": service, **late} for service in others))


def conflicts(chance: float) -> tuple[Rule, ...]:
    """Transactions are cancelled because of another one; DynamoDB names a reason for each of their writes, in order."""
    return tuple(_conflict(writes, chance) for writes in range(1, _MOST_WRITES + 1))


def _conflict(writes: int, chance: float) -> Rule:
    message = "Transaction is ongoing for the item"
    reasons = [{"Code": "TransactionConflict", "Message": message}, *[{"Code": "None"}] * (writes - 1)]
    codes = ", ".join(reason["Code"] for reason in reasons)
    said = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    cancelled = _said(("TransactionCanceledException", 400), said)
    return {
        "service": "dynamodb",
        "operation": _TRANSACTION,
        "body": f"length(TransactItems) == `{writes}`",
        "probability": chance,
        "error": {**cancelled, "fields": {"CancellationReasons": reasons}},
    }


def away(service: str, seconds: float) -> tuple[Rule, ...]:
    """A service answers nobody for so long from now on."""
    return ({"service": service, "reset": True, "ttl_s": seconds},)


def unreachable_region(region: str) -> tuple[Rule, ...]:
    """Nothing in a Region answers; Route 53, which is signed for us-east-1 wherever it is asked, does."""
    regional = ("drs", "dynamodb", "ec2", "events", "cloudwatch", "rds", "s3", "service-quotas", "sqs", "sts")
    return tuple({"service": service, "region": region, "reset": True} for service in regional)
