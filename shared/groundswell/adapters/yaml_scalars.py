"""Single values of YAML: as YAML 1.1 reads them, if JSON has such a value; else a fault that says what to write."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date

import yaml
from pydantic import JsonValue

_NAMES = "tag:yaml.org,2002:"
MERGE = f"{_NAMES}merge"
MAPPING = f"{_NAMES}map"
SEQUENCE = f"{_NAMES}seq"
_TEXT = f"{_NAMES}str"
_LONGEST_NUMBER = 64
"""Characters of a number, a date or a truth value at most: the longest that anybody means is far shorter."""
_NUMBER_END = 10**38
"""Whole numbers are below this: more digits are more than the ledger keeps (DynamoDB: Quotas, "Number")."""
_QUOTE = "write it in quotes if it is text"
_SHOWN = 60
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
"""What the parser in Python lets pass, unlike the one in C: nothing can encode it."""

_constructor = yaml.SafeLoader("")
_READERS: Mapping[str, Callable[[yaml.ScalarNode], object]] = {
    f"{_NAMES}null": _constructor.construct_yaml_null,
    f"{_NAMES}bool": _constructor.construct_yaml_bool,
    f"{_NAMES}int": _constructor.construct_yaml_int,
    f"{_NAMES}float": _constructor.construct_yaml_float,
    f"{_NAMES}timestamp": _constructor.construct_yaml_timestamp,
}


class WrongValueError(Exception):
    """A value that cannot be taken as it is written."""


def tag_of(event: yaml.ScalarEvent) -> str:
    """The kind of a value: as it is marked, or as YAML takes what is not quoted."""
    if event.tag and event.tag != "!":
        return event.tag
    if event.tag == "!" or not event.implicit[0]:
        return _TEXT
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    candidates = [*resolvers.get(event.value[:1], []), *resolvers.get(None, [])]
    return next((tag for tag, pattern in candidates if pattern.match(event.value)), _TEXT)


def read_scalar(event: yaml.ScalarEvent) -> JsonValue:
    """The value.

    Raises:
        WrongValueError: it is none that JSON has, or not what its tag says; the message says what to write.
    """
    tag = tag_of(event)
    if tag == _TEXT:
        return _text(event.value)
    reader = _READERS.get(tag)
    if reader is None:
        raise WrongValueError(f"{unknown(tag)}: leave the tag out, or {_QUOTE}")
    shown = repr(event.value if len(event.value) <= _SHOWN else f"{event.value[:_SHOWN]}…")
    kind = tag.removeprefix(_NAMES)
    if len(event.value) > _LONGEST_NUMBER:
        raise WrongValueError(f"{shown} is too long to be a value of the kind {kind}: {_QUOTE}")
    try:
        return _plain(reader(yaml.ScalarNode(tag, event.value)), shown)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise WrongValueError(f"{shown} is no value of the kind {kind} ({error}): {_QUOTE}") from error


def unknown(tag: str) -> str:
    """What to say of a tag that is not read."""
    return f"the tag {tag.replace(_NAMES, '!!')[:_SHOWN]} is not read here"


def _plain(value: object, shown: str) -> JsonValue:
    if isinstance(value, date):
        raise WrongValueError(f"{shown} is a date, which is not text: {_QUOTE}")
    if isinstance(value, float) and not math.isfinite(value):
        raise WrongValueError(f"{shown} is no number that can be reckoned with: {_QUOTE}")
    if isinstance(value, int) and abs(value) >= _NUMBER_END:
        raise WrongValueError(f"{shown} has more than 38 digits: {_QUOTE}")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise WrongValueError(f"{shown} is nothing that JSON has: {_QUOTE}")


def _text(value: str) -> str:
    if value.isascii() or not _HALF_A_CHARACTER.search(value):
        return value
    raise WrongValueError("it has half a character (an escape such as \\ud800): correct the escape")
