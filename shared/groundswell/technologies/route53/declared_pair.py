"""What a declared pair of record sets must be, whatever the hosted zone has, and how Route 53 spells its name.

Route 53 answers names in lower case, and every character but a-z, 0-9, - and _ as a backslash and three octal digits
(Developer Guide, "DNS domain name format").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

ROUTINGS = ("weighted", "failover")
_TYPES = ("A", "AAAA", "CAA", "CNAME", "HTTPS", "MX", "NAPTR", "PTR", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT")
"""The types of record sets that may have a set identifier."""
_PLAIN = re.compile(r"[a-z0-9._-]")
_PIECE = re.compile(r"\\([0-7]{3})|(.)", re.DOTALL)
_SHOWN = 80


def flaws(parameters: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """What is wrong with the parameters of a pair; those that are missing are named elsewhere."""
    return tuple(_flaws({name: str(value) for name, value in parameters.items()}))


def spelled(name: str) -> str:
    """The name as Route 53 answers it, with the final dot."""
    return f"{_PIECE.sub(_escaped, name.lower().rstrip('.'))}."


def _flaws(given: Mapping[str, str]) -> Iterator[str]:
    name, kind, routing = given.get("record_name", "-"), given.get("record_type", "A"), given.get("routing", "weighted")
    yield from _one_set(given)
    if routing not in ROUTINGS:
        yield f"routing is {routing[:_SHOWN]!a}: known are {', '.join(ROUTINGS)}"
    if kind.upper() not in _TYPES:
        yield f"record_type is {kind[:_SHOWN]!a}: known are {', '.join(_TYPES)}"
    if not name.isascii():
        yield f"record_name is {name[:_SHOWN]!a}: write it in Punycode{_in_punycode(name)}"
    elif not name.isprintable() or not name.strip("."):
        yield f"record_name is {name[:_SHOWN]!a}: write a DNS name in printable characters"


def _one_set(given: Mapping[str, str]) -> Iterator[str]:
    target, source = given.get("target_set_identifier"), given.get("source_set_identifier")
    if target == source:
        yield f"target_set_identifier and source_set_identifier are both {target!r}: a pair is two record sets"


def _in_punycode(name: str) -> str:
    try:
        return f", {name.encode('idna').decode()}"
    except UnicodeError:
        return ""


def _escaped(piece: re.Match[str]) -> str:
    """A dot that is written as a code belongs to its label and stays one; all else is spelt as Route 53 does."""
    code, plain = piece.groups()
    character = chr(int(code, 8)).lower() if code else plain
    if _PLAIN.fullmatch(character) and not (code and character == "."):
        return str(character)
    return f"\\{ord(character):03o}"
