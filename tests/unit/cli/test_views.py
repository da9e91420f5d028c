"""What people see is legible without colour, and shows what little there is of anything."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from groundswell.domain.events.facts import Counts
from groundswell_cli.views.bar import Bar, cells
from groundswell_cli.views.execution import execution_view
from groundswell_cli.views.plan import plan_view, short_plan_view
from groundswell_cli.views.words import span, whole
from tests.unit.cli.fake_hub import previewed
from tests.unit.cli.stories import half_recovered
from tests.unit.cli.story import Story, protected

PARTS = st.lists(st.integers(min_value=0, max_value=5000), min_size=4, max_size=4)


def printed(view: RenderableType, *, width: int = 120, encoding: str = "utf-8") -> str:
    class File(StringIO):
        """A file of this encoding."""

    File.encoding = encoding
    file = File()
    Console(file=file, width=width, markup=False).print(view)
    return file.getvalue()


@given(PARTS, st.integers(min_value=8, max_value=60))
def test_bar_fills_its_width_and_hides_nothing(parts: list[int], width: int) -> None:
    lengths = cells(parts, width)

    assert sum(lengths) == (width if any(parts) else 0)
    assert [length > 0 for length in lengths] == [part > 0 for part in parts]


def test_bar_tells_states_apart_without_colour() -> None:
    counts = Counts(total=1000, remaining=250, recovered=499, failed=1, failed_optional=0, skipped=250)

    assert printed(Bar(counts, width=12)) == "█████x---···\n"


def test_bar_is_drawn_in_ascii_when_the_terminal_has_no_more() -> None:
    counts = Counts(total=4, remaining=2, recovered=1, failed=1, failed_optional=0, skipped=0)

    assert printed(Bar(counts, width=8), encoding="ascii") == "##xx....\n"


@pytest.mark.parametrize("width", [80, 120, 200])
def test_execution_view_shows_every_wave_and_its_figures_whatever_the_width(width: int) -> None:
    story = half_recovered()

    text = printed(execution_view(story.execution, story.waves, story.clock.now()), width=width)

    for figure in ("COMPLETED", "2 of 2", "HELD", "1 of 3", "1+1 opt", "1m 39s", story.execution.execution_id):
        assert figure in text


def test_execution_view_says_how_much_faster_a_rehearsal_is() -> None:
    story = half_recovered()

    text = printed(execution_view(story.execution, story.waves, story.clock.now(), 60))

    assert "what takes 60 s in the field takes 1 s here" in text


def test_execution_view_shows_the_reasons_of_a_rejection() -> None:
    story = Story()
    story.reject("[armed] is not set")

    assert "  - [armed] is not set" in printed(execution_view(story.execution, [], story.clock.now()))


def test_execution_view_shows_skipped_only_where_something_was_skipped() -> None:
    story = Story()
    story.accept([protected("dc")])
    waves = [wave.model_copy(update={"skipped": 1, "remaining": 0}) for wave in story.waves]

    assert "skipped  elapsed" not in printed(execution_view(story.execution, story.waves, story.clock.now()))
    assert "skipped  elapsed" in printed(execution_view(story.execution, waves, story.clock.now()))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "unknown"),
        (0.42, "0.42 s"),
        (59.94, "59.9 s"),
        (59.96, "1m 00s"),
        (192, "3m 12s"),
        (3723, "1h 02m 03s"),
        (-3, "-3.00 s"),
    ],
)
def test_span_is_said_so_that_nobody_misreads_it(seconds: float | None, told: str) -> None:
    assert span(seconds) == told


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "0s"), (59.4, "59s"), (59.6, "1m 00s"), (-2, "0s")])
def test_whole_seconds_are_said_of_what_passes(seconds: float, told: str) -> None:
    assert whole(seconds) == told


def test_execution_view_shows_the_plan_and_the_names_of_its_waves_where_there_is_one() -> None:
    story = half_recovered()
    execution = story.execution.model_copy(update={"plan": "erp", "plan_version": 3})
    named = [wave.model_copy(update={"name": f"part {wave.wave}"}) for wave in story.waves]

    text = printed(execution_view(execution, named, story.clock.now()))

    assert "follows plan erp, version 3" in text
    assert "part 2" in text
    assert "name" not in printed(execution_view(story.execution, story.waves, story.clock.now()))


def test_plan_views_show_the_names_of_waves_where_a_plan_gives_them() -> None:
    planned = [protected("web-1")]

    named, plain = previewed(planned, names={planned[0].wave: "directory"}), previewed(planned)

    for view in (plan_view, short_plan_view):
        assert "directory" in printed(view(named, "all"))
        assert "name" not in printed(view(plain, "all"))
