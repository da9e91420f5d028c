"""What the checks before the start have in common: each that cannot be made hides no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.domain.preflight import PreflightCheck
from groundswell.technologies.contract import Look, Unread

Checks: TypeAlias = Iterable[PreflightCheck | Unread]

MOST_NAMED = 3
"""Resources that a check names; how many there are in all is said."""
KEY_READS = ("kms:DescribeKey",)
_KEY = "encryption key"


def place_of(technology: str, look: Look) -> str:
    """What a check is about that is about all resources of a technology in an account."""
    return f"{technology} in account {look.account}/{look.region}"


def attempt(
    subject: str, check: str, make: Callable[[], Iterable[PreflightCheck | Unread]]
) -> Iterator[PreflightCheck | Unread]:
    """The checks that are made, and that the rest of them could not be."""
    try:
        yield from make()
    except (BotoCoreError, ClientError) as error:
        yield Unread(subject, check, error)


def named(names: Sequence[str]) -> str:
    """The first of these, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def keys(look: Look, technology: str, users: Mapping[str, Sequence[str]]) -> Checks:
    """Whether KMS keys (ids or ARNs) are enabled; `users`: the names of those that each one encrypts."""
    for key, names in sorted(users.items()):
        subject = f"KMS key of {named(names)} ({technology}, account {look.account}/{look.region})"
        yield from attempt(subject, _KEY, partial(_key, look, key, subject))


def _key(look: Look, key: str, subject: str) -> Iterator[PreflightCheck]:
    try:
        state = look.clients.client("kms").describe_key(KeyId=key)["KeyMetadata"].get("KeyState", "not known")
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        state = "not there"
    advice = "" if state == "Enabled" else f"Enable the key again (cancel its deletion first): {key}"
    yield PreflightCheck.judged(subject, _KEY, f"{key} is {state}", advice=advice)
