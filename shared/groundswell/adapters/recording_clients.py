"""Clients for a dry run: what reads is sent, what acts is checked, recorded and answered with placeholders.

A call that acts never reaches a real client, so that no fault of a retry, a signature or a hook can send it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore import xform_name
from botocore.exceptions import ParamValidationError
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from groundswell.adapters.placeholder_replies import reply_of
from groundswell.adapters.shared_clients import region_of
from groundswell.domain.dry_run import NotKnownYetError, known_once_it_runs, placeholders_in
from groundswell.ports.clients import Clients, RecordedCall

if TYPE_CHECKING:
    from botocore.model import OperationModel

_READS = ("describe_", "list_", "get_")
"""What the methods begin with whose operations only read; any other is taken to change something."""


class RecordingClients:
    """The clients of one place, as far as they only read; what they would change is kept in `recorded`."""

    def __init__(self, clients: Clients, *, region: str) -> None:
        self._clients = clients
        self._region = region
        self.recorded: list[RecordedCall] = []

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests that were sent: reads."""
        return self._clients.calls

    def client(self, service: str) -> Any:
        """A client of the service; the real one behind it is opened when something is to be read."""
        open_client = cast(
            "Callable[[str], object]", self._clients.client
        )  # overloaded for the services that are known
        return RecordingClient(service, lambda: open_client(service), self._record)

    def _record(self, service: str, operation: str, parameters: Mapping[str, object]) -> None:
        self.recorded.append(RecordedCall(service, operation, region_of(service, self._region), parameters))


class RecordingClient:
    """A client of one service with boto3's methods."""

    def __init__(
        self, service: str, open_client: Callable[[], object], record: Callable[[str, str, Mapping[str, object]], None]
    ) -> None:
        self._service = service
        self._open_client = open_client
        self._record = record

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The operation's method: one that reads, or one that only records."""
        operation = _operations(self._service).get(name)
        if operation is None:
            raise AttributeError(f"{self._service} has no operation {name}, or a dry run does not know what it does")
        return self._reading(name) if name.startswith(_READS) else self._recording(operation)

    def get_paginator(self, name: str) -> RecordingPaginator:
        """The paginator of an operation that reads."""
        if not name.startswith(_READS):
            raise AttributeError(f"{self._service} {name} is not known to be a read: a dry run pages no others")
        return RecordingPaginator(lambda: self._real("get_paginator")(name))

    @property
    def exceptions(self) -> Any:
        """The service's own exceptions."""
        return getattr(self._open_client(), "exceptions")  # noqa: B009 - what a client is, only its stubs can say

    def _real(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._open_client(), name)
        return method

    def _reading(self, name: str) -> Callable[..., Any]:
        def read(**parameters: object) -> Any:
            _demand_known(parameters)
            return self._real(name)(**parameters)

        return read

    def _recording(self, operation: OperationModel) -> Callable[..., dict[str, object]]:
        def record(**parameters: object) -> dict[str, object]:
            made_up = {name: known_once_it_runs(name) for name in operation.idempotent_members}
            _demand_valid(operation, {**made_up, **parameters})
            self._record(self._service, operation.name, parameters)
            return reply_of(operation.output_shape)

        return record


class RecordingPaginator:
    """A paginator that is asked only about what is known."""

    def __init__(self, open_paginator: Callable[[], Any]) -> None:
        self._open_paginator = open_paginator

    def paginate(self, **parameters: object) -> Iterator[Any]:
        """The pages."""
        _demand_known(parameters)
        pages: Iterator[Any] = self._open_paginator().paginate(**parameters)
        return pages


def _demand_known(parameters: Mapping[str, object]) -> None:
    unknown = next(placeholders_in(parameters), None)
    if unknown:
        raise NotKnownYetError(f"it hangs on {unknown}: nothing can be read of it before the call is made")


def _demand_valid(operation: OperationModel, parameters: Mapping[str, object]) -> None:
    """As the SDK does before it sends: names, types, and what is required."""
    if operation.input_shape is None:
        return
    report = ParamValidator().validate(dict(parameters), operation.input_shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


@cache
def _operations(service: str) -> Mapping[str, OperationModel]:
    """The operations of a service by the names of their methods; about as much memory as another client of it."""
    model = ServiceModel(create_loader().load_service_model(service, "service-2"), service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}
