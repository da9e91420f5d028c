"""Worlds without trouble: what their estates hold, and how odd they are."""

from __future__ import annotations

from typing import Any

from rehearsal.estate.scenario.model import Scenario
from tests.simulation.setting import Setting
from tests.simulation.world import World

QUIET = {"instance_id_missing": 0, "launching_after_job_end": 0, "events_dropped": 0}
SERVERS = [
    {"name": "{customer}-dc-{n:02}", "per_customer": 2, "wave": 1},
    {"name": "{customer}-app-{n:02}", "per_customer": 3, "wave": 2},
]
QUICK = {
    "drs": {"snapshot": "1s..5s", "conversion": "5s..10s", "launch": "5s..10s"},
    "ec2": {"pending": "1s..5s", "status_checks": "5s..10s"},
}
EVERYTHING = {
    "accounts": ["222222222201", "222222222202"],
    "customers": {"count": 2},
    "servers": SERVERS,
    "aurora": [
        {"name": "{customer}-db", "wave": 1},
        {
            "name": "{customer}-archive",
            "wave": 1,
            "secondary_instances": 0,
            "tags": {"dr:instance-class": "db.r6g.large"},
        },
    ],
    "dns": {
        "records": [
            {"name": "app.{customer}", "wave": 3, "routing": "weighted"},
            {"name": "api.{customer}", "wave": 3, "routing": "failover", "type": "A"},
        ]
    },
}

CHECKS: dict[str, Any] = {
    "checks": {
        "https": [{"name": "shop.{customer}", "wave": 3, "url": "https://shop.{customer}.example/health"}],
        "ssm": [
            {"name": "smoke.{customer}", "wave": 3, "kind": "automation", "document": "groundswell-smoke-{customer}"},
            {
                "name": "probe.{customer}",
                "wave": 3,
                "kind": "command",
                "document": "groundswell-probe",
                "nodes": "bastion.{customer}",
            },
        ],
    },
    "systems": {
        "documents": [
            {"name": "groundswell-smoke-customer-a"},
            {"name": "groundswell-smoke-customer-b"},
            {"name": "groundswell-probe", "kind": "Command"},
        ],
        "nodes": [{"name": "bastion.{customer}"}],
    },
    "web": [{"url": "https://shop.*", "up_after": "20m"}],
}
"""Three checks of each customer, after all else: two documents are run, and the web answers in the end."""


def everything(**changes: Any) -> Scenario:
    """Two customers with five servers, two databases and two DNS names each; `changes` replace parts of it."""
    return Scenario.model_validate({**EVERYTHING, "faults": {"throttling": []}, **changes})


def world_of(**changes: Any) -> World:
    """A world without trouble over everything."""
    return World(Setting(everything(**changes)))


def failing(*, optional: bool = False) -> World:
    """One server's launch fails whenever it is tried."""
    faults = {"throttling": [], "launch_failures": [{"servers": "customer-a-dc-01", "times": "always"}]}
    impact = {"impact": "optional"} if optional else {}
    return world_of(faults=faults, servers=[{**SERVERS[0], **impact}, SERVERS[1]], oddities=QUIET, times=QUICK)
