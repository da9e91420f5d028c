"""What DynamoDB refuses of a condition whatever item it is held against (DynamoDB: Quotas, "Expression parameters")."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.adapters.plain_values import plain, plain_name
from groundswell.domain.conditions import AllOf, AnyOf, Below, Condition, Equals, OneOf, Scalar

MAX_OPERANDS = 100
"""Values that one OneOf lists."""
MAX_EXPRESSION_BYTES = 4096
"""The text of one expression."""
_TERM_BYTES, _VALUE_BYTES = 40, 7  # the longest text of one term, and of each value that it lists


def check_condition(condition: Condition) -> None:
    """Raises ValueError, naming the fault, for a condition that DynamoDB would not take."""
    if _text_bytes(condition) > MAX_EXPRESSION_BYTES:
        raise ValueError("its condition has too many terms for one expression of 4 KB")


def _text_bytes(condition: Condition) -> int:
    """The most bytes that the condition takes as an expression; raises ValueError for one that says nothing."""
    match condition:
        case AllOf(conditions=members) | AnyOf(conditions=members):
            if not members:
                raise ValueError("it has a group of no conditions")
            return sum(map(_text_bytes, members))
        case OneOf(values=values):
            return _TERM_BYTES + _VALUE_BYTES * _checked_operands(values)
        case Below(bound=bound):
            _check_bound(bound)
        case Equals(value=value):
            plain(value)
    plain_name(condition.attribute)
    return _TERM_BYTES


def _checked_operands(values: Sequence[Scalar]) -> int:
    if not 1 <= len(values) <= MAX_OPERANDS:
        raise ValueError(f"its OneOf lists {len(values)} values, not 1 to {MAX_OPERANDS}")
    for value in values:
        plain(value)
    return len(values)


def _check_bound(bound: str | int) -> None:
    if isinstance(bound, bool) or not isinstance(bound, (str, int)):
        raise ValueError(f"nothing is below {bound!r}: a bound is a text or a whole number")
    plain(bound)
