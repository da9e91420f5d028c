"""Estimates, waiting and recovery points, held against failovers of the simulated field."""

from __future__ import annotations

from collections import defaultdict

import pytest

from groundswell.bootstrap import phase_times
from groundswell.domain.estimate import estimate_waves
from groundswell.domain.ids import ExecutionId
from groundswell.domain.operations import Operation
from groundswell.domain.protection import Protected
from groundswell.domain.states import WaveStatus
from groundswell.ledger import reading
from groundswell_cli.record import read_record
from groundswell_cli.report import make_report
from groundswell_cli.report_model import Report
from groundswell_cli.report_resources import PointSource
from rehearsal.bench import scenario_of
from rehearsal.estate.scenario.model import Scenario
from tests.simulation.calm import world_of
from tests.simulation.setting import Setting
from tests.simulation.telling import ask, decide, rest, waves
from tests.simulation.world import World
from tests.unit.domain.builders import protected


def report_of(world: World, execution_id: ExecutionId) -> Report:
    record = read_record(world.ledger, reading.execution(world.ledger, execution_id))
    return make_report(
        record.execution, record.waves, record.resources, record.orders, record.facts, record.disbelieved
    )


def estimated(world: World, execution_id: ExecutionId) -> list[int]:
    """Seconds from acceptance to the usual end of each wave, of what was really planned."""
    planned = defaultdict[int, list[Protected]](list)
    for each in read_record(world.ledger, reading.execution(world.ledger, execution_id)).resources:
        planned[each.wave].append(protected(each.name, technology=each.technology, account=each.account))
    return [each.ends_seconds for each in estimate_waves(planned, Operation.FAILOVER, phase_times)]


def test_waves_end_about_when_they_were_estimated_to_end() -> None:
    world = World(Setting(Scenario.model_validate(scenario_of(60)), watched=False))

    execution_id = ask(world)
    rest(world, execution_id)

    reached = [wave.deadline.reached_seconds for wave in report_of(world, execution_id).waves]
    expected = estimated(world, execution_id)
    assert len(reached) == 3
    for took, usual in zip(reached, expected, strict=True):
        assert took is not None
        assert usual / 2 <= took <= usual * 2


def test_recovery_points_of_servers_and_databases_are_measured_and_names_have_none() -> None:
    world = world_of()

    execution_id = ask(world)
    rest(world, execution_id)

    found = defaultdict[str, set[PointSource | None]](set)
    for each in report_of(world, execution_id).resources:
        found[each.technology].add(each.recovery_point_from)
    assert found == {"drs": {PointSource.MEASURED}, "aurora": {PointSource.MEASURED}, "route53": {None}}


def test_report_takes_the_waiting_for_an_approval_out_as_the_ledger_does() -> None:
    world = world_of()
    execution_id = ask(world, approval=[2])
    rest(world, execution_id)
    asked = waves(world, execution_id)[1].status

    world.machine.time += 5400
    decide(world, execution_id, "WaveApproveRequested", wave=2)
    rest(world, execution_id)

    report, execution = report_of(world, execution_id), reading.execution(world.ledger, execution_id)
    assert asked is WaveStatus.AWAITING_APPROVAL
    assert report.waited_seconds == pytest.approx(execution.waited_ms / 1000, abs=0.01)
    assert [wave.deadline.waited_seconds for wave in report.waves] == pytest.approx([0, *[report.waited_seconds] * 2])
    assert report.waited_seconds is not None
    assert report.waited_seconds >= 5400
    assert [wave.deadline.met for wave in report.waves] == [True] * 3
