"""Commands: all instances must succeed, whatever the command says of itself as a whole."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from groundswell.technologies.contract import Done, Failed, InProgress, NotBegun
from groundswell.technologies.ssm import TECHNOLOGY
from groundswell.technologies.ssm.commands import comment_of
from tests.unit.technologies.bench import Bench
from tests.unit.technologies.systems import (
    PROBE,
    QUICK,
    begun,
    command,
    failing,
    node,
    seen,
    sent,
    settled,
    systems,
    web_command,
    without_answer,
)


def on(at: Bench, *names: str) -> str:
    """The instances of these nodes, as a declaration lists them."""
    return ", ".join(node(at, name) for name in names)


def test_command_passes_when_all_its_instances_do() -> None:
    at = systems()
    target = begun(at, command(instances=on(at, "web-1", "db-1")))

    assert settled(at, target) == Done({"command": target.handles[0], "document": PROBE, "instances": 2})


def test_command_goes_to_every_instance_with_the_tags_that_is_online() -> None:
    at = systems(page_size=2)

    done = settled(at, begun(at, web_command()))

    assert isinstance(done, Done)
    assert done.evidence["instances"] == 3


def test_command_goes_to_instances_that_have_all_the_tags() -> None:
    at = systems()

    done = settled(at, begun(at, command(targets="tag:Role=web,db; tag:Name=web-2,db-1")))

    assert isinstance(done, Done)
    assert done.evidence["instances"] == 2


def test_command_gets_parameters_comment_and_limit() -> None:
    at = systems()
    target = begun(at, command(instances=on(at, "db-1"), parameters='{"Port": ["5432"]}', limit_seconds="90"))

    (made,) = at.estate.world.site(at.caller).runs.commands.values()

    assert made.parameters == {"Port": ["5432"]}
    assert made.comment == comment_of(target.intents[0].key)
    assert made.timeout == 90


def test_delivery_is_given_the_least_that_aws_allows_when_the_limit_is_shorter() -> None:
    at = systems()
    begun(at, command(instances=on(at, "db-1"), limit_seconds="5"))

    (made,) = at.estate.world.site(at.caller).runs.commands.values()

    assert made.timeout == 30


def test_comment_fits_and_differs_from_key_to_key() -> None:
    longest = f"dr-0123456789abcdef.{'x' * 236}"

    assert len(comment_of(longest)) <= 100
    assert comment_of(longest).startswith("groundswell dr-0123456789abcdef ")
    assert comment_of(longest) != comment_of(longest[:-1])


def test_command_fails_and_names_the_instances_that_failed() -> None:
    at = systems()
    bad = node(at, "web-2")
    at = systems(faults=failing(PROBE, nodes=bad))
    target = begun(at, web_command())

    failed = settled(at, target)

    assert isinstance(failed, Failed)
    assert failed.failure.cause == f"command {target.handles[0]} is Failed: {bad} is Failed"
    assert f"--command-id {target.handles[0]} --instance-id {bad}" in failed.failure.advice
    assert not failed.retry


def test_command_fails_when_it_cannot_be_delivered_to_one_though_aws_calls_it_a_success() -> None:
    at = systems()
    bad = node(at, "web-3")
    at = systems(faults=failing(PROBE, nodes=bad, status="Undeliverable"))
    target = begun(at, web_command())

    failed = settled(at, target)

    assert at.clients.client("ssm").list_commands()["Commands"][0]["Status"] == "Success"
    assert isinstance(failed, Failed)
    assert f"{bad} is Undeliverable" in failed.failure.cause


def test_failure_names_some_instances_and_counts_the_rest_when_they_are_many() -> None:
    at = systems(
        systems={"nodes": [{"name": "w{n}", "per_customer": 8, "tags": {"Role": "web"}}]}, faults=failing(PROBE)
    )

    failed = settled(at, begun(at, web_command()))

    assert isinstance(failed, Failed)
    assert failed.failure.cause.count("i-") == 5
    assert failed.failure.cause.endswith("and 3 more")


def test_command_fails_when_no_instance_has_the_tags_though_aws_calls_it_a_success() -> None:
    at = systems()

    failed = settled(at, begun(at, command(targets="tag:Role=nothing")))

    assert at.clients.client("ssm").list_commands()["Commands"][0]["Status"] == "Success"
    assert isinstance(failed, Failed)
    assert "found no instance with the tags" in failed.failure.cause


def test_command_is_waited_for_when_its_instances_are_not_listed_yet() -> None:
    at = systems(times={"answers_after": "0s", "listed_after": "5m", "command": "1s", "delivery": "1s"})
    target = begun(at, web_command())

    early = seen(at, target)
    at.clock.advance(299)
    later = seen(at, target)

    assert early == later == InProgress(f"command {target.handles[0]} is sent and cannot be seen yet")
    assert isinstance(settled(at, target), Done)


def test_success_is_not_believed_before_all_instances_are_seen_to_succeed() -> None:
    at = systems(times={"listed_after": "0s", "command": "1s", "delivery": "1s"})
    target = begun(at, web_command())
    at.clock.advance(10)
    for one in at.estate.world.site(at.caller).runs.commands[target.handles[0]].invocations[1:]:
        one.listed_at = at.clock.now().timestamp() + 60

    early = seen(at, target)
    at.clock.advance(61)

    assert early == InProgress(f"command {target.handles[0]} is Success; 1 of 3 instances are seen to be")
    assert isinstance(seen(at, target), Done)


def test_command_under_way_tells_how_many_are_through() -> None:
    at = systems(times={**QUICK, "command": "10m", "delivery": "1s"})
    target = begun(at, web_command())
    at.clock.advance(60)

    during = seen(at, target)

    assert during == InProgress(f"command {target.handles[0]} is InProgress; 0 of 3 instances are through")


def test_command_is_found_by_its_comment_when_the_answer_was_lost() -> None:
    at = systems(times=QUICK, page_size=1)
    others = [begun(at, web_command()) for _ in range(3)]
    target = without_answer(begun(at, web_command()))
    begun(at, web_command())

    done = settled(at, target)

    assert isinstance(done, Done)
    assert done.evidence["command"] not in {other.handles[0] for other in others}
    assert sent(at) == 5


def test_command_is_not_found_before_lists_have_it() -> None:
    at = systems(times={"listed_after": "1m"})
    target = without_answer(begun(at, web_command()))

    early = seen(at, target)
    at.clock.advance(61)

    assert isinstance(early, NotBegun)
    assert isinstance(seen(at, target), InProgress | Done)


def test_instance_whose_agent_is_not_online_means_later() -> None:
    at = systems()

    with pytest.raises(ClientError) as refused:
        begun(at, command(instances=on(at, "asleep")))

    assert refused.value.response["Error"]["Code"] == "InvalidInstanceId"
    assert "InvalidInstanceId" in TECHNOLOGY.later
    assert sent(at) == 0
