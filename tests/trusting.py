"""Roles of workload accounts that trust the hub's functions, as workload-account/template.yaml grants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import JsonValue

from groundswell.reactions.recovery_roles import RecoveryRoles
from rehearsal.estate.services.iam import grant_role

if TYPE_CHECKING:
    from rehearsal.estate.engine import Estate

HUB_ACCOUNT = "111111111111"
ROLES = RecoveryRoles(
    prefix="groundswell",
    principals=f"arn:aws:iam::{HUB_ACCOUNT}:role/groundswell-recover-",
    external_id="external-id-of-tests",
)


def trust(technology: str, *, external_id: str = ROLES.external_id) -> dict[str, JsonValue]:
    """The trust policy of a technology's role."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{HUB_ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {
                        "aws:PrincipalArn": f"{ROLES.principals}{technology}",
                        "sts:ExternalId": external_id,
                    }
                },
            }
        ],
    }


def grant_recovery_roles(estate: Estate, technologies: Iterable[str]) -> None:
    """Let every account of the estate have the roles of these technologies."""
    for technology in technologies:
        for account in estate.scenario.accounts:
            grant_role(estate.world, account, f"{ROLES.prefix}-{technology}", trust(technology))
