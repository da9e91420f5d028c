from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from groundswell.adapters.system import side_by_side

LONG = timedelta(seconds=20)


def test_things_are_done_side_by_side() -> None:
    both = threading.Barrier(2, timeout=20)

    side_by_side([lambda: both.wait(), lambda: both.wait()], within=LONG)

    assert not both.broken


def test_nobody_is_waited_for_when_time_is_over() -> None:
    forever, done = threading.Event(), list[str]()

    side_by_side([lambda: forever.wait(20), lambda: done.append("quick")], within=timedelta(milliseconds=200))

    assert done == ["quick"]
    forever.set()


def test_what_was_not_begun_is_never_begun_when_time_is_over() -> None:
    forever, begun = threading.Event(), list[int]()
    blocking = [lambda: forever.wait(20)] * 16

    side_by_side([*blocking, lambda: begun.append(1)], within=timedelta(milliseconds=50))
    forever.set()

    assert begun == []


def test_error_of_what_was_done_is_raised() -> None:
    def fail() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        side_by_side([fail], within=LONG)
