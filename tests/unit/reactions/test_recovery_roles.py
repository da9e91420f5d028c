from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError

from groundswell.adapters.aws_errors import read_error
from groundswell.domain.preflight import PreflightCheck, Verdict
from groundswell.technologies.contract import Unread
from rehearsal.estate.caller import Caller
from rehearsal.estate.services.iam import grant_role
from tests.trusting import ROLES, trust
from tests.unit.reactions.checkpoint import ACCOUNTS, Checkpoint
from tests.unit.technologies.account import Account

HERE = ACCOUNTS[0]


def checked(at: Checkpoint, technology: str = "drs") -> PreflightCheck | Unread:
    clients = Account(at.estate, Caller(HERE, "us-west-2"))
    (made,) = ROLES.check(clients, technology, HERE, read_error)
    return made


def test_role_passes_when_it_is_as_the_workload_accounts_template_makes_it() -> None:
    made = checked(Checkpoint())

    assert made == PreflightCheck.judged(
        f"role groundswell-drs in account {HERE}",
        "recovery role",
        "it trusts arn:aws:iam::111111111111:role/groundswell-recover-drs",
        advice="",
    )


def test_role_fails_when_there_is_none() -> None:
    made = checked(Checkpoint(), "tape")

    assert isinstance(made, PreflightCheck)
    assert (made.verdict, made.found) == (Verdict.FAILED, "there is no such role")
    assert f"Deploy workload-account/template.yaml of the hub's version in account {HERE}." in made.advice


@pytest.mark.parametrize("policy", [trust("aurora"), trust("drs", external_id="another")])
def test_role_fails_when_it_trusts_somebody_else(policy: object) -> None:
    at = Checkpoint()
    grant_role(at.estate.world, HERE, "groundswell-drs", policy)

    made = checked(at)

    assert isinstance(made, PreflightCheck)
    assert made.verdict is Verdict.FAILED
    assert made.found.startswith("its trust policy: its condition on ")
    assert "Compare HubAccountId, HubStackName and ExternalId" in made.advice


def test_role_cannot_be_read_when_iam_does_not_answer() -> None:
    made = checked(Checkpoint(faults={"throttling": [], "unreachable": [{"service": "iam"}]}))

    assert isinstance(made, Unread)
    assert isinstance(made.error, EndpointConnectionError)
    assert made.subject == f"role groundswell-drs in account {HERE}"


def test_role_cannot_be_read_when_that_is_denied() -> None:
    denied = {"service": "iam", "operations": ["GetRole"], "code": "AccessDenied", "http_status": 403}

    made = checked(Checkpoint(faults={"throttling": [], "failing_operations": [denied]}))

    assert isinstance(made, Unread)
