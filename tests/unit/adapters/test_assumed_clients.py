from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from groundswell.adapters.assumed_clients import MOST_KEPT, AssumedRoles
from groundswell.domain.errors import UnreachableAccountError
from groundswell.ports.clients import Clients
from rehearsal.estate.clock import VirtualClock

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

INSTANCES = b"<DescribeInstancesResponse xmlns='http://ec2.amazonaws.com/doc/2016-11-15/'><reservationSet/></DescribeInstancesResponse>"
STARTED = (
    b"<StartInstancesResponse xmlns='http://ec2.amazonaws.com/doc/2016-11-15/'><instancesSet/></StartInstancesResponse>"
)


class FakeSts:
    """STS: gives credentials for an hour and keeps what was asked for."""

    def __init__(self, clock: VirtualClock, error: Exception | None = None) -> None:
        self.clock = clock
        self.error = error
        self.asked: list[dict[str, Any]] = []

    def assume_role(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.error:
            raise self.error
        given = {"AccessKeyId": f"key-{len(self.asked)}", "SecretAccessKey": "s", "SessionToken": "t"}
        return {"Credentials": {**given, "Expiration": self.clock.now() + timedelta(hours=1)}}


class Wire:
    """What would leave the machine."""

    def __init__(self) -> None:
        self.requests: list[AWSPreparedRequest] = []
        self.status = 200
        self.body = INSTANCES

    def send(self, _: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        self.requests.append(request)
        return AWSResponse(request.url, self.status, HTTPHeaders(), _Raw(self.body))


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime.fromisoformat("2030-01-01T00:00:00+00:00"))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(URLLib3Session, "send", lambda session, request: wire.send(session, request))
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    return wire


def roles(sts: FakeSts, pauses: list[float] | None = None) -> AssumedRoles:
    pause = pauses.append if pauses is not None else lambda _: None
    return AssumedRoles(cast("STSClient", sts), external_id="ext-1", clock=sts.clock, pause=pause)


def opened(source: AssumedRoles, *, per_second: float | None = None, **changes: Any) -> Clients:
    given = {"account": "222222222201", "region": "us-west-2", "role": "groundswell-drs", "session_name": "dr-1"}
    return source.open(**{**given, **changes}, calls_per_second=per_second)


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
    "change", [{"account": "222222222202"}, {"region": "us-east-1"}, {"role": "other"}, {"session_name": "dr-2"}]
)
def test_role_is_assumed_apart_for_another_place_role_or_execution(clock: VirtualClock, change: dict[str, Any]) -> None:
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


def test_no_more_roles_are_kept_than_a_function_has_memory_for(clock: VirtualClock) -> None:
    source = roles(FakeSts(clock))
    for number in range(MOST_KEPT + 5):
        opened(source, session_name=f"dr-{number}")

    assert len(source._assumed) == MOST_KEPT
    assert [name[3] for name in source._assumed][-1] == f"dr-{MOST_KEPT + 4}"


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_roles_are_kept_than_the_source_is_told(clock: VirtualClock, most: int) -> None:
    source = AssumedRoles(
        cast("STSClient", FakeSts(clock)), external_id="ext-1", clock=clock, pause=lambda _: None, most_kept=most
    )
    for number in range(5):
        opened(source, session_name=f"dr-{number}")

    assert [name[3] for name in source._assumed] == [f"dr-{number}" for number in range(5 - most, 5)]


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


def test_client_is_made_once_a_service(clock: VirtualClock) -> None:
    source = roles(FakeSts(clock))

    assert opened(source).client("ec2") is opened(source).client("ec2")


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
