from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from groundswell.adapters.aws_errors import AwsCallError, read_error
from groundswell.domain.errors import StaleWriteError, UnreachableAccountError

URL = "https://drs.us-west-2.amazonaws.com"


def client_error(code: str, status: int = 400, message: str = "no") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item] # the rest is of no use here
        "StartRecovery",
    )


def read(error: Exception) -> AwsCallError:
    told = read_error(error)
    assert told is not None
    return told


@pytest.mark.parametrize("code", ["ConflictException", "ServiceQuotaExceededException", "ValidationException"])
def test_refusal_means_that_nothing_was_done(code: str) -> None:
    told = read(client_error(code))

    assert (told.code, told.is_doubtful, told.is_throttling) == (code, False, False)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Throttling", 400),
        ("ThrottlingException", 429),
        ("RequestLimitExceeded", 503),
        ("PriorRequestNotComplete", 400),
        ("SlowDown", 503),
        ("TooManyRequestsException", 429),
    ],
)
def test_throttling_means_that_nothing_was_done_whatever_the_status(code: str, status: int) -> None:
    told = read(client_error(code, status))

    assert (told.is_throttling, told.is_doubtful) == (True, False)


@pytest.mark.parametrize("code", ["InsufficientInstanceCapacity", "InsufficientHostCapacity"])
@pytest.mark.parametrize("status", [400, 500, 503])
def test_known_refusal_means_that_nothing_was_done_whatever_the_status(code: str, status: int) -> None:
    told = read(client_error(code, status))

    assert (told.code, told.is_doubtful, told.is_throttling) == (code, False, False)


@pytest.mark.parametrize(
    "error",
    [
        client_error("InternalServerException", 500),
        client_error("ServiceUnavailable", 503),
        client_error("", 502),
        client_error("RequestTimeout", 400),
        ReadTimeoutError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
    ],
    ids=lambda error: f"{type(error).__name__} {error}"[:60],
)
def test_call_is_doubtful_when_its_answer_was_lost(error: Exception) -> None:
    told = read(error)

    assert (told.is_doubtful, told.is_throttling) == (True, False)


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
        UnreachableAccountError("role cannot be assumed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_call_is_only_put_off_when_it_never_left(error: Exception) -> None:
    told = read(error)

    assert (told.is_throttling, told.is_doubtful, told.code) == (True, False, "")


@pytest.mark.parametrize("error", [ParamValidationError(report="wrong"), NoCredentialsError()])
def test_call_was_not_made_when_the_sdk_itself_refuses_it(error: Exception) -> None:
    told = read(error)

    assert (told.is_doubtful, told.is_throttling) == (False, False)


@pytest.mark.parametrize("error", [KeyError("a"), ValueError("b"), StaleWriteError("c")])
def test_error_says_nothing_of_a_call_when_it_is_none_of_the_sdks(error: Exception) -> None:
    assert read_error(error) is None


def test_words_are_awss_own() -> None:
    assert "An error occurred (ConflictException)" in read(client_error("ConflictException", message="in a job")).words
    assert "in a job" in read(client_error("ConflictException", message="in a job")).words


def test_words_are_cut_when_they_are_endless() -> None:
    for error in (client_error("UnauthorizedOperation", message="x" * 9000), UnreachableAccountError("x" * 9000)):
        assert len(read(error).words) <= 701
