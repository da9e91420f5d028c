from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from groundswell.domain.preflight import Verdict
from groundswell.domain.trust import Applicant, judge_trust

PRINCIPAL = "arn:aws:iam::111111111111:role/groundswell-recover-drs"
US = Applicant(PRINCIPAL, "our-external-id")
ROOT: JsonValue = {"AWS": "arn:aws:iam::111111111111:root"}
OURS = {"StringEquals": {"aws:PrincipalArn": PRINCIPAL, "sts:ExternalId": "our-external-id"}}


def allowing(**changes: Any) -> dict[str, JsonValue]:
    """A statement that lets us in; `None` takes a member away."""
    given = {"Effect": "Allow", "Principal": ROOT, "Action": "sts:AssumeRole", "Condition": OURS, **changes}
    return {name: value for name, value in given.items() if value is not None}


def judged(*statements: Any) -> Verdict:
    return judge_trust({"Statement": list(statements)}, US)[0]


def test_role_lets_the_function_in_when_it_is_granted_as_our_template_grants_it() -> None:
    assert judge_trust({"Version": "2012-10-17", "Statement": [allowing()]}, US) == (Verdict.PASSED, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": "*"},
        {"Principal": {"AWS": ["111111111111"]}},
        {"Principal": {"AWS": PRINCIPAL}},
        {"Action": ["sts:TagSession", "sts:AssumeRole"]},
        {"Action": "sts:*"},
        {"Condition": None},
        {"Condition": {"ArnLike": {"aws:principalarn": "arn:aws:iam::111111111111:role/groundswell-*"}}},
        {"Condition": {"StringLike": {"aws:PrincipalArn": ["arn:other", "*recover-drs"]}}},
        {"Condition": {"StringNotEquals": {"sts:ExternalId": "another"}}},
        {"Condition": {"StringEqualsIfExists": {"aws:PrincipalAccount": "111111111111"}}},
        {"Condition": {"StringEqualsIgnoreCase": {"sts:ExternalId": "OUR-external-id"}}},
    ],
)
def test_role_lets_the_function_in_when_it_is_granted_otherwise(changes: dict[str, Any]) -> None:
    assert judged(allowing(**changes)) is Verdict.PASSED


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Principal": {"AWS": "arn:aws:iam::999999999999:root"}}, "its principal is not account 111111111111"),
        ({"Principal": {"Service": "ec2.amazonaws.com"}}, "its principal is not account 111111111111"),
        ({"Action": "sts:AssumeRoleWithSAML"}, "it is about other actions"),
        (
            {"Condition": {"StringEquals": {"aws:PrincipalArn": PRINCIPAL.replace("drs", "aurora")}}},
            f"its condition on aws:PrincipalArn does not let the hub's function {PRINCIPAL} in",
        ),
        (
            {"Condition": {"StringEquals": {"sts:ExternalId": "theirs"}}},
            "its condition on sts:ExternalId does not let the hub's function in",
        ),
        (
            {
                "Condition": {
                    "StringEquals": {"sts:ExternalId": "theirs"},
                    "Bool": {"aws:MultiFactorAuthPresent": "true"},
                }
            },
            "its condition on sts:ExternalId does not let the hub's function in",
        ),
    ],
)
def test_role_does_not_let_the_function_in_when_a_part_is_about_somebody_else(
    changes: dict[str, Any], why: str
) -> None:
    assert judge_trust({"Statement": [allowing(**changes)]}, US) == (Verdict.FAILED, why)


def test_role_lets_nobody_in_when_it_says_nothing() -> None:
    assert judge_trust({}, US) == (Verdict.FAILED, "it allows nobody")


@pytest.mark.parametrize(
    "changes",
    [
        {"Condition": {**OURS, "StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Action": None, "NotAction": "sts:TagSession"},
        {"Principal": None, "NotPrincipal": ROOT},
    ],
)
def test_trust_is_unknown_when_the_policy_alone_cannot_tell(changes: dict[str, Any]) -> None:
    assert judged(allowing(**changes)) is Verdict.UNKNOWN


def test_one_statement_that_lets_us_in_is_enough_when_others_do_not() -> None:
    assert judged(allowing(Principal={"Service": "ec2.amazonaws.com"}), allowing()) is Verdict.PASSED


def test_a_denial_outweighs_what_is_allowed() -> None:
    assert judged(allowing(), allowing(Effect="Deny")) is Verdict.FAILED


def test_a_denial_of_somebody_else_denies_us_nothing() -> None:
    assert judged(allowing(), allowing(Effect="Deny", Principal={"AWS": "999999999999"})) is Verdict.PASSED


def test_trust_is_unknown_when_a_denial_may_be_about_us() -> None:
    maybe = allowing(Effect="Deny", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}})

    assert judged(allowing(), maybe) is Verdict.UNKNOWN


def test_the_external_id_is_never_said() -> None:
    wrong = allowing(Condition={"StringEquals": {"sts:ExternalId": "theirs"}})

    _, why = judge_trust({"Statement": wrong}, US)

    assert "our-external-id" not in why
    assert "theirs" not in why
