"""The estate in process, where code expects boto3 clients: same methods, results, paginators and exceptions."""

from collections.abc import Callable
from functools import cache
from typing import NoReturn, cast

from botocore import xform_name
from botocore.errorfactory import BaseClientExceptions, ClientExceptionsFactory
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError
from botocore.handlers import json_decode_policies
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from botocore.paginate import Paginator, PaginatorModel
from botocore.validate import ParamValidator

from rehearsal.estate.caller import Caller
from rehearsal.estate.engine import Estate
from rehearsal.estate.errors import EstateError, LostReplyError, UnreachableError
from rehearsal.estate.operations import Reply

_LOADER = create_loader()


class _Shape:
    """What is known of a service from its model: method names, paginators, exception classes."""

    def __init__(self, service: str) -> None:
        self.model = ServiceModel(_LOADER.load_service_model(service, "service-2"), service)
        self.operations = {xform_name(name): name for name in self.model.operation_names}
        self.paginators = PaginatorModel(_LOADER.load_service_model(service, "paginators-1"))
        self.exceptions: BaseClientExceptions = ClientExceptionsFactory().create_client_exceptions(self.model)


@cache
def _shape_of(service: str) -> _Shape:
    return _Shape(service)


class ClientMeta:
    """As far as code asks a client who it is."""

    def __init__(self, service: _Shape, region: str) -> None:
        self.region_name = region
        self.service_model = service.model


class EstateClient:
    """A client of one service for one account and Region. Parameters are checked against botocore's model."""

    def __init__(self, estate: Estate, service: str, caller: Caller, *, validate: bool = True) -> None:
        self._estate = estate
        self._service = service
        self._caller = caller
        self._shape = _shape_of(service)
        self._validator = ParamValidator() if validate else None
        self.meta = ClientMeta(self._shape, caller.region)

    @property
    def exceptions(self) -> BaseClientExceptions:
        """The modelled exceptions, e.g. `client.exceptions.ConflictException`."""
        return self._shape.exceptions

    def __getattr__(self, name: str) -> Callable[..., Reply]:
        operation = self._shape.operations.get(name) if not name.startswith("_") else None
        if operation is None:
            raise AttributeError(f"{self._service} has no operation {name}")

        def method(**params: object) -> Reply:
            return self._call(operation, params)

        setattr(self, name, method)
        return method

    def can_paginate(self, name: str) -> bool:
        """Whether botocore knows how to page this operation."""
        try:
            self._shape.paginators.get_paginator(self._shape.operations[name])
        except (KeyError, ValueError):
            return False
        return True

    def get_paginator(self, name: str) -> Paginator:  # type: ignore[type-arg] # the stubs make it generic, botocore not
        """botocore's own paginator over this client's method."""
        operation = self._shape.operations[name]
        config = self._shape.paginators.get_paginator(operation)
        return Paginator(getattr(self, name), config, self._shape.model.operation_model(operation))

    def _call(self, operation: str, params: dict[str, object]) -> Reply:
        self._validate(operation, params)
        try:
            reply = self._estate.call(self._caller, self._service, operation, params)
        except EstateError as error:
            self._raise(operation, error)
        except LostReplyError as error:
            raise ReadTimeoutError(endpoint_url=self._url(), error=error) from error
        except UnreachableError as error:
            raise EndpointConnectionError(endpoint_url=self._url(), error=error) from error
        if self._service == "iam":
            json_decode_policies(reply, self._shape.model.operation_model(operation))
        reply["ResponseMetadata"] = {"HTTPStatusCode": 200, "RetryAttempts": 0, "RequestId": "in-process"}
        return reply

    def _validate(self, operation: str, params: dict[str, object]) -> None:
        shape = self._shape.model.operation_model(operation).input_shape
        if self._validator is None or shape is None:
            return
        report = self._validator.validate(params, shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())

    def _raise(self, operation: str, error: EstateError) -> NoReturn:
        parsed = {
            "Error": {"Code": error.code, "Message": error.message},
            "ResponseMetadata": {"HTTPStatusCode": error.http_status, "RetryAttempts": 0, "RequestId": "in-process"},
            **error.fields,
        }
        kind = cast(type[ClientError], self._shape.exceptions.from_code(error.code))
        raise kind(parsed, operation) from error  # type: ignore[arg-type] # the stubs close the dict, services add members

    def _url(self) -> str:
        return f"https://{self._service}.{self._caller.region}.amazonaws.com/"


class EstateClients:
    """Makes clients of an estate; one a service, account and Region."""

    def __init__(self, estate: Estate, *, validate: bool = True) -> None:
        self._estate = estate
        self._validate = validate
        self._made: dict[tuple[str, Caller], EstateClient] = {}

    def client(self, service: str, *, account: str, region: str) -> EstateClient:
        """The client; `service` is boto3's name, e.g. "drs" or "service-quotas"."""
        key = (service, Caller(account, region))
        if key not in self._made:
            self._made[key] = EstateClient(self._estate, service, key[1], validate=self._validate)
        return self._made[key]
