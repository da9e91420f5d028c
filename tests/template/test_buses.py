"""Who may put what on the buses, whatever IAM lets them do."""

from __future__ import annotations

import pytest

from groundswell.technologies.registry import BUILT_IN
from tests.template.policies import Context, is_allowed, is_denied
from tests.template.stack import ACCOUNT, Body, Stack

SPEAKERS = ("plan-execution", "fan-out-wave", "relay-events", "wake-work", "sweep")
OTHERS = ("advance-execution", "control-execution", "record-outcome", "preview-plan", "recover-drs", "admin")


def statements(stack: Stack, bus: str) -> list[Body]:
    found: list[Body] = stack.resources[bus]["Properties"]["Policy"]["Statement"]
    return found


def as_role(name: str, *sources: str) -> Context:
    return {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "events:source": list(sources)}


def denies(stack: Stack, context: Context) -> bool:
    return is_denied(statements(stack, "Bus"), "events:PutEvents", stack.attribute("Bus", "Arn"), context)


@pytest.mark.parametrize("name", SPEAKERS)
def test_bus_takes_facts_from_our_functions(hub: Stack, name: str) -> None:
    assert not denies(hub, as_role(f"groundswell-{name}", "groundswell"))


@pytest.mark.parametrize("name", [*(f"groundswell-{other}" for other in OTHERS), "somebody", "other-plan-execution"])
def test_bus_refuses_facts_from_everybody_else(hub: Stack, name: str) -> None:
    assert denies(hub, as_role(name, "groundswell"))


def test_bus_refuses_a_forged_fact_among_honest_entries(hub: Stack) -> None:
    assert denies(hub, as_role("somebody", "somebody.else", "groundswell"))


def test_bus_takes_requests_from_any_other_source(hub: Stack) -> None:
    assert not denies(hub, as_role("somebody", "operator"))


@pytest.mark.parametrize("technology", BUILT_IN)
def test_bus_takes_outcomes_from_the_technologys_worker_only(hub: Stack, technology: str) -> None:
    source = f"groundswell.technology.{technology}"
    workers = [f"groundswell-recover-{name}" for name in BUILT_IN]

    heard = [name for name in [*workers, "groundswell-sweep", "somebody"] if not denies(hub, as_role(name, source))]

    assert heard == [f"groundswell-recover-{technology}"]


def test_bus_leaves_the_source_of_a_foreign_technology_to_iam(hub: Stack) -> None:
    assert not denies(hub, as_role("their-worker", "groundswell.technology.their-own"))


@pytest.mark.parametrize("name", [*(f"groundswell-{other}" for other in (*SPEAKERS, *OTHERS)), "somebody", "door"])
def test_bus_refuses_decisions_from_everybody_but_the_door(hub: Stack, name: str) -> None:
    assert denies(hub, as_role(name, "groundswell.door"))


def test_bus_takes_decisions_from_the_door(hub: Stack) -> None:
    assert not denies(hub, as_role("groundswell-door", "groundswell.door"))


def test_bus_refuses_facts_from_the_door(hub: Stack) -> None:
    assert denies(hub, as_role("groundswell-door", "groundswell"))


@pytest.mark.parametrize(("source", "expected"), [("aws.drs", True), ("aws.rds", True), ("groundswell", False)])
def test_bus_for_aws_events_takes_only_those_that_wake_work(hub: Stack, source: str, expected: bool) -> None:
    allowed = is_allowed(
        statements(hub, "AwsEventsBus"),
        "events:PutEvents",
        hub.attribute("AwsEventsBus", "Arn"),
        {"events:source": [source]},
    )

    assert allowed is expected


def test_bus_for_aws_events_takes_nothing_whose_source_is_not_told(hub: Stack) -> None:
    arn = hub.attribute("AwsEventsBus", "Arn")

    assert not is_allowed(statements(hub, "AwsEventsBus"), "events:PutEvents", arn, {})


def test_bus_for_aws_events_is_open_to_the_workload_accounts(hub: Stack) -> None:
    principals = [each["Principal"] for each in statements(hub, "AwsEventsBus")]

    assert principals == [{"AWS": ["222222222201", "222222222202"]}]


def test_bus_for_aws_events_is_closed_while_there_is_no_workload_account() -> None:
    alone = Stack("template.yaml", "groundswell", {"ExternalId": "an-id-of-this-installation"})

    assert "Policy" not in alone.resources["AwsEventsBus"]["Properties"]
