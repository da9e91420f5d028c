"""What checks before the start do to a request, by its operation: for the planner and the preview alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from groundswell.domain.ids import execution_id_of
from groundswell.domain.operations import Operation, Phase
from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.protection import Protected
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import reading
from groundswell.reactions.plan_execution import LOOKING_PLANNERS
from groundswell.technologies.contract import Done, Look, Step, Technology, Unread
from tests.unit.domain.builders import finding
from tests.unit.domain.plans import LAGGING
from tests.unit.reactions.bench import Crash
from tests.unit.reactions.checkpoint import BAD, GOOD
from tests.unit.reactions.planning_office import Office, servers

UNKNOWN = PreflightCheck.unknown("KMS key", "encryption key", "denied", advice="Allow it.")


class Checking(Office):
    """An office whose technology says these checks; nothing is known of its role, because no account answers."""

    checks: Sequence[PreflightCheck] = ()
    looks: int = 0

    @property
    def technology(self) -> Technology:
        """Supports failover and switchover."""
        step = Step(observe=lambda _, targets: {target.resource_id: Done() for target in targets})
        steps = {(operation, Phase.ACTIVATE): step for operation in (Operation.FAILOVER, Operation.SWITCHOVER)}
        return Technology(
            "drs", "Servers", "For tests.", steps, find=lambda _: self.findings, preflight=self._say, from_hub=False
        )

    def _say(self, _: Look, __: Sequence[Protected]) -> Iterable[PreflightCheck | Unread]:
        self.looks += 1
        return self.checks


def office(*checks: PreflightCheck) -> Checking:
    made = Checking(servers("a", "b"))
    made.checks = checks
    return made


def told(at: Office, detail_type: str) -> dict[str, Any]:
    facts = reading.facts(at.bench.store, execution_id_of("event-1"))
    (fact,) = (fact for fact in facts if fact.detail_type == detail_type)
    data: dict[str, Any] = json.loads(fact.detail)["data"]
    return data


def of_hook(told: Iterable[str]) -> list[str]:
    """What is not about the role, which nobody can read here."""
    return [each for each in told if "role groundswell-drs" not in each and "recovery role" not in each]


@pytest.mark.parametrize("check", [BAD, UNKNOWN])
@pytest.mark.parametrize("dry_run", [False, True])
def test_switchover_is_rejected_and_holds_nothing_when_a_check_did_not_pass(
    check: PreflightCheck, dry_run: bool
) -> None:
    at = office(GOOD, check)

    at.ask(operation="switchover", dry_run=dry_run)

    assert at.execution().status is ExecutionStatus.REJECTED
    assert len(of_hook(told(at, "DRRejected")["reasons"])) == 1
    assert at.holders("a", "b") == {"a": None, "b": None}


def test_switchover_is_told_of_checks_and_of_lagging_replicas_at_once() -> None:
    at = Checking([finding("a", tags={"dr:resource-id": "a"}, fitness=LAGGING)])
    at.checks = [BAD]

    at.ask(operation="switchover")

    reasons = of_hook(told(at, "DRRejected")["reasons"])
    assert [reason.partition(":")[0] for reason in reasons] == ["not fit for a switchover", "preflight failed"]


@pytest.mark.parametrize("dry_run", [False, True])
def test_failover_is_accepted_with_its_checks_and_warnings_when_some_did_not_pass(dry_run: bool) -> None:
    at = office(GOOD, UNKNOWN, BAD)

    at.ask(dry_run=dry_run)

    accepted = told(at, "DRAccepted")
    assert len(of_hook(remark["reason"] for remark in accepted["warnings"])) == 2
    assert [check["verdict"] for check in accepted["preflight"]] == ["failed", "unknown", "unknown", "passed"]
    assert accepted["preflight_counts"] == {"failed": 1, "unknown": 2, "passed": 1}


def test_checks_are_made_once_for_a_request() -> None:
    at = office(GOOD)

    at.ask()
    at.ask()

    assert at.looks == 1


def test_nothing_is_checked_when_there_is_nothing_to_recover() -> None:
    at = office(BAD)

    at.ask(customer="nobody")

    assert at.looks == 0


@pytest.mark.parametrize(("operation", "accepted"), [("failover", True), ("switchover", False)])
def test_preview_shows_all_checks_and_answers_as_the_planner_would(operation: str, accepted: bool) -> None:
    preview = (
        office(GOOD, BAD)
        .previewer()
        .plan({"operation": operation, "customer": "customer-a", "environment": "production"})
    )

    assert preview.accepted is accepted
    assert [check.verdict for check in preview.preflight] == ["failed", "unknown", "passed"]
    assert len(of_hook(preview.reasons)) == (0 if accepted else 1)


class Dying(Checking):
    """An office whose planners die as they check."""

    def _say(self, look: Look, resources: Sequence[Protected]) -> Iterable[PreflightCheck | Unread]:
        super()._say(look, resources)
        raise Crash


@pytest.mark.parametrize(
    ("operation", "status"), [("failover", ExecutionStatus.RUNNING), ("switchover", ExecutionStatus.REJECTED)]
)
def test_nothing_is_checked_any_more_when_two_planners_died_of_it(operation: str, status: ExecutionStatus) -> None:
    at = Dying(servers("a", "b"))
    for _ in range(LOOKING_PLANNERS):
        with pytest.raises(Crash):
            at.ask(operation=operation)
        at.bench.clock.advance(36)

    at.ask(operation=operation)

    assert (at.looks, at.execution().status) == (LOOKING_PLANNERS, status)
    said = [remark.reason for remark in at.execution().warnings] or list(at.execution().reasons)
    assert "preflight could not be made" in said[0]
    assert "2 runs of the planner died before" in said[0]
