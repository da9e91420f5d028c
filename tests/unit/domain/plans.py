"""Plans of a few findings, as tests ask for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from groundswell.domain.events.facts import Remark
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Estate, Plan, Served, make_plan
from groundswell.domain.plan_terms import Terms
from groundswell.domain.protection import Finding, Fitness
from tests.unit.domain.builders import request

LAGGING = Fitness(fit=False, state="BACKLOG", lag_seconds=1800.4)
UNREAD = Fitness(fit=None, state="unknown")
TAGS_RULE = Terms()
NOW = datetime(2030, 1, 1, tzinfo=UTC)
EVERYBODY = Served(supports=lambda *_: True, answers=lambda _: True)


def plan(
    *findings: Finding,
    served: Served = EVERYBODY,
    unread: tuple[Remark, ...] = (),
    checks: tuple[Finding, ...] = (),
    terms: Terms = TAGS_RULE,
    **asked: Any,
) -> Plan:
    return make_plan(request(**asked), Estate(findings, NOW, unread, checks), served, terms)


def answered_by(*technologies: str) -> Served:
    return Served(supports=lambda *_: True, answers=lambda name: name in technologies)


def supported(supports: Callable[[str, Operation], bool]) -> Served:
    return Served(supports=supports, answers=lambda _: True)


def names(of: Plan) -> list[str]:
    return [resource.name for resource in of.resources]


def said(remarks: Any) -> list[tuple[str, str]]:
    return [(remark.subject, remark.reason) for remark in remarks]
