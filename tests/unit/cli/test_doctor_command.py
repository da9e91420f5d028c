"""`dr doctor`: says what is wrong with the hub and what to do, and never takes for well what it could not read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from groundswell.domain.records import Execution
from groundswell.ledger import planning_runs
from groundswell_cli.exits import Exit
from groundswell_cli.machinery import Alarm, Feed, Rule
from tests.unit.cli.fake_hub import FakeHub, Terminal
from tests.unit.cli.fake_machinery import USE, FakeMachinery
from tests.unit.cli.story import START, Story, protected

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no right to look"}}, "DescribeAlarms")
AWAY = EndpointConnectionError(endpoint_url="https://sqs.example")


def told(parts: FakeMachinery) -> tuple[int, list[str]]:
    """The exit status and the lines."""
    result = Terminal(FakeHub(machinery=parts)).type("doctor")
    return result.exit_code, [line.rstrip() for line in result.stdout.splitlines()]


def test_hub_that_is_well_is_said_to_be() -> None:
    assert told(FakeMachinery()) == (Exit.OK, ["0 wrong, 0 unknown, 12 well"])


@pytest.mark.parametrize(
    ("parts", "line", "following"),
    [
        (
            FakeMachinery(ringing=[Alarm("groundswell-sweep-errors", START, "Look at the log.")]),
            "WRONG alarms groundswell-sweep-errors: rings, since 2026-01-31 03:00:00 UTC",
            "Look at the log.",
        ),
        (
            FakeMachinery(known_rules=[Rule("sweep-rule", "default", is_enabled=False)]),
            "WRONG rules sweep-rule: disabled on bus default",
            "aws events enable-rule --name sweep-rule --event-bus-name default",
        ),
        (
            FakeMachinery(feeds=[Feed("id-1", "groundswell-sweep", "Disabled", "", START)]),
            "WRONG event source mappings groundswell-sweep: the mapping is Disabled, since 2026-01-31 03:00:00 UTC",
            "aws lambda update-event-source-mapping --uuid id-1 --enabled",
        ),
        (
            FakeMachinery(feeds=[Feed("id-1", "groundswell-relay", "Enabled", "PROBLEM: Function call failed", None)]),
            "WRONG event source mappings groundswell-relay: PROBLEM: Function call failed",
            "aws logs tail /aws/lambda/groundswell-relay --since 10m",
        ),
        (
            FakeMachinery(waiting={"groundswell-dead-letters": 1}),
            "WRONG queues groundswell-dead-letters: 1 messages were given up",
            "mend the cause, then redrive (docs/break-glass.md#dead-letters); to see them: aws sqs receive-message "
            "--queue-url https://queues.example/groundswell-dead-letters",
        ),
        (
            FakeMachinery(waiting={"groundswell-sweep": 7}, known_ages={"groundswell-sweep": 301}),
            "WRONG queues groundswell-sweep: 7 messages wait, the oldest for 301 s",
            "aws logs tail /aws/lambda/groundswell-sweep --since 10m; throttled? aws lambda get-account-settings",
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(parts: FakeMachinery, line: str, following: str) -> None:
    status, lines = told(parts)

    assert (status, lines[0]) == (Exit.REFUSED, line)
    assert " ".join(" ".join(lines[1:-1]).split()) == f"next: {following}"
    assert lines[-1].startswith("1 wrong, 0 unknown")


def test_limit_of_the_account_that_is_too_narrow_is_wrong() -> None:
    narrow = type(USE)(USE.hub, USE.workers, 10, USE.variables, USE.rules)

    status, lines = told(FakeMachinery(known_use=narrow))

    assert status == Exit.REFUSED
    assert lines[0] == (
        "WRONG limits groundswell: functions side by side: the hub's functions may run 12 times side by side, "
        "the account allows 10"
    )


def test_messages_that_wait_for_a_moment_are_well() -> None:
    parts = FakeMachinery(waiting={"groundswell-sweep": 7}, known_ages={"groundswell-sweep": 3})

    assert told(parts)[0] == Exit.OK


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (FakeMachinery(ringing=DENIED), "UNKNOWN alarms: AWS denies DescribeAlarms: no right to look"),
        (FakeMachinery(known_rules=DENIED), "UNKNOWN rules: AWS denies"),
        (FakeMachinery(feeds=DENIED), "UNKNOWN event source mappings: AWS denies"),
        (FakeMachinery(known_use=DENIED), "UNKNOWN limits: AWS denies"),
        (FakeMachinery(waiting={"groundswell-sweep": AWAY}), "UNKNOWN queues SweepQueue: cannot reach AWS"),
        (
            FakeMachinery(waiting={"groundswell-sweep": 7}, known_ages=DENIED),
            "UNKNOWN queues age of messages: AWS denies",
        ),
        (
            FakeMachinery(waiting={"groundswell-sweep": 7}),
            "UNKNOWN queues groundswell-sweep: 7 messages wait; CloudWatch does not say for how long",
        ),
        (FakeMachinery(known_rules=()), "UNKNOWN rules: no rule was found"),
        (FakeMachinery(feeds=()), "UNKNOWN event source mappings: none was found"),
    ],
)
def test_what_cannot_be_read_is_unknown_with_the_words_of_aws(parts: FakeMachinery, line: str) -> None:
    status, lines = told(parts)

    assert status == Exit.UNREACHABLE
    assert lines[0].startswith(line)
    assert lines[-1].startswith("0 wrong, 1 unknown")


def test_queues_that_the_stack_does_not_name_are_unknown() -> None:
    status, lines = told(FakeMachinery(outputs={}))

    assert status == Exit.UNREACHABLE
    assert lines[0] == "UNKNOWN queues: the stack's outputs do not say where DeadLetters is"


def test_what_is_wrong_is_told_before_what_is_unknown_and_outweighs_it() -> None:
    parts = FakeMachinery(waiting={"groundswell-sweep": AWAY}, known_rules=[Rule("r", "default", is_enabled=False)])

    status, lines = told(parts)

    assert status == Exit.REFUSED
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ["WRONG", "UNKNOWN", "1"]


def _plan_fails(story: Story) -> None:
    execution: Execution = story.begin()
    planning_runs.note_failure(story.store, execution, 1, "KeyError: 'x'", at=START, counts=True)


def test_error_of_a_planner_is_told_with_its_execution() -> None:
    story = Story()
    _plan_fails(story)

    result = Terminal(FakeHub(story.store), story.clock).type("doctor")

    assert result.exit_code == Exit.REFUSED
    execution = story.execution.execution_id
    assert result.stdout.splitlines()[:2] == [
        f"WRONG planning {execution}: a planner ended with KeyError: 'x', since 2026-01-31 03:00:00 UTC",
        f"  next: dr status {execution}",
    ]


@pytest.mark.parametrize(("seconds", "status"), [(59, Exit.OK), (61, Exit.REFUSED)])
def test_facts_that_are_not_on_the_bus_after_a_minute_are_wrong(seconds: int, status: Exit) -> None:
    story = Story()
    story.accept([protected("app-1")])
    story.clock.at = START + timedelta(seconds=seconds)

    result = Terminal(FakeHub(story.store), story.clock).type("doctor")

    assert result.exit_code == status
    assert ("WRONG facts: " in result.stdout) is (status is Exit.REFUSED)


def test_scripts_get_every_finding() -> None:
    parts = FakeMachinery(ringing=[Alarm("groundswell-sweep-errors", START, "Look.")])

    result = Terminal(FakeHub(machinery=parts)).type("doctor", "--json")

    found = [each for each in json.loads(result.stdout) if each["verdict"] != "passed"]
    assert found == [
        {
            "check": "alarms",
            "subject": "groundswell-sweep-errors",
            "verdict": "failed",
            "found": "rings",
            "next": "Look.",
            "since": "2026-01-31T03:00:00.000000Z",
        }
    ]


def test_defect_of_ours_is_no_unknown() -> None:
    with pytest.raises(ZeroDivisionError):
        told(FakeMachinery(ringing=ZeroDivisionError()))
