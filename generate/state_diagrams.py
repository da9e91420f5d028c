"""`docs/states.md`: the tables of allowed transitions, as diagrams that GitHub draws and as tables for plain text.

`python -m generate.state_diagrams` writes the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from groundswell.domain.states import (
    EXECUTION_TRANSITIONS,
    RESOURCE_TRANSITIONS,
    WAVE_TRANSITIONS,
    is_final,
)

PAGE = Path(__file__).parent.parent / "docs" / "states.md"

_INTRODUCTION = """\
# States

What an execution, a wave and a resource may become. The ledger allows these transitions and no others: each is a
condition of the write that makes it. The tables are data in
[`domain/states.py`](../shared/groundswell/domain/states.py), and this page is generated from them: change them, then
run `.venv/bin/python -m generate.state_diagrams`. Why a transition is made is in [architecture.md](architecture.md).

People lead to `PAUSED`, `CANCELLING` and, from what failed or was not begun, to `SKIPPED`; a named plan or a request
leads to `AWAITING_APPROVAL`. How they decide is in [operate.md](operate.md).
"""

S = TypeVar("S", bound=StrEnum)


def states_page() -> str:
    """The whole page, in Markdown."""
    sections = (
        _section("An execution: one run of one request", EXECUTION_TRANSITIONS),
        _section("A wave: resources that recover side by side", WAVE_TRANSITIONS),
        _section("A resource: one thing to recover", RESOURCE_TRANSITIONS),
    )
    return "\n".join([_INTRODUCTION, *sections])


def _section(title: str, table: Mapping[S, frozenset[S]]) -> str:
    return "\n".join([f"## {title}", "", *_diagram(table), "", *_rows(table), ""])


def _diagram(table: Mapping[S, frozenset[S]]) -> Iterator[str]:
    """The first state of a table is where everything begins."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {next(iter(table))}"
    for state in table:
        for target in _following(table, state):
            yield f"    {state} --> {target}"
        if is_final(table, state):
            yield f"    {state} --> [*]"
    yield "```"


def _rows(table: Mapping[S, frozenset[S]]) -> Iterator[str]:
    yield "| state | may become |"
    yield "|---|---|"
    for state in table:
        yield f"| `{state}` | {', '.join(f'`{one}`' for one in _following(table, state)) or 'nothing: it is final'} |"


def _following(table: Mapping[S, frozenset[S]], state: S) -> list[S]:
    """What may follow, in the order of the table, so that the page is the same whenever it is written."""
    return [target for target in table if target in table[state]]


if __name__ == "__main__":
    PAGE.write_text(states_page(), encoding="utf-8")
    sys.stdout.write(f"written: {PAGE}\n")
