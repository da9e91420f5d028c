"""The way to the hub's door: a call that is signed as the person at the terminal, and what its reply means."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from pydantic import BaseModel, JsonValue, ValidationError

from groundswell_cli.errors import CliError, DoubtError, explain, refused, unreachable
from groundswell_cli.exits import Exit

if TYPE_CHECKING:
    import boto3

PLAN = "plan"
"""The path to which plans are put."""
_SERVICE = "execute-api"
_SECONDS = 25
"""The reply takes no longer than the function behind the door may run."""
_TRIES = 3
_PAUSE_SECONDS = 1.0


class Ticket(BaseModel):
    """What the door answers to a decision that it has passed on."""

    command_id: str
    event_id: str = ""
    """What the facts that answer it name as their cause; a door of an earlier version names only the other."""
    execution_id: str


class Kept(BaseModel):
    """What the door answers to a plan that is kept."""

    plan: str
    version: int
    unchanged: bool


@dataclass(frozen=True)
class DoorReply:
    """A reply off the wire."""

    status: int
    error_type: str
    """The error's name, where AWS refused the call itself."""
    text: str


@dataclass(frozen=True)
class DoorWay:
    """Calls the door, as whoever's credentials the session has."""

    session: boto3.Session
    url: str
    """Its address, with neither command nor slash at the end."""
    pause: Callable[[float], None]

    def put(self, command: str, body: Mapping[str, JsonValue]) -> DoorReply:
        """Say something; what is not answered is said again, which changes nothing: each is meant to be said twice.

        Raises:
            CliError: the door cannot be reached.
        """
        from botocore.exceptions import BotoCoreError

        for left in reversed(range(_TRIES)):
            try:
                reply = self._send(command, json.dumps(body))
            except BotoCoreError as error:
                if not left:
                    raise _unanswered(error) from error
            else:
                if reply.status < HTTPStatus.INTERNAL_SERVER_ERROR or not left:
                    return reply
            self.pause(_PAUSE_SECONDS)
        raise AssertionError  # the last try returns or raises

    def _send(self, command: str, body: str) -> DoorReply:
        """One call, signed anew: a signature is for one moment."""
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.httpsession import URLLib3Session
        from botocore.utils import get_environ_proxies

        credentials = self.session.get_credentials()
        if credentials is None:
            from botocore.exceptions import NoCredentialsError

            raise NoCredentialsError
        url = f"{self.url}/{command}"
        request = AWSRequest("POST", url, headers={"Content-Type": "application/json"}, data=body)
        SigV4Auth(credentials.get_frozen_credentials(), _SERVICE, self.session.region_name).add_auth(request)
        authorities = os.environ.get("AWS_CA_BUNDLE") or True
        http = URLLib3Session(
            authorities,  # type: ignore[arg-type] # the stubs know no file of authorities; the SDK passes its own here
            get_environ_proxies(url),
            timeout=_SECONDS,
        )
        answered = http.send(request.prepare())
        named = answered.headers.get("x-amzn-errortype", "").partition(":")[0]
        return DoorReply(answered.status_code, named, answered.text)


def address(output: str, endpoint: str | None) -> str:
    """The door's address; an AWS of one's own serves it under its own, of which the stack knows only the path.

    Raises:
        CliError: the stack is one of those, and nothing says where it is.
    """
    if not output.startswith("/"):
        return output
    if endpoint is None:
        raise unreachable("this hub's door is served by an AWS of your own: set AWS_ENDPOINT_URL to its address")
    return endpoint.rstrip("/") + output


def read_reply(command: str, reply: DoorReply) -> Ticket:
    """What the door answered.

    Raises:
        CliError: it did not take the decision, or what answered was no door.
    """
    if reply.status == HTTPStatus.ACCEPTED:
        try:
            return Ticket.model_validate_json(reply.text)
        except ValidationError:
            raise _strange(command, reply) from None
    raise _refusal(command, reply)


def _refusal(command: str, reply: DoorReply) -> CliError:
    try:
        told = _Told.model_validate_json(reply.text)
    except ValidationError:
        return _strange(command, reply)
    if reply.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT) and told.faults:
        return refused("; ".join(told.faults))
    if reply.status == HTTPStatus.FORBIDDEN:
        return _forbidden(command, reply.error_type, told.reason)
    return _strange(command, reply)


def read_kept(reply: DoorReply) -> Kept:
    """What the door answered to a plan.

    Raises:
        CliError: it was not kept, or what answered was no door.
    """
    if reply.status == HTTPStatus.OK:
        try:
            return Kept.model_validate_json(reply.text)
        except ValidationError:
            raise _strange(PLAN, reply) from None
    raise _refusal(PLAN, reply)


class _Told(BaseModel):
    faults: tuple[str, ...] = ()
    message: str = ""
    Message: str = ""

    @property
    def reason(self) -> str:
        return self.message or self.Message


def _forbidden(command: str, error_type: str, reason: str) -> CliError:
    from botocore.exceptions import ClientError

    error = ClientError({"Error": {"Code": error_type, "Message": reason}}, f"POST /{command}")
    return explain(error) or unreachable(f"the door refused {command}: {reason}")


def _unanswered(error: Exception) -> Exception:
    """The error of a call that may have been taken all the same: its reply may be what was lost."""
    from botocore import exceptions

    told = explain(error)
    is_doubtful = isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)
    return DoubtError(str(told), told.exit_status) if told and is_doubtful else told or error


def _strange(command: str, reply: DoorReply) -> CliError:
    return DoubtError(
        f"the door did not answer to {command} (status {reply.status}: {reply.text[:200]}); its log: "
        "aws logs tail /aws/lambda/<stack>-door --since 10m",
        Exit.UNREACHABLE,
    )
