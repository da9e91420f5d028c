"""Decides requests by policy statements as IAM does, for the few elements and operators that the templates use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.template.stack import Body, Stack

Context = Mapping[str, str | list[str]]
"""The condition keys of a request; a list where AWS gives several values."""


_ELEMENTS = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


@dataclass(frozen=True)
class Caller:
    """Who makes a request: an IAM role, and the statements that it has."""

    arn: str
    rights: Iterable[Body]

    @property
    def account(self) -> str:
        """The account that the role is in."""
        return self.arn.split(":")[4]


@dataclass(frozen=True)
class Guarded:
    """What a request is about: its ARN, the account that owns it, and the statements of its own policy."""

    arn: str
    account: str
    policy: Iterable[Body] = ()


def may(caller: Caller, action: str, guarded: Guarded, context: Context | None = None) -> bool:
    """Whether the request goes through: no denial anywhere, and the caller's account and the owner's both allow it.

    In one account one of the two is enough; a role's trust policy is the policy of the role, and always needed.
    """
    known = {"aws:PrincipalArn": caller.arn, "aws:PrincipalAccount": caller.account, **(context or {})}
    own = list(caller.rights)
    theirs = [each | {"Resource": each.get("Resource", "*")} for each in guarded.policy if _is_about(each, caller)]
    if is_denied([*own, *theirs], action, guarded.arn, known):
        return False
    by_caller, by_owner = (is_allowed(statements, action, guarded.arn, known) for statements in (own, theirs))
    if caller.account == guarded.account and action != "sts:AssumeRole":
        return by_caller or by_owner
    return by_caller and by_owner


def _is_about(statement: Body, caller: Caller) -> bool:
    """Whether the caller is among the principals of a resource's statement; services never are."""
    principal = statement["Principal"]
    named = ["*"] if principal == "*" else _several(principal.get("AWS", []))
    root = f"arn:aws:iam::{caller.account}:root"
    return any(name in ("*", caller.account, root, caller.arn) for name in named)


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
    inline += [
        policy["PolicyDocument"]
        for policy in stack.of_type("AWS::IAM::Policy").values()
        if stack.ref(role) in policy["Roles"]
    ]
    attached = [
        policy["PolicyDocument"]
        for name, policy in stack.of_type("AWS::IAM::ManagedPolicy").items()
        if stack.ref(name) in properties.get("ManagedPolicyArns", [])
    ]
    return [statement for document in (*inline, *attached) for statement in document["Statement"]]


def _applies(statement: Body, action: str, resource: str, context: Context) -> bool:
    unknown = statement.keys() - _ELEMENTS
    if unknown:
        raise ValueError(f"elements {sorted(unknown)} are not known here: add them with IAM's meaning")
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
    "StringNotLike": lambda given, wanted: not _like(given, wanted),
    "StringNotEquals": lambda given, wanted: not _any(given, wanted),
    "Bool": _any,
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Null": lambda given, wanted: ["true" if given is None else "false"] == wanted,
    "ForAnyValue:StringEquals": _any,
    "ForAllValues:StringLike": lambda given, wanted: all(_like([each], wanted) for each in given or []),
    "ForAllValues:StringEquals": lambda given, wanted: all(each in wanted for each in given or []),
}
