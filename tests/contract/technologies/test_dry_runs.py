"""A dry run of every technology: it tries every call that there is, and not one leaves."""

from __future__ import annotations

import pytest

from groundswell.adapters.aws_errors import read_error
from groundswell.adapters.recording_clients import RecordingClients
from groundswell.domain.dry_run import CallSheet
from groundswell.domain.operations import Operation
from groundswell.ports.clients import Clients
from groundswell.reactions.dry_run.calls import DryRun
from groundswell.technologies.contract import Technology
from groundswell.technologies.registry import BUILT_IN, load
from tests.contract.technologies.cases import case_of, phases_of
from tests.unit.domain.builders import protected
from tests.unit.technologies.bench import Bench

RECOVERIES = [(name, operation) for name in BUILT_IN for operation in Operation if load(name).supports(operation)]
every_recovery = pytest.mark.parametrize(("name", "operation"), RECOVERIES)
every_recovery_that_lasts = pytest.mark.parametrize(
    ("name", "operation"), [(name, operation) for name, operation in RECOVERIES if not load(name).done_anew]
)
pytestmark = pytest.mark.disable_socket


class InventoryRole:
    """The clients of the estate's one account."""

    def __init__(self, at: Bench) -> None:
        self._at = at

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        del account, region, session_name, calls_per_second
        assert role == "groundswell-inventory"
        return self._at.clients


def sheet_of(at: Bench, technology: Technology, operation: Operation) -> CallSheet:
    """What a dry run says of the case's resources."""
    dry_run = DryRun(
        technology=lambda _: technology,
        clients=InventoryRole(at),
        inventory_role="groundswell-inventory",
        recovery_role=lambda name: f"groundswell-{name}",
        order_size=lambda _: technology.order_size,
        record=RecordingClients,
        clock=at.clock,
        spread=lambda function, arguments: [function(argument) for argument in arguments],
        read_error=read_error,
    )
    targets = case_of(technology.name).targets(at, technology)
    resources = [
        protected(one.name.split("/", 2)[-1], technology=technology.name, parameters=dict(one.parameters))
        for one in targets
    ]
    return dry_run.sheet(operation, resources, session_name="dr-0123456789abcdef")


def writes_of(technology: Technology, operation: Operation) -> set[str]:
    steps = [technology.steps[operation, phase] for phase in phases_of(technology.name, operation)]
    return {action for step in steps for action in step.writes}


@every_recovery
def test_dry_run_lists_every_call_that_there_is_and_makes_none(name: str, operation: Operation) -> None:
    technology = load(name)
    at, _ = case_of(name).opened(technology)

    sheet = sheet_of(at, technology, operation)

    assert {f"{call.service}:{call.operation}" for call in sheet.calls} == writes_of(technology, operation)
    assert at.estate.log.select(mutating=True) == []


@every_recovery
def test_dry_run_knows_the_parameters_of_every_call_of_ours(name: str, operation: Operation) -> None:
    technology = load(name)
    at, _ = case_of(name).opened(technology)

    sheet = sheet_of(at, technology, operation)

    assert [call.note for call in sheet.calls if call.note] == []
    assert all(call.parameters for call in sheet.calls)


@every_recovery_that_lasts
def test_dry_run_lists_no_call_when_everything_was_recovered_before(name: str, operation: Operation) -> None:
    technology = load(name)
    at, targets = case_of(name).opened(technology)
    at.recover(technology, operation, targets)

    sheet = sheet_of(at, technology, operation)

    assert sheet.calls == ()
    acting = [phase for phase in phases_of(name, operation) if technology.steps[operation, phase].act]
    assert len(sheet.remarks) == len(acting) * len(targets)


@every_recovery
def test_dry_run_asks_nothing_that_the_inventory_role_may_not(name: str, operation: Operation) -> None:
    technology = load(name)
    at, _ = case_of(name).opened(technology)
    at.clients.forget_calls()

    sheet_of(at, technology, operation)

    reads = {action for step in technology.steps.values() for action in step.reads} | set(technology.find_reads)
    assert {call.replace("service-quotas:", "servicequotas:") for call in at.clients.calls} <= reads
