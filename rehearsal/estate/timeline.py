"""A value that changes at known moments: the state of a thing is a function of the time, so nothing has to tick."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Timeline(Generic[Value]):
    """The values of one attribute with the moment (seconds since the epoch) that each begins to hold."""

    __slots__ = ("_marks",)

    def __init__(self, start: float, value: Value) -> None:
        self._marks: list[tuple[float, Value]] = [(start, value)]

    def then(self, moment: float, value: Value) -> "Timeline[Value]":
        """From `moment` on the value is `value`; what was planned after `moment` is dropped."""
        while self._marks and self._marks[-1][0] > moment:
            self._marks.pop()
        self._marks.append((moment, value))
        return self

    def at(self, moment: float) -> Value:
        """The value that holds at `moment`; before the beginning, the first one."""
        for since, value in reversed(self._marks):
            if since <= moment:
                return value
        return self._marks[0][1]

    def since(self, moment: float) -> float:
        """When the value that holds at `moment` began to."""
        for since, _ in reversed(self._marks):
            if since <= moment:
                return since
        return self._marks[0][0]

    def last(self) -> tuple[float, Value]:
        """The final mark: when everything planned has happened, and what then holds."""
        return self._marks[-1]

    def __iter__(self) -> Iterator[tuple[float, Value]]:
        return iter(self._marks)
