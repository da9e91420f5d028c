"""Decides requests by policy statements as IAM does, for the few operators that the templates use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from tests.template.stack import Body, Stack

Context = Mapping[str, str | list[str]]
"""The condition keys of a request; a list where AWS gives several values."""


def is_allowed(statements: Iterable[Body], action: str, resource: str, context: Context | None = None) -> bool:
    """Whether some statement allows it and none denies it."""
    effects = {each["Effect"] for each in statements if _applies(each, action, resource, context or {})}
    return effects == {"Allow"}


def is_denied(statements: Iterable[Body], action: str, resource: str, context: Context | None = None) -> bool:
    """Whether some statement denies it outright."""
    return any(each["Effect"] == "Deny" and _applies(each, action, resource, context or {}) for each in statements)


def statements_of_role(stack: Stack, role: str) -> list[Body]:
    """All statements that a role has, inline and attached."""
    properties = stack.resources[role]["Properties"]
    inline = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    attached = [
        policy["PolicyDocument"]
        for name, policy in stack.of_type("AWS::IAM::ManagedPolicy").items()
        if stack.ref(name) in properties.get("ManagedPolicyArns", [])
    ]
    return [statement for document in (*inline, *attached) for statement in document["Statement"]]


def _applies(statement: Body, action: str, resource: str, context: Context) -> bool:
    return (
        any(fnmatchcase(action.lower(), name.lower()) for name in _several(statement["Action"]))
        and any(fnmatchcase(resource, name) for name in _several(statement["Resource"]))
        and all(
            _holds(operator, context.get(key), _several(wanted))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _several(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _holds(operator: str, given: str | list[str] | None, wanted: list[str]) -> bool:
    if operator not in _OPERATORS:
        raise ValueError(f"operator {operator} is not known here: add it with IAM's meaning")
    return _OPERATORS[operator](given if given is None else _several(given), wanted)


def _any(given: list[str] | None, wanted: list[str]) -> bool:
    return bool(given) and any(each in wanted for each in given or [])


def _like(given: list[str] | None, wanted: list[str]) -> bool:
    return bool(given) and any(fnmatchcase(each, pattern) for each in given or [] for pattern in wanted)


_OPERATORS: dict[str, Callable[[list[str] | None, list[str]], bool]] = {
    "StringEquals": _any,
    "StringNotEquals": lambda given, wanted: not _any(given, wanted),
    "Bool": _any,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Null": lambda given, wanted: ["true" if given is None else "false"] == wanted,
    "ForAnyValue:StringEquals": _any,
    "ForAllValues:StringEquals": lambda given, wanted: all(each in wanted for each in given or []),
}
