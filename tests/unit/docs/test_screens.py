"""The screens in docs/cli.md are what `dr` shows: where a figure or a word changes, they are to be made again."""

from __future__ import annotations

from groundswell_cli.record import read_record
from groundswell_cli.report import make_report
from groundswell_cli.views.plan import plan_view
from groundswell_cli.views.report import report_view
from tests.unit.cli.test_views import printed
from tests.unit.docs.drill import previewed, reported
from tests.unit.docs.pages import ROOT, Page

SCREENS = Page(ROOT / "docs" / "cli.md").blocks("")


def shown(text: str) -> str:
    """What a page has of a screen: no blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def test_sample_of_a_report_is_what_the_report_of_that_drill_shows() -> None:
    story = reported()
    record = read_record(story.store, story.execution)
    report = make_report(
        record.execution, record.waves, record.resources, record.orders, record.facts, record.disbelieved
    )

    text = printed(report_view(report), width=130)

    assert shown("Targets" + text.split("\nTargets")[1].split("\n\nHand-overs")[0]) in SCREENS


def test_sample_of_a_plan_is_what_the_plan_of_that_drill_shows() -> None:
    text = printed(plan_view(previewed(), "customer-a/production"), width=130)

    assert shown(text) in SCREENS
