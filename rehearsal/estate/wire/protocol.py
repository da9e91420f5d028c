"""From an HTTP request to a call and from its result to an HTTP reply, in the format that the service's SDKs speak."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from botocore.utils import parse_timestamp
from moto.core.parse import PROTOCOL_PARSERS, RequestDict
from moto.core.serialize import SERIALIZERS, SerializationContext
from werkzeug.datastructures import Headers, MultiDict

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Reply
from rehearsal.estate.wire.models import WireModel


@dataclass(frozen=True, slots=True)
class WireRequest:
    """An HTTP request as it came: `target` is path and query, header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query string."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class WireReply:
    """An HTTP reply."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class WireCall:
    """The operation that a request asks for, in which protocol, with its parameters as botocore names them."""

    model: WireModel
    protocol: str
    operation: str
    params: Mapping[str, object]


def read_call(model: WireModel, request: WireRequest) -> WireCall:
    """The call in a request. Raises EstateError if the request names no operation of the service or cannot be read."""
    protocol = protocol_of(model, request)
    values = _values(request)
    name, in_path = _operation_of(model, protocol, request, values)
    operation = model.operation(name)
    parser = PROTOCOL_PARSERS[protocol](operation, timestamp_parser=parse_timestamp)
    parts = RequestDict(
        body=request.body,
        headers=Headers(dict(request.headers)),
        method=request.method,
        url_params=in_path,
        url_path=request.path,
        values=values,
    )
    return WireCall(model, protocol, name, parser.parse(parts))


def protocol_of(model: WireModel, request: WireRequest) -> str:
    """The protocol of a request: some services speak several."""
    if "smithy-protocol" in request.headers:
        raise EstateError("UnknownOperationException", "The simulated estate does not speak Smithy RPC.", 404)
    if "x-amz-target" in request.headers:
        return "json"
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return "query" if form and model.protocol == "json" else model.protocol


def _values(request: WireRequest) -> "MultiDict[str, str]":
    pairs = parse_qsl(request.query, keep_blank_values=True)
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(request.body.decode(), keep_blank_values=True)
    return MultiDict(pairs)


def _operation_of(
    model: WireModel, protocol: str, request: WireRequest, values: "MultiDict[str, str]"
) -> tuple[str, dict[str, str]]:
    if protocol.startswith("rest-"):
        found = model.match(request.method, request.path)
    elif protocol == "json":
        found = (request.headers["x-amz-target"].rpartition(".")[2], {})
    else:
        found = (values.get("Action", ""), {})
    if found is None or found[0] not in model.service.operation_names:
        what = found[0] if found else f"{request.method} {request.path}"
        raise EstateError("InvalidAction", f"{model.service.service_name} has no operation {what}.", 404)
    return found


def write_reply(call: WireCall, result: Reply) -> WireReply:
    """The reply of a call that was answered."""
    request_id = str(uuid.uuid4())
    serializer = SERIALIZERS[call.protocol](call.model.operation(call.operation), SerializationContext(request_id))
    parts = serializer.serialize(result)
    body = parts["body"]
    return WireReply(
        parts["status_code"],
        {**parts["headers"], "x-amzn-RequestId": request_id},
        body.encode() if isinstance(body, str) else body,
    )
