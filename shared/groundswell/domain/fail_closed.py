"""What the checks before the start mean for a plan: a failover goes on and warns, everything else fails closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from groundswell.domain.events.facts import Remark
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan
from groundswell.domain.preflight import PreflightCheck, Verdict, by_gravity

MAX_NAMED = 10
"""Checks that a rejection names; how many more there are is said."""
_PREFLIGHT = "preflight "
_IN_WORDS = {Verdict.FAILED: "failed", Verdict.UNKNOWN: "could not be made"}


def with_preflight(plan: Plan, operation: Operation, checks: Sequence[PreflightCheck]) -> Plan:
    """The plan with its checks, and with the faults or warnings that follow from them.

    A failover leaves something that is lost anyway: what failed or could not be read is said, and it goes on. Every
    other operation can wait until it is mended.
    """
    ordered = by_gravity(checks)
    amiss = [check for check in ordered if check.verdict is not Verdict.PASSED]
    noted = [Remark(subject=check.subject, reason=str(check)) for check in ordered if _is_noted(check)]
    if operation is Operation.FAILOVER:
        noted += map(_warning, amiss)
        return replace(plan, preflight=ordered, warnings=[*plan.warnings, *noted])
    warnings, faults = [*plan.warnings, *noted], [*plan.faults, *_faults(amiss)]
    return replace(plan, preflight=ordered, warnings=warnings, faults=faults)


def _is_noted(check: PreflightCheck) -> bool:
    return check.verdict is Verdict.PASSED and bool(check.advice)


def without_preflight(warnings: Iterable[Remark]) -> list[Remark]:
    """The warnings of a plan that do not repeat one of its checks, for who shows those as well."""
    return [remark for remark in warnings if not remark.reason.startswith(_PREFLIGHT)]


def _warning(check: PreflightCheck) -> Remark:
    return Remark(subject=check.subject, reason=f"{_PREFLIGHT}{_IN_WORDS[check.verdict]}, {check}")


def _faults(amiss: Sequence[PreflightCheck]) -> list[str]:
    faults = [f"{_PREFLIGHT}{_IN_WORDS[check.verdict]}: {check.subject}, {check}" for check in amiss[:MAX_NAMED]]
    if len(amiss) > MAX_NAMED:
        faults.append(f"and {len(amiss) - MAX_NAMED} more preflight checks failed or could not be made; see dr plan")
    return faults
