"""Who calls: the account behind an access key, and the Region and service that a request is signed for."""

import re
import threading
from collections.abc import Callable

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.estate.caller import Caller
from rehearsal.estate.errors import EstateError
from rehearsal.estate.wire.models import SERVICE_OF_SIGNING_NAME

AccountOf = Callable[[str], str]
_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_ACCOUNT = re.compile(r"\d{12}")


def service_and_caller(authorization: str, account_of: AccountOf) -> tuple[str, Caller]:
    """The service that a SigV4 Authorization header is for, and its caller. Signatures are not checked."""
    found = _SCOPE.search(authorization)
    if found is None:
        raise EstateError("MissingAuthenticationToken", "The request carries no SigV4 Authorization header.", 403)
    key, region, signing_name = found.groups()
    service = SERVICE_OF_SIGNING_NAME.get(signing_name)
    if service is None:
        known = ", ".join(sorted(SERVICE_OF_SIGNING_NAME))
        message = f"The request is signed for {signing_name}. The simulated estate answers for: {known}."
        raise EstateError("UnrecognizedClientException", message, 403)
    return service, Caller(key if _ACCOUNT.fullmatch(key) else account_of(key), region)


def no_accounts(access_key: str) -> str:
    """For an estate without an STS endpoint: only 12-digit access keys are known."""
    raise _unknown(access_key, "The estate was started without --sts-endpoint.")


class StsAccounts:
    """Asks STS once for each access key which account it belongs to."""

    def __init__(self, endpoint: str, region: str = "us-east-1") -> None:
        self._client = boto3.client(
            "sts",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id="000000000000",
            aws_secret_access_key="estate",  # noqa: S106 - the emulator takes any
        )
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def __call__(self, access_key: str) -> str:
        """The account of this key; InvalidClientTokenId if STS does not know it."""
        known = self._known.get(access_key)
        if known is not None:
            return known
        with self._lock:
            if access_key not in self._known:
                self._known[access_key] = self._ask(access_key)
            return self._known[access_key]

    def _ask(self, access_key: str) -> str:
        try:
            return self._client.get_access_key_info(AccessKeyId=access_key)["Account"]
        except (BotoCoreError, ClientError) as error:
            raise _unknown(access_key, f"STS said: {error}") from error


def _unknown(access_key: str, why: str) -> EstateError:
    message = f"The security token included in the request is invalid: access key {access_key[:8]}… is unknown. {why}"
    return EstateError("InvalidClientTokenId", message, 403)
