"""AWS clients that all assumed roles share: a role is light, a client is heavy.

Each client holds a class of its own with a function for every operation, hooks and a TLS context: what one look at DRS
needs is 3.5 MB and 80 ms of CPU. So there is one for each service, Region and manner of sending, however many roles a
function sees, and it signs each request as the role that makes the call. A call that no role makes is not sent.

What is shared with it are connections, and the allowance that botocore's standard retries draw on: where very many
calls fail in a row, the calls of other roles are repeated less often too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, Credentials
from botocore.paginate import Paginator

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import BaseClient
    from botocore.credentials import ReadOnlyCredentials

_READS = ("describe_", "list_", "get_", "can_paginate", "test_")
_HOME_REGION = {"route53": "us-east-1"}
"""Services whose control plane is in one Region (Route 53 developer guide, endpoints)."""
_CONNECTIONS = 16
"""That a client keeps for later calls: the planner looks at so many places at a time."""
READING = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=_CONNECTIONS,
)
ACTING = Config(connect_timeout=2, read_timeout=9, retries={"total_max_attempts": 1})


def region_of(service: str, region: str) -> str:
    """The Region that calls to a service go to, for those who recover into `region`."""
    return _HOME_REGION.get(service, region)


class Caller(Protocol):
    """A role as which calls are made."""

    @property
    def credentials(self) -> ReadOnlyCredentials:
        """What its requests are signed with."""

    def before_send(self, call: str) -> None:
        """Told of each request just before it goes out, by `service:Operation`; may hold it back for a moment."""


_CALLER: ContextVar[Caller] = ContextVar("caller")
"""Whose call this thread is making right now; set for the length of one call, so that no role's call is another's."""


def _caller() -> Caller:
    caller = _CALLER.get(None)
    if caller is None:
        raise RuntimeError(
            "a call to a workload account was made as no role, and is not sent: call it on a client that "
            "AssumedRoles.open gave, within that call (waiters and presigned URLs are not supported)"
        )
    return caller


class _CallersCredentials(Credentials):
    """Those of whoever makes the call."""

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return _caller().credentials


class _CallersProvider(CredentialProvider):
    """The only source of credentials: what a function may do by itself, it may not do in a workload account."""

    METHOD = "caller"

    def load(self) -> Credentials:
        return _CallersCredentials("", "", method=self.METHOD)


@dataclass(frozen=True)
class SharedClient:
    """Two clients as one: what reads is retried by the SDK, what acts is sent once."""

    reading: BaseClient
    acting: BaseClient
    paging: Callable[[str], dict[str, object]]
    """How an operation, by the API's name, is paged."""

    def fit(self, name: str) -> BaseClient:
        """The client for this method."""
        return self.reading if name.startswith(_READS) else self.acting


class RoleClient:
    """A shared client in the hands of one role: same methods, results, paginators and exceptions."""

    def __init__(self, shared: SharedClient, caller: Caller) -> None:
        self._shared = shared
        self._caller = caller

    def __getattr__(self, name: str) -> object:
        """The method, from the client that fits it, as this role."""
        found = getattr(self._shared.fit(name), name)
        return partial(self._call, found) if callable(found) else found

    def get_paginator(self, operation: str) -> Paginator:  # type: ignore[type-arg] # the stubs make it generic, botocore not
        """botocore's own paginator, each page asked for as this role."""
        meta = self._shared.reading.meta
        name = meta.method_to_api_mapping[operation]
        return Paginator(getattr(self, operation), self._shared.paging(name), meta.service_model.operation_model(name))

    def _call(self, method: Callable[..., object], /, *positional: object, **named: object) -> object:
        before = _CALLER.set(self._caller)
        try:
            return method(*positional, **named)
        finally:
            _CALLER.reset(before)


class SharedClients:
    """Makes the clients of a function, each once; safe to use from several threads."""

    def __init__(self) -> None:
        self._session = botocore.session.get_session()
        self._session.register_component("credential_provider", CredentialResolver([_CallersProvider()]))
        self._made: dict[tuple[str, str], SharedClient] = {}
        self._lock = threading.Lock()
        """A session makes one thing at a time (boto3 documentation, "Multithreading")."""

    def client(self, service: str, region: str, caller: Caller) -> RoleClient:
        """The service's client for this caller, in the Region or where the service's control plane is."""
        place = (service, region_of(service, region))
        with self._lock:
            if place not in self._made:
                self._made[place] = self._make(*place)
            return RoleClient(self._made[place], caller)

    def partition_of(self, region: str) -> str:
        """`aws`, or what AWS calls the part of its cloud that the Region is in."""
        with self._lock:
            return self._session.get_partition_for_region(region)

    def _make(self, service: str, region: str) -> SharedClient:
        reading = self._session.create_client(service, region_name=region, config=READING)
        acting = self._session.create_client(service, region_name=region, config=ACTING)
        for client in (reading, acting):
            client.meta.events.register("before-send.*", _tell_caller)
        acting.meta.events.register("before-send.*", _connect_anew)
        return SharedClient(
            reading, acting, lambda name: self._session.get_paginator_model(service).get_paginator(name)
        )


def _tell_caller(event_name: str, **_: object) -> None:
    _caller().before_send(event_name.removeprefix("before-send.").replace(".", ":"))


def _connect_anew(request: AWSPreparedRequest, **_: object) -> None:
    """What is sent once must not go out on a connection that AWS closed while the function slept: it would be lost."""
    request.headers["Connection"] = "close"
