"""The way to the door: signed for its API, said again while there is no reply, and every reply explained."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import EndpointConnectionError
from botocore.httpsession import URLLib3Session

from groundswell_cli.door import DoorReply, DoorWay, Ticket, address, read_kept, read_reply
from groundswell_cli.errors import CliError, DoubtError
from groundswell_cli.exits import Exit

URL = "https://door.execute-api.us-west-2.amazonaws.com/v1"
TAKEN = '{"command_id": "command-1", "execution_id": "dr-1"}'
BODY = {"execution": "dr-1", "command_id": "command-1"}


@dataclass
class Answer:
    """What comes off the wire."""

    status_code: int
    text: str = TAKEN
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Wire:
    """Answers in turn, or fails; keeps what was sent."""

    answers: Iterator[Answer | Exception]
    sent: list[AWSPreparedRequest] = field(default_factory=list)

    def send(self, request: AWSPreparedRequest) -> Answer:
        self.sent.append(request)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def wire(patch: pytest.MonkeyPatch, *answers: Answer | Exception) -> Wire:
    made = Wire(iter(answers))
    patch.setattr(URLLib3Session, "send", lambda _, request: made.send(request))
    return made


def way(pauses: list[float] | None = None) -> DoorWay:
    waited = [] if pauses is None else pauses
    return DoorWay(boto3.Session("an-access-key", "a-secret", region_name="us-west-2"), URL, waited.append)


def said(request: AWSPreparedRequest) -> object:
    assert isinstance(request.body, str | bytes)
    return json.loads(request.body)


def test_decision_is_posted_to_the_path_of_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    line = wire(monkeypatch, Answer(202))

    ticket = read_reply("pause", way().put("pause", BODY))

    (request,) = line.sent
    assert ticket == Ticket(command_id="command-1", execution_id="dr-1")
    assert (request.method, request.url) == ("POST", f"{URL}/pause")
    assert said(request) == BODY


def test_decision_is_signed_for_the_api_in_its_region(monkeypatch: pytest.MonkeyPatch) -> None:
    line = wire(monkeypatch, Answer(202))

    way().put("pause", BODY)

    signature = str(line.sent[0].headers["Authorization"])
    assert signature.startswith("AWS4-HMAC-SHA256 Credential=an-access-key/")
    assert "/us-west-2/execute-api/aws4_request" in signature


@pytest.mark.parametrize("trouble", [Answer(503, "{}"), EndpointConnectionError(endpoint_url=URL)])
def test_decision_is_said_again_with_the_same_id_when_no_answer_came(
    monkeypatch: pytest.MonkeyPatch, trouble: Answer | Exception
) -> None:
    line, pauses = wire(monkeypatch, trouble, trouble, Answer(202)), list[float]()

    ticket = read_reply("pause", way(pauses).put("pause", BODY))

    assert ticket.command_id == "command-1"
    assert [said(request) for request in line.sent] == [BODY] * 3
    assert pauses == [1.0, 1.0]


@pytest.mark.parametrize("trouble", [Answer(503, '{"faults": ["x"]}'), EndpointConnectionError(endpoint_url=URL)])
def test_door_is_given_up_when_it_does_not_answer_to_the_end(
    monkeypatch: pytest.MonkeyPatch, trouble: Answer | Exception
) -> None:
    line = wire(monkeypatch, trouble, trouble, trouble)

    with pytest.raises(DoubtError) as raised:
        read_reply("pause", way().put("pause", BODY))

    assert (raised.value.exit_status, len(line.sent)) == (Exit.UNREACHABLE, 3)


@pytest.mark.parametrize("status", [400, 404, 409])
def test_every_fault_that_the_door_names_is_told(status: int) -> None:
    with pytest.raises(CliError, match="this; that") as raised:
        read_reply("pause", DoorReply(status, "", '{"faults": ["this", "that"]}'))

    assert raised.value.exit_status is Exit.REFUSED


@pytest.mark.parametrize(
    ("error_type", "told"),
    [
        ("AccessDeniedException", "AWS denies POST /cancel: User: x may not; ask for the policy"),
        ("ExpiredTokenException", "the sign-in to AWS has expired (ExpiredTokenException): sign in"),
        ("InvalidSignatureException", "AWS does not accept these credentials"),
        ("MissingAuthenticationTokenException", "AWS does not accept these credentials"),
    ],
)
@pytest.mark.parametrize("name", ["message", "Message"])
def test_refusal_of_aws_says_what_to_do(error_type: str, told: str, name: str) -> None:
    with pytest.raises(CliError) as raised:
        read_reply("cancel", DoorReply(403, error_type, json.dumps({name: "User: x may not"})))

    assert raised.value.exit_status is Exit.UNREACHABLE
    assert told in str(raised.value)


@pytest.mark.parametrize("reply", [DoorReply(502, "", '{"message": "x"}'), DoorReply(202, "", "<html>")])
def test_strange_reply_says_where_to_look(reply: DoorReply) -> None:
    with pytest.raises(CliError, match="its log: aws logs tail"):
        read_reply("pause", reply)


def test_address_of_the_door_is_that_of_the_stack() -> None:
    assert address(URL, "http://127.0.0.1:9") == URL


def test_address_of_the_door_is_under_that_of_an_aws_of_ones_own() -> None:
    assert address("/_aws/execute-api/x/v1", "http://127.0.0.1:9/") == "http://127.0.0.1:9/_aws/execute-api/x/v1"


def test_address_of_the_door_is_asked_for_when_nothing_says_where_that_aws_is() -> None:
    with pytest.raises(CliError, match="set AWS_ENDPOINT_URL"):
        address("/_aws/execute-api/x/v1", None)


def test_plan_is_kept_when_the_door_says_so() -> None:
    told = DoorReply(200, "", '{"plan": "erp", "version": 3, "unchanged": false}')

    kept = read_kept(told)

    assert (kept.plan, kept.version, kept.unchanged) == ("erp", 3, False)


@pytest.mark.parametrize(
    ("reply", "status", "told"),
    [
        (DoorReply(409, "", '{"faults": ["plan erp is not as you know it"]}'), Exit.REFUSED, "plan erp is not as you"),
        (DoorReply(403, "AccessDeniedException", '{"message": "no"}'), Exit.UNREACHABLE, "AWS denies POST /plan: no"),
        (DoorReply(200, "", "{}"), Exit.UNREACHABLE, "the door did not answer to plan"),
    ],
)
def test_plan_that_is_not_kept_says_why(reply: DoorReply, status: Exit, told: str) -> None:
    with pytest.raises(CliError, match=told) as raised:
        read_kept(reply)

    assert raised.value.exit_status is status
