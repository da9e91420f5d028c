"""Percentiles are measured times, never made up between two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from groundswell_cli.report_times import Spread, between

TIMES = st.lists(st.floats(min_value=-5, max_value=1e6), min_size=1, max_size=50)


def test_spread_is_unknown_when_nothing_was_measured() -> None:
    assert Spread.of([]) is None


def test_spread_of_twenty_times_has_its_nearest_ranks() -> None:
    spread = Spread.of(range(1, 21))

    assert spread == Spread(count=20, p50=10, p95=19, longest=20)


@given(TIMES)
def test_spread_is_ordered_and_made_of_measured_times(times: list[float]) -> None:
    spread = Spread.of(times)

    assert spread is not None
    assert spread.p50 <= spread.p95 <= spread.longest == max(times)
    assert {spread.p50, spread.p95} <= set(times)
    assert sum(time <= spread.p95 for time in times) >= 0.95 * len(times)


def test_between_is_unknown_when_an_instant_was_not_recorded() -> None:
    assert between("2026-01-31T03:00:00.000000Z", None) is None
    assert between(None, "2026-01-31T03:00:00.000000Z") is None
    assert between("2026-01-31T03:00:00.000000Z", "2026-01-31T03:00:01.250000Z") == 1.25
