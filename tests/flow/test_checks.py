"""Checks that an inventory declares: one that passes in the last wave, and one that fails and holds its wave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import yaml

from groundswell.domain.records import Resource
from groundswell.domain.states import ExecutionStatus, ResourceState
from groundswell_cli.standing import Standing
from rehearsal.accounts import HUB_ACCOUNT
from tests.flow.desk import Desk, production

PASSES, FAILS = "customer-r", "customer-s"
ACCOUNT = "222222222201"
LAST = 4


def entry(technology: str, customer: str, account: str, parameters: Mapping[str, str]) -> dict[str, object]:
    """A check of the customer's, after all else, as an inventory declares it."""
    return {
        "resource_id": customer,
        "technology": technology,
        "account": account,
        "region": "us-west-2",
        "tags": {
            "dr:enabled": "true",
            "dr:wave": str(LAST),
            "Customer": customer,
            "Environment": "production",
        },
        "parameters": dict(parameters),
    }


@pytest.fixture(scope="module", autouse=True)
def _inventory(desk: Desk) -> Iterator[None]:
    """A document is run for one customer; for the other this very machine is asked, which nobody may be led to."""
    run = entry("ssm", PASSES, ACCOUNT, {"kind": "automation", "document": "groundswell-smoke-test"})
    asked = entry("https", FAILS, HUB_ACCOUNT, {"url": "https://127.0.0.1/"})
    s3, bucket = desk.session.client("s3"), desk.embedded.outputs["InventoryBucket"]
    s3.put_object(Bucket=bucket, Key="checks.yaml", Body=yaml.safe_dump([run, asked]).encode())
    yield
    s3.delete_object(Bucket=bucket, Key="checks.yaml")


@pytest.fixture(scope="module")
def ended(desk: Desk) -> dict[str, tuple[Standing, Resource]]:
    """How both failovers stand when they are over or wait, with the check of each."""
    asked = desk.ask_at_once([production(PASSES), production(FAILS)])
    over = {}
    for customer, execution_id in zip((PASSES, FAILS), asked, strict=True):
        standing = desk.wait_until_over(execution_id)
        over[customer] = standing, desk.resources(execution_id)[customer]
    return over


def test_execution_completes_when_the_document_of_its_last_wave_succeeds(
    ended: dict[str, tuple[Standing, Resource]],
) -> None:
    standing, check = ended[PASSES]

    assert standing.execution.status is ExecutionStatus.COMPLETED
    assert (check.wave, check.state) == (LAST, ResourceState.RECOVERED)
    assert check.evidence["status"] == "Success"


def test_wave_is_held_with_the_reason_when_an_address_may_not_be_asked(
    ended: dict[str, tuple[Standing, Resource]],
) -> None:
    standing, check = ended[FAILS]

    assert standing.execution.status is ExecutionStatus.RUNNING
    assert [wave.status for wave in standing.waves] == ["COMPLETED", "COMPLETED", "COMPLETED", "HELD"]
    assert check.state is ResourceState.FAILED
    assert check.failure is not None
    assert check.failure.cause == ("https://127.0.0.1/ is not asked: 127.0.0.1 leads to 127.0.0.1, which is loopback")
