"""What a person is told when AWS does not accept who asks: the clock, the sign-in, or the credentials themselves."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, SSOTokenLoadError, UnauthorizedSSOTokenError

from groundswell_cli.errors import explain
from groundswell_cli.exits import Exit

EXPIRED = "Signature expired: 20300101T000000Z is now earlier than 20300101T010000Z (20300101T010500Z - 5 min.)"
EARLY = "Signature not yet current: 20300101T020000Z is still later than 20300101T010500Z"


def told(code: str, message: str = "said AWS") -> str:
    explained = explain(ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks"))
    assert explained is not None
    assert explained.exit_status is Exit.UNREACHABLE
    return str(explained)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        ("RequestExpired", "Request has expired."),
        ("SignatureDoesNotMatch", EXPIRED),
        ("InvalidSignatureException", EXPIRED),
        ("InvalidSignatureException", EARLY),
    ],
)
def test_clock_that_is_wrong_is_said_with_awss_words(code: str, message: str) -> None:
    assert told(code, message) == (
        f"AWS does not accept this machine's time ({code}: {message}): check this machine's clock (date -u)"
    )


@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "InvalidSignatureException", "InvalidClientTokenId"])
def test_clock_is_not_suspected_when_aws_does_not_speak_of_time(code: str) -> None:
    assert told(code).startswith(f"AWS does not accept these credentials ({code}): sign in")


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException"])
def test_sign_in_that_is_over_is_said_to_be(code: str) -> None:
    assert told(code).startswith(f"the sign-in to AWS has expired ({code}): sign in (aws sso login)")


@pytest.mark.parametrize(
    "error", [SSOTokenLoadError(profile_name="dr", error_msg="no token"), UnauthorizedSSOTokenError()]
)
def test_session_of_the_cli_that_is_over_is_told_how_to_begin_anew(error: Exception) -> None:
    explained = str(explain(error))

    assert explained.startswith("cannot sign in to AWS: ")
    assert "sign in (aws sso login)" in explained
