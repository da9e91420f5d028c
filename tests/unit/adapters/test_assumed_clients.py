from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ClientError

from groundswell.domain.errors import UnreachableAccountError
from rehearsal.estate.clock import VirtualClock
from tests.unit.adapters.workload_wire import STARTED, FakeSts, Wire, opened, roles


def test_role_is_assumed_for_the_execution_with_the_external_id(clock: VirtualClock) -> None:
    sts = FakeSts(clock)

    opened(roles(sts))

    assert sts.asked == [
        {
            "RoleArn": "arn:aws:iam::222222222201:role/groundswell-drs",
            "RoleSessionName": "dr-1",
            "ExternalId": "ext-1",
            "DurationSeconds": 3600,
        }
    ]


def test_role_is_assumed_once_while_its_credentials_last(clock: VirtualClock) -> None:
    sts = FakeSts(clock)
    source = roles(sts)

    for _ in range(3):
        opened(source)
        clock.advance(1000)

    assert len(sts.asked) == 1


def test_role_is_assumed_anew_before_its_credentials_end(clock: VirtualClock, wire: Wire) -> None:
    sts = FakeSts(clock)
    source = roles(sts)
    opened(source)
    clock.advance(3300)

    opened(source).client("ec2").describe_instances()

    assert len(sts.asked) == 2
    assert b"key-2" in bytes(str(wire.requests[0].headers["Authorization"]), "ascii")


@pytest.mark.parametrize(
    "change",
    [
        {"account": "222222222202"},
        {"region": "us-east-1"},
        {"role": "other"},
        {"session_name": "dr-2"},
        {"per_second": 5.0},
    ],
)
def test_role_is_assumed_apart_for_another_place_role_execution_or_pace(
    clock: VirtualClock, change: dict[str, Any]
) -> None:
    sts = FakeSts(clock)
    source = roles(sts)

    opened(source)
    opened(source, **change)

    assert len(sts.asked) == 2


def test_sessions_are_let_go_when_their_time_is_over(clock: VirtualClock) -> None:
    source = roles(FakeSts(clock))
    for number in range(5):
        opened(source, session_name=f"dr-{number}")
        clock.advance(3600)

    assert len(source._assumed) == 1


def test_role_not_used_for_longest_is_let_go_when_there_are_too_many(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.adapters.assumed_clients.MOST_KEPT", 3)
    source = roles(FakeSts(clock))
    for execution in ("dr-1", "dr-2", "dr-3", "dr-1", "dr-4"):
        opened(source, session_name=execution)

    assert [name[3] for name in source._assumed] == ["dr-3", "dr-1", "dr-4"]


def test_error_says_which_role_and_what_to_deploy_where(clock: VirtualClock) -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")

    with pytest.raises(UnreachableAccountError) as unreachable:
        opened(roles(FakeSts(clock, denied)))

    assert "arn:aws:iam::222222222201:role/groundswell-drs cannot be assumed" in str(unreachable.value)
    assert "deploy workload-account/template.yaml in account 222222222201" in str(unreachable.value)


def test_account_is_tried_again_when_it_could_not_be_reached(clock: VirtualClock) -> None:
    sts = FakeSts(clock, ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole"))
    source = roles(sts)
    with pytest.raises(UnreachableAccountError):
        opened(source)
    sts.error = None

    assert opened(source)


@pytest.mark.parametrize(("service", "region"), [("ec2", "us-west-2"), ("drs", "us-west-2"), ("route53", "us-east-1")])
def test_client_is_in_the_target_region_but_where_a_service_is_elsewhere(
    clock: VirtualClock, service: Any, region: str
) -> None:
    assert opened(roles(FakeSts(clock))).client(service).meta.region_name in (region, "aws-global")


def test_reads_are_repeated_when_the_service_fails(clock: VirtualClock, wire: Wire) -> None:
    wire.status = 500

    with pytest.raises(ClientError):
        opened(roles(FakeSts(clock))).client("ec2").describe_instances()

    assert len(wire.requests) == 3


def test_pages_are_read_by_the_client_that_repeats(clock: VirtualClock, wire: Wire) -> None:
    wire.status = 500

    with pytest.raises(ClientError):
        list(opened(roles(FakeSts(clock))).client("ec2").get_paginator("describe_instances").paginate())

    assert len(wire.requests) == 3


@pytest.mark.parametrize("status", [500, 503])
def test_other_calls_are_sent_once_whatever_happens(clock: VirtualClock, wire: Wire, status: int) -> None:
    wire.status = status

    with pytest.raises(ClientError):
        opened(roles(FakeSts(clock))).client("ec2").start_instances(InstanceIds=["i-1"])

    assert len(wire.requests) == 1


def test_calls_are_counted_by_operation_with_their_repetitions(clock: VirtualClock, wire: Wire) -> None:
    clients = opened(roles(FakeSts(clock)))
    clients.client("ec2").describe_instances()
    wire.body = STARTED
    clients.client("ec2").start_instances(InstanceIds=["i-1"])
    wire.status = 500
    with pytest.raises(ClientError):
        clients.client("ec2").describe_instances()

    assert clients.calls == Counter({"ec2:DescribeInstances": 4, "ec2:StartInstances": 1})


def test_calls_of_an_earlier_look_are_not_counted(clock: VirtualClock, wire: Wire) -> None:
    source = roles(FakeSts(clock))
    opened(source).client("ec2").describe_instances()

    later = opened(source)
    assert later.calls == {}
    later.client("ec2").describe_instances()

    assert later.calls == {"ec2:DescribeInstances": 1}
    assert len(wire.requests) == 2


@pytest.mark.usefixtures("wire")
def test_calls_are_paced_when_the_service_allows_few(clock: VirtualClock) -> None:
    pauses: list[float] = []
    clients = opened(roles(FakeSts(clock), pauses), per_second=5)

    for _ in range(3):
        clients.client("ec2").describe_instances()

    assert pauses == [pytest.approx(0.2), pytest.approx(0.4)]


@pytest.mark.usefixtures("wire")
def test_calls_are_not_paced_when_nothing_is_said(clock: VirtualClock) -> None:
    pauses: list[float] = []
    clients = opened(roles(FakeSts(clock), pauses))

    for _ in range(3):
        clients.client("ec2").describe_instances()

    assert pauses == []
