"""What technologies declare of their usual times."""

from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.bootstrap import phase_times
from groundswell.domain.estimate import PhaseTime
from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Step, Technology
from groundswell.technologies.drs.quotas import SERVERS_IN_JOBS
from groundswell.technologies.registry import BUILT_IN, load


def test_times_are_those_of_the_operations_phases_in_their_order() -> None:
    def step(minutes: int | None, at_once: int | None = None) -> Step:
        typical = None if minutes is None else timedelta(minutes=minutes)
        return Step(observe=lambda *_: {}, typical=typical, at_once=at_once)

    steps = {
        (Operation.FAILOVER, Phase.ACTIVATE): step(None),
        (Operation.FAILOVER, Phase.INSTANTIATE): step(7, 20),
        (Operation.CLEANUP, Phase.CLEANUP): step(30),
    }
    technology = Technology("t", "T", "For tests.", steps)

    assert technology.times(Operation.FAILOVER) == (PhaseTime(timedelta(minutes=7), 20), PhaseTime(timedelta(0)))
    assert technology.times(Operation.SWITCHOVER) == ()


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("operation", [Operation.FAILOVER, Operation.SWITCHOVER])
def test_usual_times_stay_within_the_patience_of_their_technology(name: str, operation: Operation) -> None:
    technology = load(name)

    times = technology.times(operation)

    assert times
    assert all(timedelta(0) <= each.typical < technology.patience for each in times)
    assert phase_times(name, operation) == times


def test_launches_of_servers_come_in_turns_of_their_quota() -> None:
    launch, start = load("drs").times(Operation.FAILOVER)

    assert launch.of(SERVERS_IN_JOBS + 1) == 2 * launch.of(SERVERS_IN_JOBS)
    assert start.at_once is None


def test_times_of_a_foreign_technology_are_not_known() -> None:
    assert phase_times("mainframe", Operation.FAILOVER) is None
