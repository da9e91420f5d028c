"""The worlds can fail: each bug that anybody might write is found, within the worlds that it is said to take."""

from __future__ import annotations

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.planting import Bug, MovedError, first_to_find, source_of

every_bug = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)


@every_bug
def test_bug_alters_code_that_is_there(bug: Bug) -> None:
    source = source_of(bug.module).read_text(encoding="utf-8")

    assert bug.planted_in(source) != source


@every_bug
def test_bug_is_found(bug: Bug) -> None:
    assert first_to_find(bug, after=bug.missed_by) is not None, f"{bug.worlds} worlds do not find it"


def test_bug_says_so_when_the_code_that_it_alters_has_moved() -> None:
    moved = Bug("moved", "groundswell.ledger.waves", right="def close_the_wave(", wrong="", worlds=1)

    with pytest.raises(MovedError, match=r"groundswell\.ledger\.waves has 0 times what it alters"):
        moved.planted_in(source_of(moved.module).read_text(encoding="utf-8"))
