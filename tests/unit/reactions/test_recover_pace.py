from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from groundswell.domain.operations import Phase
from groundswell.reactions.recover.pace import Forecast, Pace
from groundswell.technologies.contract import Waiting
from tests.unit.reactions.fake_service import Service
from tests.unit.reactions.workshop import FIRST, Workshop, workshop

PACE = Pace(first=timedelta(seconds=10), longest=timedelta(seconds=120))
UNKNOWN = Forecast(left=50, of=50)


def delay(*, left: int = 50, until: float, whole: float | None = None) -> float:
    forecast = Forecast(left, 50, timedelta(seconds=until), timedelta(seconds=until if whole is None else whole))
    return PACE.delay(0, forecast).total_seconds()


def test_delay_grows_while_nobody_knows_how_long_it_takes() -> None:
    delays = [PACE.delay(idle, UNKNOWN).total_seconds() for idle in range(8)]

    assert delays == [10, 15, 22.5, 33.75, 50.625, 75.9375, 113.90625, 120]


@pytest.mark.parametrize("idle", [0, 1, 20, 1000, 10**9])
def test_delay_never_exceeds_the_longest(idle: int) -> None:
    assert PACE.first <= PACE.delay(idle, UNKNOWN) <= PACE.longest


@pytest.mark.parametrize(
    ("until", "expected"), [(660, 120), (200, 100), (130, 65), (100, 60), (1, 60), (-1, 60), (-600, 75), (-7200, 120)]
)
def test_looks_come_halfway_to_the_usual_end_and_rarer_again_after_it(until: float, expected: float) -> None:
    assert delay(until=until, whole=until + 180) == expected


@pytest.mark.parametrize(("whole", "expected"), [(61, 60), (60, 30), (0, 30), (-100, 30)])
def test_looks_are_closer_when_the_end_of_all_is_near(whole: float, expected: float) -> None:
    assert delay(until=0, whole=whole) == expected


@pytest.mark.parametrize(("left", "expected"), [(3, 60), (2, 5), (1, 5)])
def test_looks_are_closest_when_few_are_left(left: int, expected: float) -> None:
    assert delay(left=left, until=0, whole=180) == expected


def test_last_one_left_is_looked_at_ever_more_seldom_when_it_is_late() -> None:
    assert [delay(left=1, until=-late) for late in (0, 80, 240, 960, 7200)] == [5, 10, 30, 120, 120]


def test_closest_is_never_longer_than_the_longest() -> None:
    pace = Pace(first=timedelta(seconds=10), longest=timedelta(seconds=20))

    assert pace.closest(UNKNOWN) == timedelta(seconds=20)


def usual(names: str, *, minutes: int = 10) -> Workshop:
    """An order of a technology whose phases usually take so long each."""
    service = Service()
    shop = workshop(names, service=service)
    steps = {key: replace(step, typical=timedelta(minutes=minutes)) for key, step in shop.technology.steps.items()}
    return replace(shop, technology=replace(shop.technology, steps=steps))


def next_delay(shop: Workshop) -> float:
    """Until the look that was numbered last."""
    return shop.bench.queue.sent[-1][1]


def test_order_whose_call_was_made_is_looked_at_halfway_to_its_usual_end() -> None:
    shop = usual("a", minutes=1)

    shop.look()

    assert next_delay(shop) == 30


def test_usual_end_is_counted_from_the_call_and_not_from_the_first_look() -> None:
    shop = usual("a", minutes=1)
    shop.service.seen[Phase.INSTANTIATE, "a"] = Waiting("no room")
    shop.look()
    shop.bench.clock.advance(1800)
    del shop.service.seen[Phase.INSTANTIATE, "a"]

    shop.look()

    assert next_delay(shop) == 30


def test_nobody_knows_the_end_while_one_waits_for_its_turn() -> None:
    shop = usual("ab")
    shop.service.seen[Phase.INSTANTIATE, "b"] = Waiting("no room")

    shop.look()

    assert next_delay(shop) == FIRST
