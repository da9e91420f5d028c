"""The storms: what breaks, how often and for how long. Each may slow an execution down, and do no more."""

from dataclasses import dataclass, field

from rehearsal.fault_rules import (
    away,
    conflicts,
    late_calls,
    lost_replies,
    resets,
    slow_replies,
    throttling,
    unreachable_region,
)
from rehearsal.proxied_estate import HUB_SERVICES
from rehearsal.proxy import Rule

LATE, LOST, RESET = "latency", "response:abort", "reset"
CONFLICT = "error:TransactionCanceledException"
THROTTLINGS = ("error:ProvisionedThroughputExceededException", "error:ThrottlingException")
PRIMARY_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Storm:
    """One kind of trouble."""

    name: str
    what: str
    """In words, for the person who watches."""
    rules: tuple[Rule, ...] = ()
    services: tuple[str, ...] = ()
    """Services of which at least one call must have been broken: else the storm proved nothing."""
    kinds: tuple[str, ...] = ()
    """Kinds of fault, in microburst's words, of which at least one must have struck."""
    breaks_when_running: bool = False
    """The calls break when the first wave runs, and not from the beginning."""
    kill_every_seconds: float | None = None
    region_down: str | None = None
    """A Region that answers nothing; no call may even be tried there."""
    may_leave_dead_letters: bool = False
    """A message that five functions died over is given up, rightly; the sweep makes up for it."""
    kills_spare: frozenset[str] = field(default_factory=frozenset)


def storms(outage_seconds: float = 25.0, kill_every_seconds: float = 2.0) -> tuple[Storm, ...]:
    """All storms, in the order in which they pass."""
    return (
        Storm(
            "throttling",
            "30 % of all calls of the functions are throttled, each in its service's own words",
            throttling(0.3),
            services=("dynamodb", "drs", "events", "sts"),
            kinds=THROTTLINGS,
        ),
        Storm(
            "lost replies",
            "20 % of all calls take effect, and the connection closes before the answer",
            lost_replies(0.2),
            services=("dynamodb", "drs", "events"),
            kinds=(LOST,),
        ),
        Storm(
            "resets",
            "20 % of the connections to the hub's AWS are reset before the call takes effect, and 5 % of all others",
            (*resets(0.2, HUB_SERVICES), *resets(0.05)),
            services=("dynamodb", "events"),
            kinds=(RESET,),
        ),
        Storm(
            "latency",
            "every call takes 20 to 300 ms longer; some take effect after the caller has given up waiting",
            (*late_calls(0.03), *slow_replies()),
            services=("dynamodb", "drs", "events"),
            kinds=(LATE,),
        ),
        Storm(
            "conflicts",
            "40 % of the ledger's transactions are cancelled because another one is at the same item",
            conflicts(0.4),
            services=("dynamodb",),
            kinds=(CONFLICT,),
        ),
        _away("ledger away", "DynamoDB", "dynamodb", outage_seconds),
        _away("bus away", "EventBridge", "events", outage_seconds),
        _away("queues away", "SQS, as functions call it,", "sqs", outage_seconds),
        Storm(
            "sudden deaths",
            f"a worker is killed (SIGKILL) every {kill_every_seconds:g} s on average, at any instruction",
            kill_every_seconds=kill_every_seconds,
            may_leave_dead_letters=True,
        ),
        Storm(
            "everything",
            "throttling, lost replies, resets, late calls and conflicts (each 5 %), and sudden deaths, all at once",
            (*late_calls(0.02), *conflicts(0.05), *lost_replies(0.05), *resets(0.05, HUB_SERVICES), *throttling(0.05)),
            services=("dynamodb", "events"),
            kinds=(LATE, CONFLICT, LOST, RESET, *THROTTLINGS),
            kill_every_seconds=2 * kill_every_seconds,
            may_leave_dead_letters=True,
        ),
        Storm(
            "primary Region down",
            f"nothing in {PRIMARY_REGION} answers, and nothing is asked there",
            unreachable_region(PRIMARY_REGION),
            region_down=PRIMARY_REGION,
        ),
    )


def _away(name: str, whom: str, service: str, seconds: float) -> Storm:
    return Storm(
        name,
        f"{whom} answers nobody for {seconds:g} s, from the moment on when the first wave runs",
        away(service, seconds),
        services=(service,),
        kinds=(RESET,),
        breaks_when_running=True,
    )
