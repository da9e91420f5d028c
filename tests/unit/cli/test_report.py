"""The report: every figure follows from what was recorded, and what was not is unknown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from groundswell.domain.policy import WavePolicy
from groundswell.domain.records import Resource
from groundswell.domain.states import ExecutionStatus
from groundswell_cli.record import FullRecord, read_record
from groundswell_cli.report import make_report
from groundswell_cli.report_model import Report
from groundswell_cli.report_times import CountedFrom
from groundswell_cli.views.report import report_view
from tests.unit.cli.stories import THROTTLED, half_recovered
from tests.unit.cli.story import REQUEST, Story, protected
from tests.unit.cli.test_views import printed


def record_of(story: Story) -> FullRecord:
    return read_record(story.store, story.execution)


def report_of(record: FullRecord) -> Report:
    parts = (record.execution, record.waves, record.resources, record.orders, record.facts, record.disbelieved)
    return make_report(*parts)


def through(waves: int, *, seconds: float = 20, policies: dict[int, WavePolicy] | None = None) -> Story:
    """Waves of one server each: a second to plan, ordered after 0.5 s, recovered so many seconds after its call."""
    story = Story()
    story.accept([protected(f"s-{number}", number) for number in range(1, waves + 1)], policies=policies)
    for number in range(1, waves + 1):
        story.advance()
        story.clock.pass_(0.5)
        story.call(story.order(number))
        story.clock.pass_(seconds)
        story.end(number, f"drs/s-{number}")
    story.advance()
    return story


def test_foreign_clock_is_shown_and_measures_nothing() -> None:
    story = half_recovered()
    record = read_record(story.store, story.execution)
    old = "2025-05-14T06:00:00.000000Z"
    resources = [each.model_copy(update={"claimed_at": old}) for each in record.resources]

    plain = make_report(record.execution, record.waves, record.resources, record.orders, record.facts)
    report = make_report(record.execution, record.waves, resources, record.orders, record.facts)

    assert report.critical_path_seconds == plain.critical_path_seconds
    assert (plain.far_clocks, {each.claimed_at for each in report.far_clocks}) == ((), {old})
    assert "says 2025-05-14 06:00:00 UTC" in printed(report_view(report))


def test_report_says_how_much_longer_the_whole_took_than_its_critical_path() -> None:
    report = report_of(record_of(through(3)))

    assert (report.status, report.seconds) == (ExecutionStatus.COMPLETED, 61.5)
    assert report.critical_path_seconds == 60
    assert report.times_critical_path == 1.025
    assert [wave.overhead_seconds for wave in report.waves] == [0.5, 0.5, 0.5]


def test_report_measures_each_hand_over_from_the_last_outcome_to_the_first_order() -> None:
    report = report_of(record_of(through(3)))

    assert [(each.from_wave, each.to_wave, each.seconds) for each in report.hand_overs] == [(1, 2, 0.5), (2, 3, 0.5)]
    assert report.hand_over is not None
    assert (report.hand_over.count, report.hand_over.p50, report.hand_over.longest) == (2, 0.5, 0.5)


def test_report_keeps_a_persons_time_out_of_the_spread() -> None:
    story = Story()
    story.accept([protected("dc", 1), protected("app", 2)])
    story.advance()
    story.order(1)
    story.end(1, "drs/dc")
    story.pause()
    story.clock.pass_(60)
    story.resume()
    story.advance()
    story.order(2)

    report = report_of(record_of(story))

    assert [(each.seconds, each.waited_for_person) for each in report.hand_overs] == [(60, True)]
    assert report.hand_over is None


def test_report_names_the_slowest_resource_and_what_its_time_is_counted_from() -> None:
    report = report_of(record_of(half_recovered()))

    slowest = report.waves[0].slowest
    assert slowest is not None
    assert (slowest.resource_id, slowest.seconds, slowest.counted_from) == ("drs/dc", 98, CountedFrom.FIRST_CALL)


def test_report_counts_from_the_order_when_no_call_was_recorded() -> None:
    record = record_of(half_recovered())
    aurora_only = [each for each in record.resources if each.technology == "aurora"]

    slowest = report_of(replace(record, resources=aurora_only)).waves[0].slowest

    assert slowest is not None
    assert (slowest.resource_id, slowest.seconds, slowest.counted_from) == ("aurora/db", 40, CountedFrom.WORK_ORDER)


def test_report_says_unknown_when_a_wave_has_no_recorded_time() -> None:
    record = record_of(through(2))

    report = report_of(replace(record, resources=[without_times(record.resources[0]), record.resources[1]]))

    assert (report.waves[0].slowest, report.waves[0].overhead_seconds) == (None, None)
    assert (report.critical_path_seconds, report.times_critical_path) == (None, None)
    assert report.hand_overs == ()


def without_times(resource: Resource) -> Resource:
    return resource.model_copy(update={"started_at": None, "ended_at": None})


def test_report_says_unknown_when_the_execution_goes_on() -> None:
    report = report_of(record_of(half_recovered()))

    assert (report.ended_at, report.seconds, report.critical_path_seconds) == (None, None, None)
    assert report.waves[1].seconds is None


def test_report_counts_calls_by_technology_and_service() -> None:
    report = report_of(record_of(half_recovered()))

    assert [(each.technology, each.service, each.calls, each.resources) for each in report.calls] == [
        ("aurora", "rds", 6, 1),
        ("drs", "drs", 9, 4),
        ("drs", "ec2", 3, 4),
    ]
    assert [each.calls_per_resource for each in report.calls] == [6, 2.25, 0.75]


def test_report_counts_events_outcomes_and_duplicates() -> None:
    events = report_of(record_of(half_recovered())).events

    assert (events.facts, events.work_orders, events.outcomes, events.duplicates) == (5, 3, 5, 1)


def test_report_holds_recovery_times_against_the_resources_own_targets() -> None:
    targets = report_of(record_of(half_recovered())).recovery_time_targets

    assert (targets.with_target, targets.met, targets.missed, targets.unknown) == (2, 1, 1, 0)
    assert targets.furthest is not None
    assert (targets.furthest.resource_id, targets.furthest.seconds) == ("drs/dc", 100)


def test_report_holds_the_lag_at_planning_against_the_recovery_point() -> None:
    targets = report_of(record_of(half_recovered())).recovery_point_targets

    assert (targets.with_target, targets.missed, targets.strictest_seconds) == (1, 1, 60)
    assert targets.furthest is not None
    assert targets.furthest.seconds == 400


def test_report_says_unknown_when_the_lag_was_not_read() -> None:
    story = Story()
    story.accept([protected("dc", rpo_minutes=5)])

    targets = report_of(record_of(story)).recovery_point_targets

    assert (targets.with_target, targets.met, targets.missed, targets.unknown) == (1, 0, 0, 1)
    assert targets.furthest is None


def test_report_has_missed_a_target_when_the_resource_was_given_up() -> None:
    story = Story()
    story.accept([protected("dc", rto_minutes=60)])
    story.advance()
    story.order(1)
    story.end(1, "drs/dc", failure=THROTTLED)

    assert report_of(record_of(story)).recovery_time_targets.missed == 1


def test_report_has_met_the_objective_when_every_wave_met_its_deadline() -> None:
    objective = report_of(record_of(through(2))).recovery_time

    assert objective is not None
    assert (objective.target_seconds, objective.reached_seconds, objective.met) == (1800, 41, True)


@pytest.mark.parametrize(("last", "met"), [(1800, True), (41, True), (40, False)])
def test_whole_has_met_its_objective_by_its_own_end_although_one_wave_was_late(last: int, met: bool) -> None:
    late = {1: WavePolicy(deadline_seconds=10), 2: WavePolicy(deadline_seconds=last)}

    report = report_of(record_of(through(2, policies=late)))

    assert [wave.deadline.met for wave in report.waves] == [False, met]
    assert report.recovery_time is not None
    assert (report.recovery_time.target_seconds, report.recovery_time.met) == (last, met)


def test_report_has_missed_the_objective_as_soon_as_a_deadline_has_passed() -> None:
    story = Story()
    story.accept([protected("dc")], policies={1: WavePolicy(deadline_seconds=10)})
    story.advance()
    story.clock.pass_(11)
    story.miss_deadline(1)

    objective = report_of(record_of(story)).recovery_time

    assert objective is not None
    assert (objective.reached_seconds, objective.met) == (None, False)


def test_report_leaves_the_objective_open_while_waves_are_to_come() -> None:
    objective = report_of(record_of(half_recovered())).recovery_time

    assert objective is not None
    assert (objective.reached_seconds, objective.met) == (None, None)


def test_report_names_what_failed_with_its_cause() -> None:
    failed = report_of(record_of(half_recovered())).failed

    assert [(each.resource_id, each.impact, each.cause) for each in failed] == [
        ("drs/app-2", "critical", THROTTLED.cause),
        ("drs/batch", "optional", THROTTLED.cause),
    ]


def test_report_names_late_findings_and_what_was_left_out() -> None:
    record = record_of(half_recovered())
    late = record.resources[0].model_copy(update={"late": {"o-9": {"outcome": "RECOVERED"}}})

    report = report_of(replace(record, resources=[late, *record.resources[1:]]))

    assert [(each.resource_id, each.finding) for each in report.late] == [("aurora/db", {"outcome": "RECOVERED"})]
    assert (report.left_out_count, report.left_out[0].subject) == (1, "drs web-9")


def test_report_tells_what_is_vouched_for_from_what_is_claimed() -> None:
    story = Story(REQUEST.model_copy(update={"requested_by": "somebody", "reason": "the primary is dark"}))
    story.accept([protected("dc")])

    report = report_of(record_of(story))

    assert report.requested_via == "groundswell.cli in account 111111111111"
    assert (report.requested_by, report.reason) == ("somebody", "the primary is dark")


def test_report_of_a_rejected_request_has_its_reasons_and_no_figures() -> None:
    story = Story()
    story.reject("this hub is not armed")

    report = report_of(record_of(story))

    assert report.reasons == ("this hub is not armed",)
    assert (report.waves, report.critical_path_seconds, report.recovery_time) == ((), None, None)


def test_report_is_the_same_when_it_is_read_back_from_its_json() -> None:
    report = report_of(record_of(half_recovered()))

    assert Report.model_validate(json.loads(report.model_dump_json())) == report
