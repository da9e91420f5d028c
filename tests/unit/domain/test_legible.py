"""Text of others stays on its line, and nothing in it is unseen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.domain.legible import all_legible, legible, legible_json

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("größer, 東京, naïve", "größer, 東京, naïve"),
        ("\x1b[2J", "␛[2J"),
        ("a\r\nb\tc\x7f", "a␍␊b␉c␡"),
        ("\x9b31m\x85", "�31m�"),
        ("\u202eevil\u2066\u200b\ufeff", "�evil���"),
        ("one\u2028two\u2029", "one�two�"),
        ("\ud800", "�"),
        ("a\u00a0b", "a b"),
        ("\u3164\u2800\U000e0041", "���"),
        ("a" + "\u0301" * 6, "a" + "\u0301" * 4 + "��"),
    ],
)
def test_legible_shows_a_sign_for_each_character_that_has_none(text: str, shown: str) -> None:
    assert legible(text) == shown


@given(ANY_TEXT)
def test_legible_leaves_nothing_that_acts_on_a_screen(text: str) -> None:
    shown = legible(text)

    assert len(shown) == len(text)
    assert legible(shown) == shown
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(shown.splitlines()) <= 1


def test_every_text_of_a_value_is_made_legible() -> None:
    assert all_legible({"a": ["\x1b", 1, {"b": "\n"}], "c": None}) == {"a": ["␛", 1, {"b": "␊"}], "c": None}


def test_json_stays_the_same_where_all_of_it_is_legible() -> None:
    assert legible_json('{"a":"ü","b":[1,null]}') == '{"a":"\\u00fc","b":[1,null]}'
    assert legible_json('{"a":"\\u001b"}') == '{"a":"\\u241b"}'
