"""A short case of each kind of storm: calls break and functions die, over the wire; the audit finds nothing wrong."""

from collections.abc import Iterator

import pytest

from groundswell.adapters.dynamodb_retries import LONGEST_PAUSES
from rehearsal.chaos import failover_of, weather
from rehearsal.chaos_ground import ACCOUNTS, Ground, chaos_ground
from rehearsal.fault_rules import (
    conflicts,
    late_calls,
    lost_replies,
    resets,
    throttling,
    unreachable_region,
)
from rehearsal.hub_queues import Patience
from rehearsal.processes import log_end
from rehearsal.proxied_estate import HUB_SERVICES
from rehearsal.storms import CONFLICT, LATE, LOST, PRIMARY_REGION, RESET, THROTTLINGS, Storm

FACTOR = 600.0
PATIENCE = Patience(reactions=6, workers=50, sweep=5.0)
"""Messages of dead reactions come again before the 20 s that a reaction may run: here they run for one."""
AT_LEDGER, AT_BUS = len(LONGEST_PAUSES), 3
"""Calls in a row that are not heard: one fewer than the functions attempt by themselves. A worker's call that fails
altogether costs a claim's 45 s; what an outage of minutes costs, `make chaos` tells."""
CLAIMANTS = frozenset({"plan-execution", "recover-aurora", "recover-drs", "recover-route53"})
"""Their deaths cost the 35 or 45 s that a claim lasts: test_crashes waits for those."""
LATE_TO_LEDGER = late_calls(0.02)[:1]
"""To the ledger alone, whose callers wait for two seconds; all others wait for nine.

Replies that the estate's services lose are not among this either: it takes two minutes until a change of a DNS name
whose id was lost counts as done. `make chaos` has the time.
"""

# So seldom that hardly a worker gives a call up: its message comes again after 50 s.
CALLS_BREAK = Storm(
    "calls break",
    "",
    (
        *LATE_TO_LEDGER,
        *conflicts(0.2),
        *lost_replies(0.05, HUB_SERVICES),
        *resets(0.05, HUB_SERVICES),
        *throttling(0.07),
        {"service": "events", "reset": True, "times": 1},  # for sure: few calls are to the bus
    ),
    services=("dynamodb", "events"),
    kinds=(LATE, CONFLICT, LOST, RESET, THROTTLINGS[0]),
    breaks_when_running=True,
)
SERVICES_AWAY = Storm(
    "services away",
    "",
    (
        {"service": "dynamodb", "reset": True, "times": AT_LEDGER},
        {"service": "events", "reset": True, "times": AT_BUS},
    ),
    services=("dynamodb", "events"),
    breaks_when_running=True,
)
DEATHS = Storm("sudden deaths", "", kill_every_seconds=1.5, kills_spare=CLAIMANTS, may_leave_dead_letters=True)
REGION_DOWN = Storm("primary Region down", "", unreachable_region(PRIMARY_REGION), region_down=PRIMARY_REGION)
STORMS = (CALLS_BREAK, SERVICES_AWAY, DEATHS, REGION_DOWN)


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """A small stack of its own: other tests' calls must not break."""
    estate: dict[str, object] = {
        "name": "storms",
        "accounts": list(ACCOUNTS[:1]),
        "customers": {"count": len(STORMS)},
        "servers": [
            {"name": "{customer}-dc-{n:02}", "per_customer": 1, "wave": 1},
            {"name": "{customer}-app-{n:02}", "per_customer": 2, "wave": 2},
        ],
        "aurora": [{"name": "{customer}-db", "wave": 1}],
        "dns": {"records": [{"name": "app.{customer}", "wave": 2, "routing": "weighted"}]},
    }
    with chaos_ground(estate, factor=FACTOR) as ground:
        yield ground


@pytest.mark.parametrize("storm", STORMS, ids=[storm.name for storm in STORMS])
def test_execution_completes_and_nothing_is_wrong_in_a_storm(ground: Ground, storm: Storm) -> None:
    customer = ground.customers[STORMS.index(storm)]

    passed = weather(ground, storm, [failover_of(customer)], patience=PATIENCE, say=lambda _: None)

    log = log_end(ground.stack.directory / "emulator.log")
    assert list(map(str, passed.violations)) == [], f"the emulator's log ends so:\n{log}"
