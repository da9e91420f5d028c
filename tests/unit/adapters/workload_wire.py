"""STS and the wire to workload accounts, as tests see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session

from groundswell.adapters.assumed_clients import AssumedRoles
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
        self.before_send: Callable[[], object] = lambda: None

    def send(self, _: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        self.before_send()
        self.requests.append(request)
        return AWSResponse(request.url, self.status, HTTPHeaders(), _Raw(self.body))


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def roles(sts: FakeSts, pauses: list[float] | None = None) -> AssumedRoles:
    pause = pauses.append if pauses is not None else lambda _: None
    return AssumedRoles(cast("STSClient", sts), external_id="ext-1", clock=sts.clock, pause=pause)


def opened(source: AssumedRoles, *, per_second: float | None = None, **changes: Any) -> Clients:
    given = {"account": "222222222201", "region": "us-west-2", "role": "groundswell-drs", "session_name": "dr-1"}
    return source.open(**{**given, **changes}, calls_per_second=per_second)
