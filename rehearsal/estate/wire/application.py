"""One HTTP request to the estate: the control API, or an AWS call."""

from rehearsal.estate.engine import Estate
from rehearsal.estate.errors import EstateError
from rehearsal.estate.wire.control import CONTROL_PREFIX, Control
from rehearsal.estate.wire.error_reply import write_error
from rehearsal.estate.wire.identity import AccountOf, service_and_caller
from rehearsal.estate.wire.models import wire_model
from rehearsal.estate.wire.protocol import WireReply, WireRequest, protocol_of, read_call, write_reply


class Application:
    """Answers requests. Raises LostReplyError and UnreachableError, which the server turns into a closed connection."""

    def __init__(self, estate: Estate, control: Control, account_of: AccountOf) -> None:
        self._estate = estate
        self._control = control
        self._account_of = account_of

    def answer(self, request: WireRequest) -> WireReply:
        """The reply to a request."""
        if request.path.startswith(CONTROL_PREFIX):
            return self._control.answer(request)
        try:
            service, caller = service_and_caller(request.headers.get("authorization", ""), self._account_of)
        except EstateError as error:
            return write_error("query" if "x-amz-target" not in request.headers else "json", error)
        model = wire_model(service)
        protocol = model.protocol
        try:
            protocol = protocol_of(model, request)
            call = read_call(model, request)
            result = self._estate.call(caller, service, call.operation, call.params)
            return write_reply(call, result)
        except EstateError as error:
            return write_error(protocol, error)
