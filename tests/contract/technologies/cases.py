"""For each built-in technology an estate in which every one of its calls is due, and what is to be recovered there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter

from groundswell.domain.operations import PHASES, Operation, Phase
from groundswell.technologies.contract import Step, Target, Technology
from groundswell.technologies.registry import load
from rehearsal.estate.scenario.inventory import inventory_of
from tests.unit.technologies.bench import Bench, bench, target_of

_PARAMETERS = TypeAdapter(dict[str, JsonValue])


@dataclass(frozen=True)
class Case:
    """How the steps of a technology are driven."""

    estate: Mapping[str, object]
    targets: Callable[[Bench, Technology], list[Target]]

    def opened(self, technology: Technology) -> tuple[Bench, list[Target]]:
        """A fresh estate and its resources."""
        at = bench(self.estate)
        return at, self.targets(at, technology)


def _found(at: Bench, technology: Technology) -> list[Target]:
    return at.found(technology)


def _declared(at: Bench, technology: Technology) -> list[Target]:
    entries = inventory_of(at.estate.scenario)
    return [
        target_of(str(entry["resource_id"]), _PARAMETERS.validate_python(entry["parameters"]))
        for entry in entries
        if entry["technology"] == technology.name
    ]


_SERVERS = {"name": "app-{n:02}", "wave": 1, "per_customer": 4, "launch_disposition": "STOPPED"}
_HEADLESS = {
    "name": "orders-{n}",
    "wave": 1,
    "per_customer": 2,
    "secondary_instances": 0,
    "tags": {"dr:instance-class": "db.r6g.large"},
}
_NAMES = [
    {"name": "shop.{customer}", "wave": 2, "routing": "weighted"},
    {"name": "api.{customer}", "wave": 2, "routing": "failover"},
]
_WEB = {
    "checks": {"https": [{"name": "shop", "wave": 3, "url": "https://shop.example/health"}]},
    "web": [{"url": "https://shop.example/*", "up_after": "2m"}],
}
_RUNS = {
    "checks": {
        "ssm": [
            {"name": "smoke", "wave": 3, "kind": "automation", "document": "groundswell-smoke"},
            {"name": "probe", "wave": 3, "kind": "command", "document": "groundswell-probe", "nodes": "bastion"},
        ]
    },
    "systems": {
        "documents": [{"name": "groundswell-smoke"}, {"name": "groundswell-probe", "kind": "Command"}],
        "nodes": [{"name": "bastion"}],
    },
}

CASES: dict[str, Case] = {
    "drs": Case({"servers": [_SERVERS]}, _found),
    "https": Case(_WEB, _declared),
    "ssm": Case(_RUNS, _declared),
    "aurora": Case({"aurora": [_HEADLESS]}, _found),
    "route53": Case({"dns": {"records": _NAMES}, "customers": {"count": 3}}, _declared),
}


def case_of(name: str) -> Case:
    """The case of a technology."""
    assert name in CASES, f"technology {name} has no case: add an estate in which all its calls are due"
    return CASES[name]


def phases_of(name: str, operation: Operation) -> list[Phase]:
    """The phases that a technology has for an operation, in their order."""
    return [phase for phase in PHASES[operation] if (operation, phase) in load(name).steps]


def steps_of(name: str) -> list[tuple[Operation, Phase, Step]]:
    """All steps of a technology."""
    return [(operation, phase, step) for (operation, phase), step in load(name).steps.items()]
