"""What an error of the SDK's says of a call: refused, throttled, or perhaps carried out all the same."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

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

_SERVER_FAULT = 500


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
        return AwsCallError("", str(error), is_doubtful=False, is_throttling=True)
    if isinstance(error, EndpointConnectionError | ConnectTimeoutError):
        return AwsCallError("", f"no connection: {error}", is_doubtful=False, is_throttling=True)
    if isinstance(error, BotoCoreError):
        return AwsCallError("", str(error), is_doubtful=True, is_throttling=False)
    return None


def _read_client_error(error: ClientError) -> AwsCallError:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    is_throttling = code in _THROTTLING
    is_doubtful = status >= _SERVER_FAULT and not is_throttling
    return AwsCallError(code, str(error), is_doubtful=is_doubtful, is_throttling=is_throttling)
