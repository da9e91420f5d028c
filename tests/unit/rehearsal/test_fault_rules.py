"""The rules for the fault proxy say what AWS would say."""

from __future__ import annotations

import botocore.session
import pytest

from rehearsal.fault_rules import THROTTLED, conflicts, unreachable_region
from rehearsal.proxied_estate import HUB_SERVICES
from rehearsal.storms import storms


def test_conflict_gives_a_reason_for_each_write_when_a_transaction_is_cancelled() -> None:
    for writes, rule in enumerate(conflicts(1.0), 1):
        error = rule["error"]
        assert isinstance(error, dict)
        codes = [reason["Code"] for reason in error["fields"]["CancellationReasons"]]

        assert rule["body"] == f"length(TransactItems) == `{writes}`"
        assert codes == ["TransactionConflict", *["None"] * (writes - 1)]


@pytest.mark.parametrize("service", HUB_SERVICES)
def test_every_service_of_the_hub_can_be_throttled(service: str) -> None:
    assert service in THROTTLED


def test_throttled_services_are_spelt_as_the_sdk_spells_them() -> None:
    assert THROTTLED.keys() <= set(botocore.session.Session().get_available_services())


def test_route_53_answers_when_the_region_that_signs_for_it_is_down() -> None:
    assert "route53" not in [rule["service"] for rule in unreachable_region("us-east-1")]


def test_storms_differ_in_name() -> None:
    names = [storm.name for storm in storms()]

    assert len(set(names)) == len(names)
