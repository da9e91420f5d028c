"""Calls that come through the API: who signed them is AWS's word, and the reply is what the API takes."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from groundswell.domain.errors import PermanentError
from groundswell.entry.calls import api_reply, signed_call
from groundswell.reactions.open_door import Reply, SignedCall

ALICE = "arn:aws:sts::111111111111:assumed-role/recovery/alice"


PROOF = "what-only-the-api-knows"


def passed_on(**changes: object) -> dict[str, object]:
    """A call as the API passes it on, but for these parts."""
    return {
        "requestContext": {"resourcePath": "/pause", "identity": {"userArn": ALICE, "accountId": "111111111111"}},
        "stageVariables": {"proof": PROOF},
        "headers": {"x-user": "mallory", "proof": PROOF},
        "body": '{"execution": "dr-1"}',
        **changes,
    }


def test_call_is_known_by_its_path_and_by_who_signed_it() -> None:
    assert signed_call(passed_on(), proof=PROOF) == SignedCall("pause", ALICE, '{"execution": "dr-1"}')


@pytest.mark.parametrize("stage", [{}, {"proof": ""}, {"proof": "guessed"}, {"proof": "ü"}, {"other": PROOF}])
def test_call_that_did_not_come_through_the_api_is_refused_and_rings(
    stage: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("HUB", "groundswell"), ("POWERTOOLS_METRICS_NAMESPACE", "Groundswell")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)

    with pytest.raises(PermanentError, match=f"names {ALICE} and did not come through the door's API") as refused:
        signed_call(passed_on(stageVariables=stage), proof=PROOF)

    assert PROOF not in str(refused.value)
    assert '"DecisionsNotFromTheDoor":[1.0]' in capsys.readouterr().out


@pytest.mark.parametrize("identity", [{}, {"userArn": None}, {"userArn": ""}])
def test_call_that_nobody_signed_is_none(identity: dict[str, str | None]) -> None:
    event = passed_on(requestContext={"resourcePath": "/pause", "identity": identity})

    with pytest.raises(ValueError, match="userArn"):
        signed_call(event, proof=PROOF)


def test_call_without_settings_of_an_api_is_none() -> None:
    with pytest.raises(ValueError, match="stageVariables"):
        signed_call(passed_on(stageVariables=None), proof=PROOF)


def test_reply_is_json_for_the_api() -> None:
    assert api_reply(Reply(HTTPStatus.ACCEPTED, {"command_id": "c"})) == {
        "statusCode": 202,
        "headers": {"Content-Type": "application/json"},
        "body": '{"command_id": "c"}',
    }
