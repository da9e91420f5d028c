"""The IAM actions that technologies declare: they exist, and they are neither more nor less than the calls need."""

from __future__ import annotations

import botocore.loaders
import pytest

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Step
from groundswell.technologies.registry import BUILT_IN, load
from tests.contract.technologies.cases import case_of, steps_of

SERVICE_OF_PREFIX = {"servicequotas": "service-quotas"}
"""Where IAM and boto3 call a service differently."""

PERMISSION_ONLY = {
    "drs:CreateRecoveryInstanceForDrs": "an action of DRS's own agents and of StartRecovery; no operation",
    "iam:PassRole": "checked when a role is handed to a service; no operation",
}
"""Actions that no operation of a service model stands for."""

every_technology = pytest.mark.parametrize("name", BUILT_IN)
every_step = pytest.mark.parametrize(
    ("name", "operation", "phase"),
    [(name, operation, phase) for name in BUILT_IN for operation, phase, _ in steps_of(name)],
)


def all_actions(name: str) -> set[str]:
    """Everything that a technology declares."""
    technology = load(name)
    of_steps = {one for step in technology.steps.values() for one in (*step.reads, *step.writes, *step.dependent)}
    return of_steps | set(technology.find_reads) | set(technology.preflight_reads)


def is_operation(action: str) -> bool:
    """Whether botocore's model of the service has an operation of the action's name."""
    prefix, _, operation = action.partition(":")
    loader = botocore.loaders.create_loader()
    model = loader.load_service_model(SERVICE_OF_PREFIX.get(prefix, prefix), "service-2")
    return operation in model["operations"]


def action_of(call: str) -> str:
    """The IAM action that a call `service:Operation` needs."""
    service, _, operation = call.partition(":")
    prefixes = {boto_name: prefix for prefix, boto_name in SERVICE_OF_PREFIX.items()}
    return f"{prefixes.get(service, service)}:{operation}"


@every_technology
def test_actions_exist(name: str) -> None:
    unknown = {action for action in all_actions(name) - set(PERMISSION_ONLY) if not is_operation(action)}

    assert unknown == set()


@every_technology
def test_actions_name_no_wildcard(name: str) -> None:
    assert not [action for action in all_actions(name) if "*" in action]


@every_technology
def test_find_makes_no_call_that_it_does_not_declare(name: str) -> None:
    technology = load(name)
    at, _ = case_of(name).opened(technology)
    at.clients.forget_calls()

    if technology.find is not None:
        list(technology.find(at.look()))

    assert {action_of(call) for call in at.clients.calls} == set(technology.find_reads)


@every_step
def test_step_makes_no_call_that_it_does_not_declare(name: str, operation: Operation, phase: Phase) -> None:
    made, step = calls_of(name, operation, phase)

    assert made <= set(step.reads) | set(step.writes)


@every_step
def test_step_declares_no_write_that_it_does_not_make(name: str, operation: Operation, phase: Phase) -> None:
    made, step = calls_of(name, operation, phase)

    assert set(step.writes) <= made


def calls_of(name: str, operation: Operation, phase: Phase) -> tuple[set[str], Step]:
    """The actions that a step needed to take its case's resources through its phase."""
    technology = load(name)
    at, targets = case_of(name).opened(technology)
    for each in (one for one_operation, one, _ in steps_of(name) if one_operation is operation):
        at.clients.forget_calls()
        targets = at.take_through(technology.steps[operation, each], targets, operation)
        if each is phase:
            break
    return {action_of(call) for call in at.clients.calls}, technology.steps[operation, phase]
