"""Runs of documents on the simulated Systems Manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Observation, Target
from groundswell.technologies.ssm import TECHNOLOGY
from rehearsal.estate.scenario.inventory import node_id_of
from tests.unit.technologies.bench import Bench, bench, target_of

RUN = TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE]
SMOKE, PROBE = "groundswell-smoke", "groundswell-probe"
AUTOMATION = {"kind": "automation", "document": SMOKE}
QUICK = {"answers_after": "0s", "listed_after": "0s"}
_DOCUMENTS = [{"name": SMOKE}, {"name": PROBE, "kind": "Command"}]
_NODES = [
    {"name": "web-{n}", "per_customer": 3, "tags": {"Role": "web", "Customer": "{customer}"}},
    {"name": "db-{n}", "tags": {"Role": "db"}},
    {"name": "asleep", "tags": {"Role": "web"}, "online": False},
]


def systems(
    *, documents: Sequence[Mapping[str, Any]] = (), times: Mapping[str, Any] | None = None, **more: Any
) -> Bench:
    """A bench with both documents, three nodes for the web, one for a database, and one whose agent sleeps."""
    named = {each["name"]: each for each in [*_DOCUMENTS, *documents]}
    given = {"documents": list(named.values()), "nodes": _NODES}
    return bench({"systems": {**given, **more.pop("systems", {})}, "times": {"ssm": times or {}}, **more})


def failing(document: str, **rule: Any) -> dict[str, Any]:
    """Faults of a scenario in which the document's runs fail always."""
    return {"throttling": [], "failing_documents": [{"documents": document, "times": "always", **rule}]}


def node(at: Bench, name: str) -> str:
    """The instance id of a node."""
    return node_id_of(at.estate.scenario, name)


def automation(**parameters: str) -> Target:
    """An automation that is to be run."""
    return target_of("ssm/smoke", {**AUTOMATION, **parameters})


def command(**parameters: str) -> Target:
    """A command that is to be sent; `instances` or `targets` say where to."""
    return target_of("ssm/probe", {"kind": "command", "document": PROBE, **parameters})


def web_command() -> Target:
    """A command for all nodes of the web."""
    return command(targets="tag:Role=web")


def begun(at: Bench, target: Target) -> Target:
    """The run, begun."""
    (acted,) = at.act(RUN, [target])
    return acted


def without_answer(target: Target) -> Target:
    """The run, begun by calls whose answers were lost."""
    return replace(target, intents=tuple(replace(intent, handle=None) for intent in target.intents))


def seen(at: Bench, target: Target) -> Observation:
    """What a look sees of a run now."""
    (observation,) = at.observe(RUN, [target])
    return observation


def settled(at: Bench, target: Target) -> Observation:
    """What looks see of it in the end."""
    (observation,) = at.settle(RUN, [target])
    return observation


def sent(at: Bench) -> int:
    """How many automations and commands there are in the account."""
    runs = at.estate.world.site(at.caller).runs
    return len(runs.automations) + len(runs.commands)
