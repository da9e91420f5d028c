from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from groundswell.adapters.pacing import Pacer


class Time:
    """A clock that moves when somebody pauses."""

    def __init__(self) -> None:
        self.at = datetime(2030, 1, 1, tzinfo=UTC)
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return self.at

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Time:
    return Time()


def pacer(time: Time, per_second: float = 5) -> Pacer:
    return Pacer(per_second, clock=time, pause=time.pause)


def test_first_request_goes_out_at_once(time: Time) -> None:
    pacer(time).wait()

    assert time.pauses == []


def test_requests_go_out_evenly_when_they_come_all_at_once(time: Time) -> None:
    paced = pacer(time)

    for _ in range(11):
        paced.wait()

    assert time.at - datetime(2030, 1, 1, tzinfo=UTC) == timedelta(seconds=2)
    assert all(pause <= 0.2 for pause in time.pauses)


def test_request_waits_only_for_what_is_left_of_the_gap(time: Time) -> None:
    paced = pacer(time)
    paced.wait()
    time.at += timedelta(seconds=0.15)

    paced.wait()

    assert time.pauses == [pytest.approx(0.05)]


def test_idle_time_is_not_saved_up(time: Time) -> None:
    paced = pacer(time)
    paced.wait()
    time.at += timedelta(seconds=60)

    paced.wait()
    paced.wait()

    assert time.pauses == [pytest.approx(0.2)]
