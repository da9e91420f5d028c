"""Errors on the wire: each protocol has its own shape, and codes need not be in the service's model."""

import json
import uuid
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from rehearsal.estate.errors import EstateError
from rehearsal.estate.wire.protocol import WireReply

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_IN_HEADER = {"retryAfterSeconds": "Retry-After"}


def write_error(protocol: str, error: EstateError) -> WireReply:
    """The reply that carries `error` in the shape of `protocol`."""
    request_id = str(uuid.uuid4())
    content_type, body = _SHAPES[protocol](error, request_id)
    headers = {"Content-Type": content_type, "x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code}
    headers |= {_IN_HEADER[name]: str(value) for name, value in error.fields.items() if name in _IN_HEADER}
    return WireReply(error.http_status, headers, body.encode())


def _members(error: EstateError) -> Mapping[str, object]:
    return {name: value for name, value in error.fields.items() if name not in _IN_HEADER}


def _rest_json(error: EstateError, _: str) -> tuple[str, str]:
    return "application/json", json.dumps({"message": error.message, "code": error.code, **_members(error)})


def _json(error: EstateError, _: str) -> tuple[str, str]:
    body = {"__type": error.code, "message": error.message, **_members(error)}
    return "application/x-amz-json-1.1", json.dumps(body)


def _query(error: EstateError, request_id: str) -> tuple[str, str]:
    inner = f"<Type>Sender</Type><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    body = f"<ErrorResponse><Error>{inner}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    return "text/xml", _XML + body


def _ec2(error: EstateError, request_id: str) -> tuple[str, str]:
    inner = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    body = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    return "text/xml", _XML + body


_SHAPES: Mapping[str, Callable[[EstateError, str], tuple[str, str]]] = {
    "rest-json": _rest_json,
    "json": _json,
    "query": _query,
    "rest-xml": _query,
    "ec2": _ec2,
}
