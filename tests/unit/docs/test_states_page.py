"""docs/states.md is what the tables of transitions say."""

from __future__ import annotations

from generate.state_diagrams import PAGE, states_page


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == states_page(), "run .venv/bin/python -m generate.state_diagrams"
