"""Each event has a rule, each rule an event, and no rule starts anything that a replay or a forger could."""

from __future__ import annotations

import pytest

from generate.schemas import models
from groundswell.technologies.registry import BUILT_IN, load
from tests.template.patterns import matches
from tests.template.stack import Body, Stack

RULE = "AWS::Events::Rule"


def rules_on(stack: Stack, bus: str) -> dict[str, Body]:
    return {name: rule for name, rule in stack.of_type(RULE).items() if rule.get("EventBusName") == stack.ref(bus)}


def matching(rules: dict[str, Body], event: Body) -> set[str]:
    return {name for name, rule in rules.items() if matches(rule["EventPattern"], event)}


def test_samples_are_of_all_events_that_the_models_know(events: list[Body]) -> None:
    sampled = {event["detail-type"] for event in events}

    assert sampled == {model.detail_type for model in models()}


def test_every_event_matches_a_rule_and_every_rule_an_event(hub: Stack, events: list[Body]) -> None:
    rules = rules_on(hub, "Bus")

    unheard = [event["detail-type"] for event in events if not matching(rules, event)]
    idle = rules.keys() - {name for event in events for name in matching(rules, event)}

    assert not unheard
    assert not idle


@pytest.mark.parametrize(
    ("detail_type", "expected"),
    [
        ("DRRequested", {"PlanExecutionRule"}),
        ("DRAccepted", {"AdvanceExecutionRule"}),
        ("DRRejected", {"RejectedNotice"}),
        ("WaveStarted", {"FanOutWaveRule"}),
        ("WaveAwaitingApproval", {"AwaitingApprovalNotice"}),
        ("WaveApprovalOverdue", {"ApprovalOverdueNotice"}),
        ("DRPauseRequested", {"ControlExecutionRule"}),
        ("DRResumeRequested", {"ControlExecutionRule"}),
        ("DRCancelRequested", {"ControlExecutionRule"}),
        ("WaveApproveRequested", {"ControlExecutionRule"}),
        ("WaveRejectRequested", {"ControlExecutionRule"}),
        ("ResourceRetryRequested", {"ControlExecutionRule"}),
        ("ResourceSkipRequested", {"ControlExecutionRule"}),
        ("CommandRefused", {"RefusedNotice"}),
        ("DRPaused", {"DecidedNotice"}),
        ("DRResumed", {"AdvanceExecutionRule", "DecidedNotice"}),
        ("DRCancelling", {"AdvanceExecutionRule", "DecidedNotice"}),
        ("WaveApproved", {"AdvanceExecutionRule", "DecidedNotice"}),
        ("WaveRejected", {"DecidedNotice"}),
        ("WaveCancelled", {"AdvanceExecutionRule"}),
        ("ResourcesRetried", {"FanOutWaveRule", "DecidedNotice"}),
        ("ResourcesSkipped", {"DecidedNotice"}),
        ("WaveCompleted", {"AdvanceExecutionRule"}),
        ("WaveFailed", {"AdvanceExecutionRule"}),
        ("WaveHeld", {"HeldNotice"}),
        ("WaveDeadlineMissed", {"DeadlineMissedNotice"}),
        ("DRCompleted", {"CompletedNotice"}),
        ("DRFailed", {"FailedNotice"}),
        ("DRCancelled", {"CancelledNotice"}),
        ("ResourceRecovered", {"RecordOutcomeRule"}),
        ("ResourceFailed", {"RecordOutcomeRule"}),
        ("ResourceProgressed", {"RecordOutcomeRule"}),
    ],
)
def test_event_reaches_exactly_those_who_react_to_it(
    hub: Stack, events: list[Body], detail_type: str, expected: set[str]
) -> None:
    sampled = [event for event in events if event["detail-type"] == detail_type]

    reached = [matching(rules_on(hub, "Bus"), event) for event in sampled]

    assert sampled
    assert all(rules == expected for rules in reached)


def test_work_order_reaches_its_technology_only(hub: Stack, events: list[Body]) -> None:
    orders = [event for event in events if event["detail-type"] == "RecoveryRequested"]

    reached = {event["detail"]["data"]["technology"]: matching(rules_on(hub, "Bus"), event) for event in orders}

    assert reached == {name: {f"Recover{name.capitalize()}Rule"} for name in BUILT_IN}


def test_forged_source_reaches_only_those_who_judge_it_themselves(hub: Stack, events: list[Body]) -> None:
    forged = [event | {"source": "somebody.else"} for event in events]

    reached = {name for event in forged for name in matching(rules_on(hub, "Bus"), event)}

    assert reached == {"PlanExecutionRule", "ControlExecutionRule"}


def test_what_is_skipped_by_a_cancellation_is_no_decision_that_people_are_told(hub: Stack, events: list[Body]) -> None:
    (skipped,) = [event for event in events if event["detail-type"] == "ResourcesSkipped"]
    skipped["detail"]["data"]["decided_by"] = "groundswell"

    assert not matching(rules_on(hub, "Bus"), skipped)


def test_replay_reaches_nobody(hub: Stack, events: list[Body]) -> None:
    replayed = [event | {"replay-name": "replay-1"} for event in events]

    assert not [event["detail-type"] for event in replayed if matching(rules_on(hub, "Bus"), event)]


def test_every_target_is_a_queue_or_the_notices_topic_and_loses_nothing(hub: Stack) -> None:
    queues = {hub.attribute(name, "Arn") for name in hub.of_type("AWS::SQS::Queue")}

    for name, rule in hub.of_type(RULE).items():
        for target in rule["Targets"]:
            assert target["Arn"] in queues | {hub.ref("Notices")}, name
            assert target["DeadLetterConfig"]["Arn"] == hub.attribute("Undelivered", "Arn"), name


def test_declared_wake_up_is_forwarded_and_wakes_work(hub: Stack, workload: Stack) -> None:
    wake_ups = [wake_up for name in BUILT_IN for wake_up in load(name).wake_ups]
    forwarding = workload.of_type(RULE)

    for wake_up in wake_ups:
        for detail_type in wake_up.detail_types:
            event: Body = {"source": wake_up.source, "detail-type": detail_type, "detail": {}}

            assert len(matching(forwarding, event)) == 1
            assert matching(rules_on(hub, "AwsEventsBus"), event) == {"WakeWorkRule"}
    assert wake_ups


def test_forwarding_leads_to_the_hubs_bus_for_aws_events(hub: Stack, workload: Stack) -> None:
    targets = {target["Arn"] for rule in workload.of_type(RULE).values() for target in rule["Targets"]}

    assert targets == {hub.attribute("AwsEventsBus", "Arn")}
