"""Commands as AWS has them: late in lists, paged, and a success though they reached nobody."""

from __future__ import annotations

from tests.unit.estate.builders import HERE
from tests.unit.estate.systems import (
    AT_ONCE,
    code_of,
    command,
    invocations,
    nodes,
    send,
    world,
)


def test_command_goes_to_the_nodes_with_its_tags_that_are_online() -> None:
    at = world()
    name = send(at)
    at.clock.advance(60)

    assert invocations(at, name) == ["Success"] * 3
    assert (command(at, name)["StatusDetails"], command(at, name)["TargetCount"]) == ("Success", 3)


def test_command_is_refused_when_a_named_instance_is_not_online() -> None:
    at = world()
    asleep = [name for name, node in at.estate.world.site(HERE).runs.nodes.items() if not node.online]

    assert code_of(at, "SendCommand", DocumentName="probe", InstanceIds=asleep) == "InvalidInstanceId"
    assert code_of(at, "SendCommand", DocumentName="probe", InstanceIds=nodes(at)[:1] * 2) == "DuplicateInstanceId"


def test_commands_twin_is_another_command_because_no_token_is_taken() -> None:
    at = world()

    assert send(at, Comment="same") != send(at, Comment="same")


def test_command_that_was_just_sent_has_no_invocations() -> None:
    at = world(times={"ssm": {**AT_ONCE["ssm"], "listed_after": "10s"}})
    name = send(at)

    early = invocations(at, name)
    at.clock.advance(60)

    assert (early, invocations(at, name)) == ([], ["Success"] * 3)


def test_commands_are_paged_and_filtered() -> None:
    at = world(page_size=1)
    send(at)
    at.clock.advance(100)
    middle = at.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    at.clock.advance(100)
    last = send(at)

    by_time = at.ssm("ListCommands", Filters=[{"key": "InvokedAfter", "value": middle}])
    by_name = at.ssm("ListCommands", Filters=[{"key": "DocumentName", "value": "probe"}])

    assert [each["CommandId"] for each in by_time["Commands"]] == [last]
    assert "NextToken" not in by_time
    assert "NextToken" in by_name


def test_command_is_a_success_though_it_reached_not_all_its_nodes() -> None:
    rule = {"documents": "probe", "times": "always", "status": "Undeliverable"}
    at = world()
    at = world(faults={"throttling": [], "failing_documents": [{**rule, "nodes": nodes(at)[0]}]})
    name = send(at)
    at.clock.advance(60)

    assert command(at, name)["Status"] == "Success"
    assert sorted(invocations(at, name)) != ["Success"] * 3
    assert "Undeliverable" in invocations(at, name)


def test_command_is_a_success_when_no_node_has_its_tags() -> None:
    at = world()
    name = str(
        at.ssm("SendCommand", DocumentName="probe", Targets=[{"Key": "tag:Role", "Values": ["none"]}])["Command"][
            "CommandId"
        ]
    )

    assert (command(at, name)["Status"], command(at, name)["StatusDetails"]) == ("Success", "NoInstancesInTag")
    assert command(at, name)["TargetCount"] == 0


def test_command_fails_on_the_nodes_that_the_scenario_names() -> None:
    bad = nodes(world())[1]
    rule = {"documents": "probe", "nodes": bad, "status": "TimedOut"}
    at = world(faults={"throttling": [], "failing_documents": [rule]})
    name = send(at)
    at.clock.advance(60)

    assert (command(at, name)["Status"], command(at, name)["ErrorCount"]) == ("TimedOut", 1)
    assert sorted(invocations(at, name)).count("ExecutionTimedOut") == 1


def test_launched_instance_takes_commands_when_its_agent_is_up() -> None:
    at = world(1, times={**AT_ONCE, "ssm": {**AT_ONCE["ssm"], "agent": "1000d"}})
    instance = at.launched()
    asleep = code_of(at, "SendCommand", DocumentName="probe", InstanceIds=[instance])
    at.clock.advance(1001 * 86400)

    assert asleep == "InvalidInstanceId"
    assert send(at, InstanceIds=[instance])
