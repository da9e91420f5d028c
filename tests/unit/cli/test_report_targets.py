"""What was reached against targets: without the time that waited for people, and with the data that was lost."""

from __future__ import annotations

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.evidence import RECOVERY_POINT
from groundswell.domain.policy import WavePolicy
from groundswell.domain.protection import Fitness
from groundswell_cli.record import read_record
from groundswell_cli.report import make_report
from groundswell_cli.report_model import Report
from groundswell_cli.report_resources import PointSource, ResourceFigures
from groundswell_cli.views.report import report_view
from tests.unit.cli.stories import LAGGING, THROTTLED
from tests.unit.cli.story import Story, protected
from tests.unit.cli.test_views import printed

FIT = Fitness(fit=True, state="CONTINUOUS", lag_seconds=2.0)


def report_of(story: Story) -> Report:
    record = read_record(story.store, story.execution)
    return make_report(
        record.execution, record.waves, record.resources, record.orders, record.facts, record.disbelieved
    )


def paused(*, rto_minutes: int | None = None) -> Story:
    """Two servers with a deadline of 30 min: one after 10 min, a pause of 17 min, the other 15 min after that."""
    story = Story()
    policies = {1: WavePolicy(deadline_seconds=1800)}
    story.accept(
        [protected("dc", rto_minutes=rto_minutes), protected("app", rto_minutes=rto_minutes)], policies=policies
    )
    story.advance()
    story.call(story.order(1))
    story.clock.pass_(600)
    story.end(1, "drs/dc")
    story.pause()
    story.clock.pass_(1020)
    story.resume()
    story.clock.pass_(900)
    story.end(1, "drs/app")
    story.advance()
    return story


def recovered(evidence: dict[str, Value], *, fitness: Fitness | None = FIT) -> ResourceFigures:
    """The figures of one server with a target of a minute that was recovered with this evidence."""
    story = Story()
    story.accept([protected("dc", rpo_minutes=1, fitness=fitness)])
    story.advance()
    story.order(1)
    story.end(1, "drs/dc", evidence=evidence)
    (figures,) = report_of(story).resources
    return figures


def test_wave_met_its_deadline_when_only_waiting_for_people_went_beyond_it() -> None:
    (wave,) = report_of(paused()).waves

    assert (wave.deadline.elapsed_seconds, wave.deadline.waited_seconds) == (2520, 1020)
    assert (wave.deadline.reached_seconds, wave.deadline.target_seconds) == (1500, 1800)
    assert wave.deadline.met is True


def test_whole_is_measured_as_its_last_wave_is() -> None:
    report = report_of(paused())

    assert report.recovery_time == report.waves[0].deadline
    assert (report.seconds, report.waited_seconds) == (2520, 1020)


def test_objective_names_the_resource_that_ended_last() -> None:
    (wave,) = report_of(paused()).waves

    assert wave.deadline.last == "drs/app"


def test_resource_is_charged_with_no_waiting_before_its_end_and_none_after() -> None:
    figures = {each.resource_id: each for each in report_of(paused()).resources}

    times = {name: (each.recovery_seconds, each.waited_seconds) for name, each in figures.items()}
    assert times == {"drs/dc": (600, 0), "drs/app": (1500, 1020)}


def test_overhead_and_critical_path_leave_out_what_only_waited_for_people() -> None:
    report = report_of(paused())
    (wave,) = report.waves

    assert wave.slowest is not None
    assert (wave.seconds, wave.waited_seconds, wave.overhead_seconds) == (2520, 1020, 0)
    assert (wave.slowest.seconds, wave.slowest.waited_seconds) == (2520, 1020)
    assert report.times_critical_path == 1


def test_overhead_and_critical_path_leave_out_a_pause_before_the_first_call() -> None:
    story = Story()
    story.accept([protected("dc")])
    story.advance()
    story.pause()
    story.clock.pass_(300)
    story.resume()
    story.call(story.order(1))
    story.clock.pass_(100)
    story.end(1, "drs/dc")
    story.advance()

    report = report_of(story)

    assert (report.seconds, report.waited_seconds, report.waves[0].overhead_seconds) == (400, 300, 0)
    assert report.times_critical_path == 1


def test_own_targets_are_judged_without_the_waiting() -> None:
    report = report_of(paused(rto_minutes=25))

    targets = report.recovery_time_targets
    assert (targets.met, targets.missed) == (2, 0)
    assert targets.furthest is not None
    assert (targets.furthest.resource_id, targets.furthest.seconds) == ("drs/app", 1500)
    assert report.waves[0].recovery_time == targets


def test_view_shows_beside_what_counts_what_waited_for_people() -> None:
    text = printed(report_view(report_of(paused())), width=160)

    assert "met: reached after 25m 00s (42m 00s by the clock, of which 17m 00s waited for people)" in text
    assert "42m 00s (accepted to ended, in real seconds), of which 17m 00s waited for people" in text


@pytest.mark.parametrize(("evidence", "seconds"), [(13, 13), ("0.4", 0.4), (0, 0)])
def test_recovery_point_is_what_the_technology_measured(evidence: Value, seconds: float) -> None:
    figures = recovered({RECOVERY_POINT: evidence})

    assert (figures.recovery_point_seconds, figures.recovery_point_from) == (seconds, PointSource.MEASURED)
    assert figures.recovery_point_met is True


def test_recovery_point_misses_its_target_when_the_copy_lacks_more() -> None:
    assert recovered({RECOVERY_POINT: 61}).recovery_point_met is False


@pytest.mark.parametrize("nonsense", ["some", "nan", "inf", -1, True, None, ["1"]])
def test_recovery_point_is_the_lag_when_planned_when_nothing_sensible_was_measured(nonsense: Value) -> None:
    figures = recovered({RECOVERY_POINT: nonsense})

    assert (figures.recovery_point_seconds, figures.recovery_point_from) == (2, PointSource.PLANNED)


def test_recovery_point_is_unknown_when_neither_was_read() -> None:
    figures = recovered({}, fitness=None)

    assert (figures.recovery_point_seconds, figures.recovery_point_from, figures.recovery_point_met) == (None,) * 3


def test_recovery_point_of_a_copy_that_was_there_before_is_not_the_lag_of_today() -> None:
    assert recovered({"already_there": True}).recovery_point_seconds is None


def test_recovery_point_is_unknown_when_the_resource_was_given_up() -> None:
    story = Story()
    story.accept([protected("dc", rpo_minutes=1, fitness=LAGGING)])
    story.advance()
    story.order(1)
    story.end(1, "drs/dc", failure=THROTTLED)

    targets = report_of(story).recovery_point_targets

    assert (targets.with_target, targets.met, targets.missed, targets.unknown) == (1, 0, 0, 1)


def test_view_lists_recovery_points_with_the_missed_first_and_says_how_each_is_known() -> None:
    story = Story()
    story.accept(
        [
            protected("a-late", rpo_minutes=60, fitness=FIT),
            protected("b-missed", rpo_minutes=1, fitness=FIT),
            protected("c-planned", rpo_minutes=1, fitness=FIT),
            protected("d-silent", technology="route53"),
        ]
    )
    story.advance()
    story.order(1)
    story.order(1, technology="route53")
    story.end(1, "drs/a-late", evidence={RECOVERY_POINT: 900})
    story.end(1, "drs/b-missed", evidence={RECOVERY_POINT: 90})
    story.end(1, "drs/c-planned", "route53/d-silent")

    text = printed(report_view(report_of(story)))

    rows = [line.split() for line in text.split("Recovery points")[1].split("\n\n")[0].splitlines()[2:]]
    assert [row[1] for row in rows] == ["drs/b-missed", "drs/a-late", "drs/c-planned"]
    assert " ".join(rows[0]) == "1 drs/b-missed 1m 30s 1m 00s MISSED measured at the failover"
    assert " ".join(rows[2]) == "1 drs/c-planned 2.00 s 1m 00s met lag when planned"


def test_view_says_how_many_recovery_points_it_leaves_out() -> None:
    story = Story()
    story.accept([protected(f"s-{number:02}", fitness=FIT) for number in range(25)])

    text = printed(report_view(report_of(story)))

    assert "... and 5 more: dr report --json has all" in text
    assert text.count("lag when planned") == 20
