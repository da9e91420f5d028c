"""Small worlds by seed: an estate of a few resources, who asks for what and when, and the trouble that there is."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from typing import Any

from rehearsal.estate.scenario.model import Scenario
from tests.simulation import foreign
from tests.simulation.planned import follow_a_plan
from tests.simulation.setting import HOUR, Setting
from tests.simulation.trouble import Strike, drawn, random_of
from tests.simulation.world import World

_Asked = dict[str, Any]
ACCOUNTS = ("222222222201", "222222222202")


def world_of(seed: int, *, only: Collection[Strike] | None = None) -> World:
    """The world of a seed, with those asking in it who do; the same whenever it is made."""
    dice = random_of(seed)
    world = World(_setting(dice, seed), only=only)
    first: _Asked = {"operation": "failover", "all": True, "request_id": "first"}
    if dice.random() < 0.3:
        first["approval"] = [dice.choice([1, 2, 3])]
    follow_a_plan(world, seed, first)
    world.request(**first)
    for ask in (_repeated, _overlapping, _another_content, _stale, _later):
        ask(world, dice, first)
    return world


def _repeated(world: World, dice: random.Random, first: _Asked) -> None:
    if dice.random() < 0.5:
        world.request(after=dice.uniform(0, 300), **first)


def _overlapping(world: World, dice: random.Random, first: _Asked) -> None:
    del first
    if dice.random() < 0.5:
        after = dice.uniform(0, dice.choice([0.1, 2.0]))
        asked: dict[str, Any] = {"customer": "customer-a", "environment": "production", "request_id": "overlapping"}
        world.request(after=after, operation="failover", **asked)


def _another_content(world: World, dice: random.Random, first: _Asked) -> None:
    if dice.random() < 0.2:
        world.request(after=dice.uniform(0, 300), **first, dry_run=True)


def _stale(world: World, dice: random.Random, first: _Asked) -> None:
    del first
    if dice.random() < 0.1:
        old = dice.uniform(0.5, 30) * HOUR
        world.request(after=dice.uniform(0, 300), said_before=old, operation="failover", all=True, request_id="stale")


def _later(world: World, dice: random.Random, first: _Asked) -> None:
    """Everything once more, when it may be there already."""
    del first
    if dice.random() < 0.2:
        world.request(after=dice.uniform(60, 900), operation="failover", all=True, request_id="later")


def _setting(dice: random.Random, seed: int) -> Setting:
    customers = dice.choice([1, 2])
    return Setting(
        scenario=_with_checks(_estate(dice, customers), seed),
        chances=drawn(dice),
        seed=seed,
        mainframes=_mainframes(dice, customers),
        hold_chunk=dice.choice([1, 2, 49]),
        people=dice.random() < 0.6,
        meddling=dice.choice([0.0, 0.05, 0.3]),
    )


def _mainframes(dice: random.Random, customers: int) -> tuple[Mapping[str, Any], ...]:
    if dice.random() < 0.6:
        return ()
    return tuple(mainframe(f"customer-{letter}", wave=dice.choice([1, 2])) for letter in "ab"[:customers])


def mainframe(customer: str, *, wave: int) -> Mapping[str, Any]:
    """The inventory's entry of a mainframe."""
    tags = {"dr:enabled": "true", "dr:wave": str(wave), "Customer": customer, "Environment": "production"}
    return {
        "resource_id": customer,
        "technology": foreign.NAME,
        "account": ACCOUNTS[0],
        "region": "us-west-2",
        "tags": tags,
    }


def _estate(dice: random.Random, customers: int) -> Scenario:
    """Two or three waves, three to eight resources."""
    launches = [{"servers": "*-app-01", "times": dice.choice([1, 2, "always"])}] if dice.random() < 0.3 else []
    return Scenario.model_validate(
        {
            "accounts": ACCOUNTS[: dice.choice([1, 2])],
            "customers": {"count": customers},
            "page_size": dice.choice([1, 2, 100]),
            "servers": [
                {"name": "{customer}-dc-{n:02}", "wave": 1, "per_customer": 1, "priority": "critical"},
                {
                    "name": "{customer}-app-{n:02}",
                    "wave": 2,
                    "per_customer": dice.choice([1, 2]),
                    "priority": "high",
                    "impact": dice.choice(["critical", "optional"]),
                    "launch_disposition": dice.choice(["STARTED", "STOPPED"]),
                },
            ],
            "aurora": _databases(dice),
            "dns": _names(dice),
            "times": _times(dice),
            "oddities": {
                "instance_id_missing": dice.choice([0, 0.5]),
                "launching_after_job_end": dice.choice([0, 0.5]),
                "events_dropped": 0,
            },
            "faults": {"launch_failures": launches, "throttling": []},
        }
    )


def _with_checks(scenario: Scenario, seed: int) -> Scenario:
    """Some worlds look, in a last wave, whether all works. By dice of their own: other worlds stay as they were."""
    dice = random_of(10**9 + seed)
    if dice.random() < 0.6:
        return scenario
    command = {"name": "probe.{customer}", "wave": 4, "kind": "command", "document": "probe", "nodes": "n.{customer}"}
    automation = {"name": "smoke.{customer}", "wave": 4, "kind": "automation", "document": "smoke.{customer}"}
    page = {"name": "web.{customer}", "wave": 4, "url": "https://shop.example/{customer}"}
    documents = [
        {"name": "probe", "kind": "Command"},
        *({"name": f"smoke.{each}"} for each in scenario.customers.names()),
    ]
    times = scenario.times.model_dump() | {
        "ssm": {"listed_after": dice.choice(["1s..8s", "10s..90s"]), "automation": "5s..60s", "command": "5s..60s"}
    }
    fails = [{"documents": "smoke.*", "times": 1}] if dice.random() < 0.3 else []
    changed = {
        "checks": {"ssm": [command, automation], "https": [page]},
        "systems": {"documents": documents, "nodes": [{"name": "n.{customer}"}]},
        "web": [{"url": "https://shop.*", "up_after": dice.choice(["0s", "10m"])}],
        "times": times,
        "faults": scenario.faults.model_dump() | {"failing_documents": fails},
    }
    return Scenario.model_validate(scenario.model_dump() | changed)


def _times(dice: random.Random) -> dict[str, Any]:
    """Mostly quick, so that a world is soon over; sometimes as in the field. Jobs may be listed late."""
    late = {"listed_after": dice.choice(["1s..8s", "10s..90s"])}
    if dice.random() < 0.1:
        return {"drs": late}
    return {
        "drs": late | {"snapshot": "1s..10s", "conversion": "5s..40s", "launch": "5s..20s"},
        "ec2": {"pending": "5s..10s", "status_checks": "5s..40s"},
        "rds": {"failover": "5s..60s", "writer_endpoint": "5s..20s"},
    }


def _databases(dice: random.Random) -> list[dict[str, Any]]:
    return [{"name": "{customer}-db", "wave": 1}] if dice.random() < 0.5 else []


def _names(dice: random.Random) -> dict[str, Any]:
    if dice.random() < 0.5:
        return {}
    routing = dice.choice(["weighted", "failover"])
    return {"records": [{"name": "app.{customer}", "wave": 3, "routing": routing}]}
