"""Signed calls to the door's API, and their replies, as API Gateway passes them on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from groundswell.domain.errors import PermanentError
from groundswell.entry.functions import count_in_hub
from groundswell.reactions.open_door import Reply, SignedCall


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Identity(_Part):
    user_arn: str = Field(alias="userArn", min_length=1)


class _Context(_Part):
    identity: _Identity
    resource_path: str = Field(alias="resourcePath")


class ApiCall(_Part):
    """A call to a path that only signed callers reach; without a caller it is no call of the door's.

    Fields are those of a REST API's proxy event:
    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event
    """

    context: _Context = Field(alias="requestContext")
    stage: Mapping[str, str] = Field(alias="stageVariables")
    body: str | None = None

    @property
    def signed(self) -> SignedCall:
        """The command that its path names, and who signed it."""
        return SignedCall(self.context.resource_path.strip("/"), self.context.identity.user_arn, self.body)


def signed_call(event: Mapping[str, Any], *, proof: str) -> SignedCall:
    """The call that the API passes on.

    Whoever may invoke a function can hand it any event, with any caller in it. The API adds what nobody else can read.

    Raises:
        PermanentError: it did not come through the API.
    """
    call = ApiCall.model_validate(event)
    if not compare_digest(call.stage.get("proof", "").encode(), proof.encode()):
        count_in_hub("DecisionsNotFromTheDoor")
        raise PermanentError(
            f"this call names {call.context.identity.user_arn} and did not come through the door's API: nothing was "
            "done; put decisions to the address in the stack's output DoorUrl, and see CloudTrail for who invoked this"
        )
    return call.signed


class ApiReply(TypedDict):
    """What API Gateway sends on to the caller."""

    statusCode: int
    headers: dict[str, str]
    body: str


def api_reply(reply: Reply) -> ApiReply:
    """The reply as API Gateway takes it."""
    return {
        "statusCode": int(reply.status),
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(reply.body),
    }
