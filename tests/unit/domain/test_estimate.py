"""How long waves usually take: the slowest of what works side by side, one wave after the other, in turns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from groundswell.domain.estimate import PhaseTime, WaveEstimate, estimate_waves, nobody_knows
from groundswell.domain.operations import Operation
from groundswell.domain.protection import Protected
from tests.unit.domain.builders import protected

KNOWN = {
    "drs": (PhaseTime(timedelta(minutes=10), at_once=500), PhaseTime(timedelta(minutes=3))),
    "aurora": (PhaseTime(timedelta(0)), PhaseTime(timedelta(minutes=2))),
    "https": (),
}


def times(technology: str, operation: Operation) -> Sequence[PhaseTime] | None:
    """Of a failover; another operation takes twice as long."""
    phases = KNOWN.get(technology)
    if phases is None or operation is Operation.FAILOVER:
        return phases
    return [PhaseTime(each.typical * 2, each.at_once) for each in phases]


def some(count: int, technology: str = "drs", account: str = "222222222201") -> list[Protected]:
    """So many resources."""
    return [protected(f"{technology}-{number}", technology=technology, account=account) for number in range(count)]


def estimates(*waves: list[Protected], operation: Operation = Operation.FAILOVER) -> list[WaveEstimate]:
    """Of waves 1, 2 …"""
    return list(estimate_waves(dict(enumerate(waves, 1)), operation, times))


def test_wave_takes_all_phases_of_its_slowest_technology() -> None:
    (wave,) = estimates([*some(3), *some(2, "aurora")])

    assert (wave.seconds, wave.ends_seconds, wave.without) == (780, 780, ())


def test_wave_begins_when_the_wave_before_it_usually_ends() -> None:
    waves = estimates(some(1, "aurora"), some(1), some(1, "aurora"))

    assert [(each.begins_seconds, each.ends_seconds) for each in waves] == [(0, 120), (120, 900), (900, 1020)]


@pytest.mark.parametrize(("count", "seconds"), [(1, 780), (500, 780), (501, 1380), (1000, 1380), (1001, 1980)])
def test_service_that_takes_on_only_so_many_gives_turns(count: int, seconds: int) -> None:
    (wave,) = estimates(some(count))

    assert wave.seconds == seconds


def test_accounts_work_side_by_side() -> None:
    (wave,) = estimates([*some(500), *some(500, account="222222222202")])

    assert wave.seconds == 780


def test_operation_has_times_of_its_own() -> None:
    (wave,) = estimates(some(1, "aurora"), operation=Operation.SWITCHOVER)

    assert wave.seconds == 240


def test_technology_whose_times_nobody_declares_is_named_in_its_wave_and_in_those_that_follow() -> None:
    first, second, third = estimates(some(1), [*some(1), *some(1, "mainframe")], some(1, "aurora"))

    assert (first.without, first.unknown) == ((), ())
    assert (second.without, second.unknown) == (("mainframe",), ("mainframe",))
    assert (third.without, third.unknown) == (("mainframe",), ())
    assert (second.seconds, third.ends_seconds) == (780, 1680)


def test_technology_of_seconds_is_known_and_takes_none() -> None:
    (wave,) = estimates(some(1, "https"))

    assert (wave.seconds, wave.without) == (0, ())


def test_nothing_is_known_when_nobody_declares_times() -> None:
    (wave,) = estimate_waves({1: some(1)}, Operation.FAILOVER, nobody_knows)

    assert (wave.seconds, wave.unknown) == (0, ("drs",))
