"""The templates, resolved as AWS, and as the rehearsal, would have them."""

from __future__ import annotations

import tomllib

import pytest

from groundswell.technologies.registry import BUILT_IN
from tests.template.samples import samples
from tests.template.stack import ACCOUNT, REGION, ROOT, Body, Stack

GIVEN = {"ExternalId": "an-id-of-this-installation", "WorkloadAccounts": "222222222201,222222222202"}


@pytest.fixture(scope="session")
def hub() -> Stack:
    """The hub's stack on AWS."""
    return Stack("template.yaml", "groundswell", GIVEN)


@pytest.fixture(scope="session")
def embedded() -> Stack:
    """The hub's stack in a rehearsal, with the parameters of samconfig.toml."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    overrides = config["rehearsal"]["deploy"]["parameters"]["parameter_overrides"]
    return Stack("template.yaml", "groundswell", dict(pair.split("=", 1) for pair in overrides.split()))


@pytest.fixture(scope="session")
def workload() -> Stack:
    """A workload account's stack. It stands in the hub's account here, which changes nothing that is tested."""
    given = {
        "HubAccountId": ACCOUNT,
        "HubRegion": REGION,
        "ExternalId": GIVEN["ExternalId"],
        "HostedZoneArns": "arn:aws:route53:::hostedzone/Z1",
    }
    return Stack("workload-account/template.yaml", "groundswell-workload", given)


@pytest.fixture(scope="session")
def events() -> list[Body]:
    """A sample of each event on the hub's bus."""
    return list(samples(BUILT_IN))
