"""What an error of the SDK's says of a call: refused, throttled, or perhaps carried out all the same."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from groundswell.domain.errors import UnreachableAccountError

_THROTTLING = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "TransactionInProgressException",
    }
)
"""Error codes that the SDK's standard retry mode takes for throttling (SDKs and Tools Reference Guide)."""

_REFUSALS = frozenset(
    {
        "InsufficientAddressCapacity",
        "InsufficientCapacity",
        "InsufficientHostCapacity",
        "InsufficientInstanceCapacity",
        "InsufficientReservedInstanceCapacity",
        "InsufficientVolumeCapacity",
    }
)
"""Error codes that say no, although they come with the status of a server's fault.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (server error codes)"""
_DOUBTFUL = frozenset({"RequestTimeout", "RequestTimeoutException"})
"""Error codes that say no more than that time ran out, with a status that would mean a refusal."""
_SERVER_FAULT = 500
_WORDS = 700
"""Characters of an error's words that are kept: an order keeps those of 90 resources in one item."""


@dataclass(frozen=True)
class AwsCallError:
    """An error of a call, read."""

    code: str
    words: str
    is_doubtful: bool
    is_throttling: bool


def read_error(error: Exception) -> AwsCallError | None:
    """What the error says; None where it is no error of a call to AWS."""
    if isinstance(error, ClientError):
        return _read_client_error(error)
    if isinstance(error, UnreachableAccountError):
        return AwsCallError("", _words(error), is_doubtful=False, is_throttling=True)
    if isinstance(error, EndpointConnectionError | ConnectTimeoutError):
        return AwsCallError("", f"no connection: {_words(error)}", is_doubtful=False, is_throttling=True)
    if isinstance(error, BotoCoreError):
        is_sent = not isinstance(error, ParamValidationError | NoCredentialsError)
        return AwsCallError("", _words(error), is_doubtful=is_sent, is_throttling=False)
    return None


def _read_client_error(error: ClientError) -> AwsCallError:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    is_throttling = code in _THROTTLING
    is_known = is_throttling or code in _REFUSALS
    is_doubtful = (status >= _SERVER_FAULT or code in _DOUBTFUL) and not is_known
    return AwsCallError(code, _words(error), is_doubtful=is_doubtful, is_throttling=is_throttling)


def _words(error: Exception) -> str:
    words = str(error)
    return words if len(words) <= _WORDS else f"{words[:_WORDS]}…"
