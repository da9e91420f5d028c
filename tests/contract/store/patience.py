"""Waiting for what follows its table: indexes and streams lag behind on AWS, and there is nothing to wait on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 10.0
"""Seconds that an index or a stream may lag; the stores of these tests do not, real DynamoDB may."""
BETWEEN_LOOKS = 0.2


def until(read: Callable[[], T], enough: Callable[[T], bool]) -> T:
    """What was read last: once it is enough, or patience is at its end."""
    end = time.monotonic() + PATIENCE
    while not enough(found := read()) and time.monotonic() < end:
        time.sleep(BETWEEN_LOOKS)
    return found


def assert_soon(read: Callable[[], T], expected: T) -> None:
    """Assert what is read, once it had time to follow."""
    assert until(read, lambda found: found == expected) == expected
