"""Conditions and updates as text: what DynamoDB would refuse of it never comes out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.adapters.condition_rules import MAX_EXPRESSION_BYTES, check_condition
from groundswell.adapters.dynamodb_expressions import Placeholders, condition_expression, update_expression
from groundswell.adapters.write_rules import MAX_CHANGES, prepare
from groundswell.domain.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Below,
    Condition,
    Equals,
    Item,
    OneOf,
    Present,
    all_of,
    any_of,
)
from groundswell.ports.store import Key, Update

KEY = Key("EXECUTION#1", "META")


def _group(every: bool, members: list[Condition]) -> Condition:
    return AllOf(tuple(members)) if every else AnyOf(tuple(members))


NAMES = st.integers(0, 199).map("attribute.{}".format)
TERMS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Absent, NAMES),
    st.builds(Below, NAMES, st.integers(0, 9)),
    st.builds(OneOf, NAMES, st.integers(1, 100).map(lambda count: tuple(range(count)))),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    TERMS,
    lambda inner: st.builds(_group, st.booleans(), st.lists(inner, min_size=1, max_size=12)),
    max_leaves=60,
)


def _pairs(text: str) -> dict[int, int]:
    """Where each opened parenthesis closes."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for place, character in enumerate(text):
        if character == "(":
            opened.append(place)
        elif character == ")":
            pairs[opened.pop()] = place
    return pairs


def _redundant(text: str) -> bool:
    """Whether a pair of parentheses stands directly in another, or around the whole."""
    pairs = _pairs(text)
    return any(pairs.get(start + 1) == end - 1 for start, end in pairs.items()) or pairs.get(0) == len(text) - 1


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Present("a"), "attribute_exists(#0)"),
        (Absent("a"), "attribute_not_exists(#0)"),
        (Equals("a", 1), "#0 = :0"),
        (OneOf("a", ("x", "y")), "#0 IN (:0, :1)"),
        (Below("a", "x"), "#0 < :0"),
        (all_of(Present("a")), "attribute_exists(#0)"),
        (all_of(any_of(all_of(Equals("a", 1)))), "#0 = :0"),
        (all_of(Equals("a", 1), Equals("b", 2)), "#0 = :0 AND #1 = :1"),
        (
            any_of(Equals("a", 1), all_of(Equals("a", 2), Absent("b"))),
            "#0 = :0 OR (#0 = :1 AND attribute_not_exists(#1))",
        ),
        (all_of(any_of(Equals("a", 1), Equals("b", 2)), Present("c")), "(#0 = :0 OR #1 = :1) AND attribute_exists(#2)"),
    ],
    ids=repr,
)
def test_condition_reads_so_when_rendered(condition: Condition, text: str) -> None:
    assert condition_expression(condition, Placeholders()) == text


def test_update_and_condition_share_placeholders_when_rendered_for_one_write() -> None:
    marks = Placeholders()
    update = Update(
        KEY,
        set={"status": "RUNNING"},
        add={"version": 1},
        put_in={"progress": {"drs/a.b": "done", "c": None}},
        remove=("mark", "due_at"),
    )

    text = update_expression(update, marks)
    condition = condition_expression(Equals("status", "PENDING"), marks)

    assert text == "SET #0 = :0, #1.#2 = :1, #1.#3 = :2 ADD #4 :3 REMOVE #5, #6"
    assert condition == "#0 = :4"
    assert list(marks.names.values()) == ["status", "progress", "drs/a.b", "c", "version", "mark", "due_at"]
    assert marks.values[":4"] == {"S": "PENDING"}


@given(condition=CONDITIONS)
@settings(max_examples=60)
def test_condition_fits_an_expression_when_the_rules_pass_it(condition: Condition) -> None:
    try:
        check_condition(condition)
    except ValueError:
        return

    text = condition_expression(condition, Placeholders())

    assert len(text) <= MAX_EXPRESSION_BYTES
    assert not _redundant(text)


def test_condition_has_no_redundant_parentheses_when_groups_of_one_are_nested() -> None:
    pair = all_of(Present("a"), Present("b"))

    text = condition_expression(any_of(all_of(any_of(pair)), all_of(all_of(pair))), Placeholders())

    assert text.count("AND") == 2
    assert not _redundant(text)


def test_update_fits_an_expression_when_it_changes_as_much_as_the_rules_pass() -> None:
    members: Item = {f"drs/a-rather-long-name-{number}": {"step": number} for number in range(MAX_CHANGES)}
    (prepared,) = prepare([Update(KEY, put_in={"progress": members})])
    assert isinstance(prepared, Update)

    text = update_expression(prepared, Placeholders())

    assert len(text) <= MAX_EXPRESSION_BYTES
    assert text.count("=") == MAX_CHANGES
