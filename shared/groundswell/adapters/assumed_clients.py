"""Clients in workload accounts, with the rights of a role that is assumed once an hour at most."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from groundswell.adapters.pacing import Pacer
from groundswell.domain.errors import UnreachableAccountError
from groundswell.ports.clients import Clients
from groundswell.ports.world import Clock

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef

_SESSION_SECONDS = 3600
_RENEW_BEFORE = timedelta(minutes=5)
_READS = ("describe_", "list_", "get_", "can_paginate", "test_")
_HOME_REGION = {"route53": "us-east-1"}
"""Services whose control plane is in one Region (Route 53 developer guide, endpoints)."""
MOST_KEPT = 50
"""Roles, each with its clients, that a warm function keeps: about 1 MB a client."""
_MAKING = threading.Lock()
"""Clients of one session are made one at a time (boto3 documentation, "Multithreading")."""
READING = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
ACTING = Config(connect_timeout=2, read_timeout=9, retries={"total_max_attempts": 1})


class ReadRetryingClient:
    """Two clients as one: what reads is retried by the SDK, what acts is sent once."""

    def __init__(self, reading: object, acting: object) -> None:
        self._reading = reading
        self._acting = acting

    def __getattr__(self, name: str) -> object:
        """The operation, from the client that fits it."""
        return getattr(self._reading if name.startswith(_READS) else self._acting, name)


@dataclass
class _Assumed:
    """A role assumed for one execution. The session is everybody's: each would keep the services' models for itself."""

    session: boto3.Session
    credentials: CredentialsTypeDef
    region: str
    renew_at: datetime
    pacer: Pacer | None
    calls: Counter[str] = field(default_factory=Counter)
    clients: dict[str, ReadRetryingClient] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self, service: str) -> ReadRetryingClient:
        with self.lock:
            if service not in self.clients:
                self.clients[service] = ReadRetryingClient(self._open(service, READING), self._open(service, ACTING))
            return self.clients[service]

    def _open(self, service: str, config: Config) -> object:
        region = _HOME_REGION.get(service, self.region)
        with _MAKING:
            client = self.session.client(
                service,  # type: ignore[call-overload] # the stubs want it known beforehand
                region_name=region,
                config=config,
                aws_access_key_id=self.credentials["AccessKeyId"],
                aws_secret_access_key=self.credentials["SecretAccessKey"],
                aws_session_token=self.credentials["SessionToken"],
            )
        client.meta.events.register("before-send.*", self._count)
        return client

    def _count(self, event_name: str, **_: object) -> None:
        self.calls[event_name.removeprefix("before-send.").replace(".", ":")] += 1
        if self.pacer:
            self.pacer.wait()


class AssumedClients:
    """The clients of one look, with the calls that it made."""

    def __init__(self, assumed: _Assumed) -> None:
        self._assumed = assumed
        self._before = Counter(assumed.calls)

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests sent since these clients were opened."""
        return self._assumed.calls - self._before

    def client(self, service: str) -> Any:
        """A client of the service."""
        return self._assumed.client(service)


class AssumedRoles:
    """Assumes the roles that workload accounts grant to the hub."""

    def __init__(
        self,
        sts: STSClient,
        *,
        external_id: str,
        clock: Clock,
        pause: Callable[[float], None],
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._most_kept = most_kept
        self._sts = sts
        self._external_id = external_id
        self._clock = clock
        self._pause = pause
        self._session = boto3.Session()
        self._assumed: dict[tuple[str, str, str, str], _Assumed] = {}
        self._lock = threading.Lock()

    def open(
        self, *, account: str, region: str, role: str, session_name: str, calls_per_second: float | None
    ) -> Clients:
        """Clients of the role in the account.

        Raises:
            UnreachableAccountError: the role cannot be assumed.
        """
        key = (account, region, role, session_name)
        with self._lock:
            assumed = self._assumed.get(key)
        if assumed is None or self._clock.now() >= assumed.renew_at:
            assumed = self._assume(account, region, role, session_name, calls_per_second)
            self._keep(key, assumed)
        return AssumedClients(assumed)

    def _keep(self, key: tuple[str, str, str, str], assumed: _Assumed) -> None:
        """Keep it, and let go of those whose time is over: a warm function sees many executions."""
        now = self._clock.now()
        with self._lock:
            live = {name: each for name, each in self._assumed.items() if now < each.renew_at and name != key}
            kept = list(live.items())[max(0, len(live) - self._most_kept + 1) :]
            self._assumed = {**dict(kept), key: assumed}

    def _assume(self, account: str, region: str, role: str, session_name: str, pace: float | None) -> _Assumed:
        arn = f"arn:{_partition_of(region)}:iam::{account}:role/{role}"
        try:
            reply = self._sts.assume_role(
                RoleArn=arn,
                RoleSessionName=session_name,
                ExternalId=self._external_id,
                DurationSeconds=_SESSION_SECONDS,
            )
        except (ClientError, BotoCoreError) as error:
            raise UnreachableAccountError(
                f"{arn} cannot be assumed: {error}; deploy workload-account/template.yaml in account {account} "
                "with this hub's account, stack name and external id"
            ) from error
        given = reply["Credentials"]
        pacer = Pacer(pace, clock=self._clock, pause=self._pause) if pace else None
        return _Assumed(self._session, given, region, given["Expiration"] - _RENEW_BEFORE, pacer)


@cache
def _partition_of(region: str) -> str:
    """`aws`, or what AWS calls the part of its cloud that the Region is in."""
    return boto3.Session().get_partition_for_region(region)
