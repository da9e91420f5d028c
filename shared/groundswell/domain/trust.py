"""Whether a role's trust policy lets a function of the hub assume the role: as far as a policy alone can tell.

How AWS evaluates it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pydantic import JsonValue

from groundswell.domain.preflight import Verdict

_ASSUME = "sts:assumerole"
_ANY_EXECUTION = "dr-0123456789abcdef"
"""The name of a session is an execution's id."""
_LIKE = frozenset({"stringlike", "arnlike", "arnequals"})
_PLAIN = frozenset({"stringequals", "stringequalsignorecase"})


@dataclass(frozen=True)
class Applicant:
    """Who wants to assume the role."""

    principal: str
    """The ARN of its own role."""
    external_id: str

    @property
    def account(self) -> str:
        """The account that it is in."""
        return self.principal.split(":")[4]

    @property
    def known(self) -> Mapping[str, str]:
        """What conditions may ask of it, by key in lower case."""
        return {
            "aws:principalarn": self.principal,
            "aws:principalaccount": self.account,
            "sts:externalid": self.external_id,
            "sts:rolesessionname": _ANY_EXECUTION,
        }


@dataclass(frozen=True)
class _Match:
    """Whether a statement is about the applicant: True, False, or None where the policy alone cannot tell."""

    applies: bool | None
    why: str = ""


def judge_trust(policy: Mapping[str, JsonValue], applicant: Applicant) -> tuple[Verdict, str]:
    """Whether the applicant may assume the role, and if not for sure, why; the external id is never said."""
    statements = _listed(policy.get("Statement"))
    denials = [_match(one, applicant) for one in statements if _effect(one) == "Deny"]
    if any(match.applies for match in denials):
        return Verdict.FAILED, "a statement of it denies this"
    grants = [_match(one, applicant) for one in statements if _effect(one) == "Allow"]
    unsure = [match.why for match in denials if match.applies is None]
    if any(match.applies for match in grants):
        return (Verdict.UNKNOWN, unsure[0]) if unsure else (Verdict.PASSED, "")
    unsure = [match.why for match in grants if match.applies is None]
    if unsure:
        return Verdict.UNKNOWN, unsure[0]
    return Verdict.FAILED, "; ".join(dict.fromkeys(match.why for match in grants)) or "it allows nobody"


def _listed(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _effect(statement: JsonValue) -> JsonValue:
    return statement.get("Effect") if isinstance(statement, dict) else None


def _match(statement: JsonValue, applicant: Applicant) -> _Match:
    """Every part of the statement must be about the applicant; one that is not outweighs one that cannot be told."""
    assert isinstance(statement, dict)  # noqa: S101 - narrows: only such statements have an effect
    parts = [_action(statement), _principal(statement, applicant), *_conditions(statement, applicant)]
    wrong = [part.why for part in parts if part.applies is False]
    if wrong:
        return _Match(False, " and ".join(wrong))
    return next((part for part in parts if part.applies is None), _Match(True))


def _action(statement: Mapping[str, JsonValue]) -> _Match:
    if "Action" not in statement:
        return _Match(None, "it says NotAction, which is not judged here")
    named = [str(action).lower() for action in _listed(statement["Action"])]
    return _Match(any(fnmatchcase(_ASSUME, action) for action in named), "it is about other actions")


def _principal(statement: Mapping[str, JsonValue], applicant: Applicant) -> _Match:
    given = statement.get("Principal")
    if given is None:
        return _Match(None, "it says NotPrincipal, which is not judged here")
    named = [str(one) for one in _listed(given.get("AWS") if isinstance(given, dict) else given)]
    root = f"{applicant.principal.partition(':role/')[0]}:root"
    meant = {"*", applicant.account, root, applicant.principal}
    return _Match(not meant.isdisjoint(named), f"its principal is not account {applicant.account}")


def _conditions(statement: Mapping[str, JsonValue], applicant: Applicant) -> Iterator[_Match]:
    conditions = statement.get("Condition")
    for operator, keys in conditions.items() if isinstance(conditions, dict) else ():
        for key, values in keys.items() if isinstance(keys, dict) else ():
            yield _condition(operator, key, [str(value) for value in _listed(values)], applicant)


def _condition(operator: str, key: str, values: Sequence[str], applicant: Applicant) -> _Match:
    name, held = operator.lower().removesuffix("ifexists"), applicant.known.get(key.lower())
    plain = name.replace("notequals", "equals").replace("notlike", "like")
    if held is None or plain not in _LIKE | _PLAIN:
        return _Match(None, f"whether its condition {operator} on {key} holds cannot be told beforehand")
    found = any(_is_like(plain, held, value) for value in values)
    whom = f" {applicant.principal}" if key.lower() == "aws:principalarn" else ""
    return _Match(found is (plain == name), f"its condition on {key} does not let the hub's function{whom} in")


def _is_like(operator: str, held: str, value: str) -> bool:
    if operator in _LIKE:
        return fnmatchcase(held, value)
    return held.lower() == value.lower() if operator == "stringequalsignorecase" else held == value
