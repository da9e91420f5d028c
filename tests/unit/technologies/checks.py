"""The checks of a technology before the start, made on a work bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue, TypeAdapter

from groundswell.domain.operations import Operation
from groundswell.domain.preflight import PreflightCheck, Verdict
from groundswell.domain.protection import Finding, Protected, judge
from groundswell.technologies.contract import Look, Unread
from groundswell.technologies.registry import load
from rehearsal.estate.scenario.inventory import inventory_of
from tests.unit.technologies.bench import Bench

_TEXTS = TypeAdapter(dict[str, str])
_PARAMETERS = TypeAdapter(dict[str, JsonValue])
Check = PreflightCheck | Unread


def protected_of(at: Bench, technology: str) -> list[Protected]:
    """What is tagged or declared of a technology on the bench."""
    find = load(technology).find
    found = find(at.look()) if find else map(_declared, inventory_of(at.estate.scenario))
    judged = [judge(each) for each in found if each.technology == technology]
    return [each for each in judged if isinstance(each, Protected)]


def _declared(entry: Mapping[str, object]) -> Finding:
    texts = {name: str(entry[name]) for name in ("technology", "account", "region", "source_region")}
    name = str(entry["resource_id"])
    return Finding(
        **texts,
        name=name,
        own_name=name,
        tags=_TEXTS.validate_python(entry["tags"]),
        parameters=_PARAMETERS.validate_python(entry["parameters"]),
    )


def checks_of(
    at: Bench, technology: str, resources: Sequence[Protected] | None = None, *, besides: Sequence[str] = ()
) -> list[Check]:
    """What a technology says; `besides`: source servers that other executions have still to recover."""
    check = load(technology).preflight
    assert check is not None
    others = [{"source_server_id": server} for server in besides]
    wanted = protected_of(at, technology) if resources is None else resources
    at.clients.forget_calls()
    look = Look(at.caller.account, at.caller.region, Operation.SWITCHOVER, at.clock.now(), at.clients, others)
    return list(check(look, wanted))


def one(checks: Sequence[Check], name: str) -> PreflightCheck:
    """The one check whose name begins so."""
    (found,) = (each for each in checks if each.check.startswith(name))
    assert isinstance(found, PreflightCheck)
    return found


def amiss(checks: Sequence[Check]) -> list[Check]:
    """What did not pass."""
    return [each for each in checks if isinstance(each, Unread) or each.verdict is not Verdict.PASSED]
