"""Moving DNS traffic on an implementation of Route 53 that is not ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from groundswell.domain.operations import Operation, Phase
from groundswell.technologies.contract import Done, Evidence, Look, Target
from groundswell.technologies.route53 import TECHNOLOGY
from tests.unit.technologies.bench import target_of

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client

MOVE = TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE]
NAME = "shop.example.com."


class MotoClients:
    """Clients of moto's one account."""

    calls: Mapping[str, int] = Counter()

    def client(self, service: Any) -> Any:  # what a real client is, only the service's stubs can say
        """A client of the service."""
        return boto3.client(service, region_name="us-west-2")


@pytest.fixture
def route53(monkeypatch: pytest.MonkeyPatch) -> Iterator[Route53Client]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("route53", region_name="us-west-2")


def zone_with(route53: Route53Client, routing: str) -> Target:
    """A zone with a pair of record sets, the traffic at the source's."""
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="one")["HostedZone"]["Id"]
    standing: dict[str, tuple[Any, Any]] = {
        "weighted": ("Weight", (0, 100)),
        "failover": ("Failover", ("SECONDARY", "PRIMARY")),
    }
    attribute, values = standing[routing]
    changes: Any = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": NAME,
                "Type": "A",
                "TTL": 60,
                "SetIdentifier": identifier,
                "ResourceRecords": [{"Value": address}],
                attribute: value,
            },
        }
        for identifier, address, value in zip(("west", "east"), ("203.0.113.2", "203.0.113.1"), values, strict=True)
    ]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    return target_of(
        "route53/shop",
        {
            "hosted_zone_id": zone,
            "record_name": NAME,
            "record_type": "A",
            "routing": routing,
            "target_set_identifier": "west",
            "source_set_identifier": "east",
        },
    )


@pytest.mark.parametrize(
    ("routing", "after"),
    [("weighted", {"west": 100, "east": 0}), ("failover", {"west": "PRIMARY", "east": "SECONDARY"})],
)
def test_traffic_is_moved_on_moto(route53: Route53Client, routing: str, after: Evidence) -> None:
    target = zone_with(route53, routing)
    look = Look("123456789012", "us-west-2", Operation.FAILOVER, datetime(2030, 1, 1, tzinfo=UTC), MotoClients())
    assert MOVE.act is not None

    MOVE.act(look, [target], "dr-0123456789abcdef.key")

    seen = MOVE.observe(look, [target])
    assert seen[target.resource_id] == Done({"after": dict(after)})
    listed = route53.list_resource_record_sets(HostedZoneId=str(target.parameters["hosted_zone_id"]))
    values = {one.get("SetIdentifier"): one.get("ResourceRecords") for one in listed["ResourceRecordSets"]}
    assert values["west"] == [{"Value": "203.0.113.2"}]
    assert values["east"] == [{"Value": "203.0.113.1"}]
