"""Watching on a terminal: a picture that ends as the execution stood; and an end to patience."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from rich.console import Console

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.domain.errors import TransientError
from groundswell.ports.store import Key
from groundswell_cli.exits import Exit
from groundswell_cli.surroundings import Surroundings
from groundswell_cli.watching import Watched, watch
from tests.unit.cli.fake_hub import FakeHub
from tests.unit.cli.stories import THROTTLED
from tests.unit.cli.story import Story, protected


class DeadStore(MemoryStore):
    """A ledger that cannot be reached."""

    def get(self, key: Key) -> Item | None:
        raise TransientError(f"reading {key.sk}: no reply")


def watched(story: Story, console: Console, meanwhile: Callable[[], object], store: MemoryStore) -> Watched:
    def pause(seconds: float) -> None:
        story.clock.pass_(seconds)
        meanwhile()

    around = Surroundings(lambda *_: FakeHub(store), story.clock, pause, lambda: "r-1", lambda: "command-1")
    return watch(store, around, story.execution.execution_id, console=console, seconds=None)


def running() -> Story:
    story = Story()
    story.accept([protected("dc")])
    story.advance()
    story.order(1)
    return story


def test_terminal_shows_last_how_the_execution_stood_at_the_end() -> None:
    story, screen = running(), StringIO()
    console = Console(file=screen, force_terminal=True, width=120, markup=False)

    seen = watched(story, console, lambda: story.end(1, "drs/dc", failure=THROTTLED), story.store)

    last = screen.getvalue().rpartition("wave")[2]
    assert seen.exit_status is Exit.WAITING
    assert "HELD" in last
    assert "0 of 1" in last


def test_watching_ends_when_the_ledger_stays_unreachable() -> None:
    story, screen = running(), StringIO()

    with pytest.raises(TransientError, match="no reply"):
        watched(story, Console(file=screen, width=200), lambda: None, DeadStore())

    assert 25 <= screen.getvalue().count("trying again") <= 30


def test_watching_goes_on_when_the_ledger_is_only_away_now_and_then() -> None:
    story, screen, looks = running(), StringIO(), iter(range(1000))
    looks_before_the_end = 70

    class FlakyStore(MemoryStore):
        def get(self, key: Key) -> Item | None:
            look = next(looks)
            if look % 20 and look < looks_before_the_end:
                raise TransientError("no reply")
            return story.store.get(key)

        def query(self, pk: str, sk_prefix: str = "") -> Iterator[Item]:
            return story.store.query(pk, sk_prefix)

    def end_at_last() -> None:
        if screen.getvalue().count("trying again") > looks_before_the_end * 0.9 and not story.waves[0].ended_at:
            story.end(1, "drs/dc")
            story.advance()

    seen = watched(story, Console(file=screen, width=200), end_at_last, FlakyStore())

    assert seen.exit_status is Exit.OK
    assert seen.standing.is_over
