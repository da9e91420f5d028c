"""Calls that come through the API: who signed them is AWS's word, and the reply is what the API takes."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from groundswell.entry.calls import ApiCall, api_reply
from groundswell.reactions.open_door import Reply, SignedCall

ALICE = "arn:aws:sts::111111111111:assumed-role/recovery/alice"


def test_call_is_known_by_its_path_and_by_who_signed_it() -> None:
    event = {
        "requestContext": {"resourcePath": "/pause", "identity": {"userArn": ALICE, "accountId": "111111111111"}},
        "headers": {"x-user": "mallory"},
        "body": '{"execution": "dr-1"}',
    }

    assert ApiCall.model_validate(event).signed == SignedCall("pause", ALICE, '{"execution": "dr-1"}')


@pytest.mark.parametrize("identity", [{}, {"userArn": None}, {"userArn": ""}])
def test_call_that_nobody_signed_is_none(identity: dict[str, str | None]) -> None:
    event = {"requestContext": {"resourcePath": "/pause", "identity": identity}, "body": "{}"}

    with pytest.raises(ValueError, match="userArn"):
        ApiCall.model_validate(event)


def test_reply_is_json_for_the_api() -> None:
    assert api_reply(Reply(HTTPStatus.ACCEPTED, {"command_id": "c"})) == {
        "statusCode": 202,
        "headers": {"Content-Type": "application/json"},
        "body": '{"command_id": "c"}',
    }
