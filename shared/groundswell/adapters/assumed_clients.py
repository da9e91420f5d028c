"""Clients in workload accounts, with the rights of a role that is assumed once an hour at most."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError

from groundswell.adapters.pacing import Pacer
from groundswell.adapters.shared_clients import SharedClients
from groundswell.domain.errors import UnreachableAccountError
from groundswell.ports.clients import Clients
from groundswell.ports.world import Clock

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials
    from mypy_boto3_sts import STSClient

_SESSION_SECONDS = 3600
_RENEW_BEFORE = timedelta(minutes=5)
_Name = tuple[str, str, str, str, float | None]
"""Account, Region, role, execution and pace: what is not paced must not be lent to what is."""
MOST_KEPT = 1000
"""Roles that a warm function keeps, about 3 KB each: those of many accounts and of all executions of an hour."""


@dataclass
class _Assumed:
    """A role assumed for one execution."""

    credentials: ReadOnlyCredentials
    region: str
    renew_at: datetime
    pacer: Pacer | None
    calls: Counter[str] = field(default_factory=Counter)

    def before_send(self, call: str) -> None:
        """Count the request, and keep to the pace."""
        self.calls[call] += 1
        if self.pacer:
            self.pacer.wait()


class AssumedClients:
    """The clients of one look, with the calls that it made."""

    def __init__(self, assumed: _Assumed, shared: SharedClients) -> None:
        self._assumed = assumed
        self._shared = shared
        self._before = Counter(assumed.calls)

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests sent since these clients were opened."""
        return self._assumed.calls - self._before

    def client(self, service: str) -> Any:
        """A client of the service."""
        return self._shared.client(service, self._assumed.region, self._assumed)


class AssumedRoles:
    """Assumes the roles that workload accounts grant to the hub."""

    def __init__(self, sts: STSClient, *, external_id: str, clock: Clock, pause: Callable[[float], None]) -> None:
        self._sts = sts
        self._external_id = external_id
        self._clock = clock
        self._pause = pause
        self._shared = SharedClients()
        self._assumed: dict[_Name, _Assumed] = {}
        """The one used last comes last."""
        self._lock = threading.Lock()

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        """Clients of the role in the account.

        Raises:
            UnreachableAccountError: the role cannot be assumed.
        """
        name = (account, region, role, session_name, calls_per_second)
        assumed = self._still_good(name) or self._assume(*name)
        self._keep(name, assumed)
        return AssumedClients(assumed, self._shared)

    def _still_good(self, name: _Name) -> _Assumed | None:
        with self._lock:
            assumed = self._assumed.get(name)
        return assumed if assumed and self._clock.now() < assumed.renew_at else None

    def _keep(self, name: _Name, assumed: _Assumed) -> None:
        """Keep it, and let go of those whose time is over, or that were not used for longest: a function stays warm."""
        now = self._clock.now()
        with self._lock:
            others = [(other, each) for other, each in self._assumed.items() if now < each.renew_at and other != name]
            self._assumed = {**dict(others[-(MOST_KEPT - 1) :]), name: assumed}

    def _assume(self, account: str, region: str, role: str, session_name: str, pace: float | None) -> _Assumed:
        arn = f"arn:{self._shared.partition_of(region)}:iam::{account}:role/{role}"
        try:
            reply = self._sts.assume_role(
                RoleArn=arn,
                RoleSessionName=session_name,
                ExternalId=self._external_id,
                DurationSeconds=_SESSION_SECONDS,
            )
        except BotoCoreError as error:
            raise UnreachableAccountError(f"{arn} cannot be assumed now, STS did not answer: {error}") from error
        except ClientError as error:
            raise UnreachableAccountError(
                f"{arn} cannot be assumed: {error}; deploy workload-account/template.yaml in account {account} "
                "with this hub's account, stack name and external id"
            ) from error
        given = reply["Credentials"]
        credentials = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        pacer = Pacer(pace, clock=self._clock, pause=self._pause) if pace else None
        return _Assumed(credentials.get_frozen_credentials(), region, given["Expiration"] - _RENEW_BEFORE, pacer)
