"""Errors that end a command, each said in one line: what is wrong, with which id, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundswell_cli.exits import Exit

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

NOT_ACCEPTED = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""Codes by which AWS says that the credentials are no good, or not any more."""
_SKEWED = frozenset({"RequestExpired", "RequestTimeTooSkewed"})
_SKEW_WORDS = ("Signature expired", "Signature not yet current")
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_SIGN_IN = "sign in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and try again"
_RIGHTS = "ask for the policy that allows it in this account: docs/cli.md lists who may what"


class CliError(Exception):
    """Ends the command with this message and exit status."""

    def __init__(self, message: str, exit_status: Exit) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_status = exit_status


class DoubtError(CliError):
    """Nobody knows whether it was done: there was no answer, after it was said several times."""


def refused(message: str) -> CliError:
    """The error of input that cannot be worked with."""
    return CliError(message, Exit.REFUSED)


def unreachable(message: str) -> CliError:
    """The error of a stack that cannot be reached or does not answer as it should."""
    return CliError(message, Exit.UNREACHABLE)


def unwritten(error: OSError) -> CliError:
    """The error of output that cannot be written."""
    return CliError(f"cannot write the output: {error.strerror or error}; what was asked for goes on", Exit.UNWRITTEN)


def explain(error: Exception) -> CliError | None:
    """What an error means for the person at the terminal; None where it is a defect of ours."""
    if isinstance(error, CliError):
        return error
    from botocore.exceptions import BotoCoreError, ClientError

    from groundswell.domain.errors import GroundswellError

    if isinstance(error, GroundswellError):
        told = explain(error.__cause__) if isinstance(error.__cause__, BotoCoreError | ClientError) else None
        return told or unreachable(str(error))
    if isinstance(error, ClientError):
        return _of_refusal(error)
    if isinstance(error, BotoCoreError):
        return _of_connection(error)
    return None


def _of_refusal(error: ClientError) -> CliError:
    code, operation = error.response.get("Error", {}).get("Code", ""), error.operation_name
    said = error.response.get("Error", {}).get("Message", "")
    if code in NOT_ACCEPTED:
        return _not_accepted(code, said)
    if code in _DENIED:
        return unreachable(f"AWS denies {operation}: {said}; {_RIGHTS}")
    return unreachable(f"AWS refused {operation} ({code}: {said}); try again, or look at the stack in this Region")


def _not_accepted(code: str, said: str) -> CliError:
    """AWS does not accept who asks: the clock that signed is wrong, the sign-in is over, or it never was right."""
    if code in _SKEWED or any(words in said for words in _SKEW_WORDS):
        return unreachable(
            f"AWS does not accept this machine's time ({code}: {said}): check this machine's clock (date -u)"
        )
    if "ExpiredToken" in code:
        return unreachable(f"the sign-in to AWS has expired ({code}): {_SIGN_IN}")
    return unreachable(f"AWS does not accept these credentials ({code}): {_SIGN_IN}")


def _of_connection(error: Exception) -> CliError:
    from botocore import exceptions

    if isinstance(error, exceptions.NoRegionError):
        return unreachable("no Region is set: say --region, or set AWS_REGION to the hub's Region")
    if isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError):
        return unreachable(
            f"cannot reach AWS: {error}; check the network, the Region, and AWS_ENDPOINT_URL if it is set"
        )
    if isinstance(error, _sign_in_errors()):
        return unreachable(f"cannot sign in to AWS: {error}; {_SIGN_IN}")
    return unreachable(f"cannot call AWS: {error}; check --region, AWS_PROFILE, AWS_ENDPOINT_URL and ~/.aws/config")


def _sign_in_errors() -> tuple[type[Exception], ...]:
    from botocore import exceptions

    return (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.ProfileNotFound,
        exceptions.SSOError,
        exceptions.TokenRetrievalError,
        exceptions.UnauthorizedSSOTokenError,
        exceptions.RefreshWithMFAUnsupportedError,
        exceptions.MetadataRetrievalError,
    )
