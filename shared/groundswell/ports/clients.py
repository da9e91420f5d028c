"""AWS clients of one workload account and Region, as the technologies see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, overload

from groundswell.ports.probing import Prober

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_drs import DrsClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_rds import RDSClient
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_service_quotas import ServiceQuotasClient
    from mypy_boto3_ssm import SSMClient


class Clients(Protocol):
    """Clients with the rights of one role in one account, for the Region that is recovered into.

    A service whose control plane is not in that Region (Route 53) is reached where it is. A client's reads are
    retried by the SDK; its other calls are sent once, because AWS takes no token for most of them: what a lost reply
    did is found out by looking.
    """

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests sent so far, by `service:Operation`; retries count."""

    @overload
    def client(self, service: Literal["drs"]) -> DrsClient: ...
    @overload
    def client(self, service: Literal["ec2"]) -> EC2Client: ...
    @overload
    def client(self, service: Literal["rds"]) -> RDSClient: ...
    @overload
    def client(self, service: Literal["route53"]) -> Route53Client: ...
    @overload
    def client(self, service: Literal["cloudwatch"]) -> CloudWatchClient: ...
    @overload
    def client(self, service: Literal["service-quotas"]) -> ServiceQuotasClient: ...
    @overload
    def client(self, service: Literal["iam"]) -> IAMClient: ...
    @overload
    def client(self, service: Literal["kms"]) -> KMSClient: ...
    @overload
    def client(self, service: Literal["ssm"]) -> SSMClient: ...
    @overload
    def client(self, service: Literal["https"]) -> Prober: ...


class ClientSource(Protocol):
    """Opens clients in workload accounts."""

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        """Clients of the role in the account; sessions are cached for the warm function.

        Args:
            account: twelve digits.
            region: the Region that is recovered into.
            role: the role's name in the account, without path.
            session_name: the execution's id, which CloudTrail then shows with each call.
            calls_per_second: pace of requests to services that allow few; None where the SDK's retries suffice.

        Raises:
            UnreachableAccountError: the role cannot be assumed; the message says what to check.
        """


@dataclass(frozen=True)
class RecordedCall:
    """A call that was asked for, found to be well formed, and not sent."""

    service: str
    operation: str
    region: str
    """Where it would have gone."""
    parameters: Mapping[str, object]


class RecordingClients(Clients, Protocol):
    """Clients that send what only reads and record all else, which they answer with placeholders."""

    @property
    def recorded(self) -> Sequence[RecordedCall]:
        """What was not sent, in order."""


class Record(Protocol):
    """Makes clients by which code that acts can be tried without an effect."""

    def __call__(self, clients: Clients, *, region: str) -> RecordingClients:
        """Recording clients over those that may read; `region` is the one that is recovered into.

        What they record was checked against AWS's own model of the operation. They raise `NotKnownYetError` for a read
        that hangs on what a call would have answered.
        """


class CallError(Protocol):
    """What can be told of a call that did not come back well."""

    @property
    def code(self) -> str:
        """AWS's error code; empty where no answer came."""

    @property
    def words(self) -> str:
        """The error in AWS's words."""

    @property
    def is_doubtful(self) -> bool:
        """Whether the call may have taken effect all the same."""

    @property
    def is_throttling(self) -> bool:
        """Whether AWS only says: too many requests."""


class ReadError(Protocol):
    """Turns what an SDK raised into what can be told of it."""

    def __call__(self, error: Exception) -> CallError | None:
        """What it tells; None where it is no error of a call at all."""
