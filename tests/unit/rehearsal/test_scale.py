"""What is kept and shown of measured failovers."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from rehearsal.bench_figures import Figures, keep_figures, read_figures
from rehearsal.scale_page import scale_files, table
from rehearsal.scale_plot import BOTTOM, TOP, draw


def figures(resources: int, **other: int) -> Figures:
    """A failover of so many resources, with so many of other things."""
    counts = {"aws_requests": 3 * resources, "ledger_changes": 8 * resources, "events": 2 * resources} | other
    return Figures(
        servers=resources,
        resources=resources,
        status="COMPLETED",
        factor=60.0,
        planning_seconds=2.0,
        seconds=40.0,
        critical_path_seconds=30.0,
        hand_over_p50=0.5,
        hand_over_longest=1.0,
        work_orders=resources // 10,
        outcomes=resources,
        duplicates=0,
        most_processes=12,
        most_megabytes=1500.0,
        **counts,
    )


def points(picture: str) -> list[list[tuple[float, float]]]:
    """The places that each line of a picture goes through."""
    lines = re.findall(r'<polyline points="([^"]+)"', picture)
    return [[(float(x), float(y)) for x, y in (place.split(",") for place in line.split())] for line in lines]


def test_figures_replace_those_of_the_same_size_when_they_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "scale.json"
    keep_figures(file, [figures(1000), figures(100)])

    keep_figures(file, [figures(100, events=500)])

    assert read_figures(file) == [figures(100, events=500), figures(1000)]


def test_table_tells_what_a_resource_costs() -> None:
    (_, _, row) = table([figures(1000, aws_requests=2500)]).splitlines()

    assert row.startswith("| 1,000 | 2.50 | 8.00 | 2.00 |")


def test_lines_are_level_when_each_resource_costs_the_same() -> None:
    lines = points(draw([figures(100), figures(1000), figures(10000)]))

    assert [len({y for _, y in line}) for line in lines] == [1, 1, 1, 1, 1]


def test_line_rises_when_each_resource_costs_more_as_estates_grow() -> None:
    ledger, *_ = points(draw([figures(100), figures(1000, ledger_changes=16000)]))

    assert ledger[0][1] > ledger[1][1] >= TOP


def test_lines_stay_in_their_charts_when_figures_are_small_or_large() -> None:
    lines = points(draw([figures(10, events=0), figures(20000, ledger_changes=10**7)]))

    assert all(TOP <= y <= BOTTOM for line in lines for _, y in line)


def test_picture_is_well_formed_when_there_is_one_size_only() -> None:
    picture = ElementTree.fromstring(draw([figures(1000)]))  # noqa: S314 - our own

    assert picture.tag.endswith("svg")


def test_page_and_picture_are_those_of_the_figures_that_are_kept() -> None:
    stale = [path for path, text in scale_files().items() if Path(path).read_text(encoding="utf-8") != text]

    assert stale == [], "run `.venv/bin/rehearsal scale`"
