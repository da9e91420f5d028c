"""The roles that the hub's functions assume in workload accounts, and whether these would let them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter

from groundswell.domain.preflight import PreflightCheck, Verdict
from groundswell.domain.trust import Applicant, judge_trust
from groundswell.ports.clients import Clients, ReadError
from groundswell.technologies.contract import Unread

READS = ("iam:GetRole",)
"""IAM actions of `check`, granted to the read-only inventory role."""
_CHECK = "recovery role"
_POLICY = TypeAdapter(dict[str, JsonValue])


@dataclass(frozen=True)
class RecoveryRoles:
    """The roles by technology, and who these functions are."""

    prefix: str
    """What the roles' names in workload accounts begin with; `-` and the technology's name follow."""
    principals: str
    """What the ARNs of the functions' own roles begin with; the technology's name follows."""
    external_id: str

    def check(
        self, clients: Clients, technology: str, account: str, read_error: ReadError
    ) -> Iterator[PreflightCheck | Unread]:
        """Whether the technology's function may assume its role, as far as the role's trust policy tells.

        IAM's control plane answers; for most Regions that is in us-east-1.
        """
        role = f"{self.prefix}-{technology}"
        subject = f"role {role} in account {account}"
        try:
            policy = _POLICY.validate_python(
                clients.client("iam").get_role(RoleName=role)["Role"].get("AssumeRolePolicyDocument", {})
            )
        except Exception as error:
            told = read_error(error)
            is_missing = told is not None and told.code == "NoSuchEntity"
            yield _missing(subject, account) if is_missing else Unread(subject, _CHECK, error)
        else:
            yield _judged(subject, policy, Applicant(f"{self.principals}{technology}", self.external_id))


def _missing(subject: str, account: str) -> PreflightCheck:
    advice = f"Deploy workload-account/template.yaml of the hub's version in account {account}."
    return PreflightCheck.judged(subject, _CHECK, "there is no such role", advice=advice)


def _judged(subject: str, policy: Mapping[str, JsonValue], applicant: Applicant) -> PreflightCheck:
    verdict, why = judge_trust(policy, applicant)
    if verdict is Verdict.PASSED:
        return PreflightCheck.judged(subject, _CHECK, f"it trusts {applicant.principal}", advice="")
    found = f"its trust policy: {why}"
    advice = (
        "Compare HubAccountId, HubStackName and ExternalId of the workload account's stack with the hub's, and deploy "
        "workload-account/template.yaml there again."
    )
    return PreflightCheck(subject=subject, check=_CHECK, verdict=verdict, found=found, advice=advice)
