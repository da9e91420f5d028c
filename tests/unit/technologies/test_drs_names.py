"""What a source server is called, from replies of DRS that are written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from groundswell.technologies.drs.finding import found_server
from groundswell.technologies.drs.replication import fitness_of
from tests.unit.technologies.bench import ACCOUNT, bench

if TYPE_CHECKING:
    from mypy_boto3_drs.literals import DataReplicationStateType
    from mypy_boto3_drs.type_defs import IdentificationHintsTypeDef, SourceServerTypeDef


def server(hints: IdentificationHintsTypeDef, state: DataReplicationStateType = "CONTINUOUS") -> SourceServerTypeDef:
    return {
        "sourceServerID": "s-1",
        "arn": "arn:aws:drs:us-west-2:222222222201:source-server/s-1",
        "sourceProperties": {"identificationHints": hints},
        "sourceCloudProperties": {"originAccountID": "333333333333", "originRegion": "us-east-1"},
        "dataReplicationInfo": {"dataReplicationState": state},
    }


@pytest.mark.parametrize(
    "hostname",
    [
        "",
        " ",
        "localhost",
        "LOCALHOST",
        "localhost.localdomain",
        "localhost4",
        "(none)",
        "ip-10-0-0-5",
        "IP-10-0-0-5.x",
    ],
)
def test_server_goes_by_its_instance_when_its_host_name_tells_it_from_no_other(hostname: str) -> None:
    found = found_server(bench().look(), server({"hostname": hostname, "awsInstanceID": "i-1"}), {})

    assert found.resource_id == f"drs/{ACCOUNT}/i-1"


def test_server_goes_by_its_own_id_when_it_has_neither_host_name_nor_instance() -> None:
    found = found_server(bench().look(), server({"hostname": "localhost"}), {})

    assert (found.resource_id, found.origin) == (f"drs/{ACCOUNT}/s-1", None)


@pytest.mark.parametrize("hostname", ["web-1", "localhost-proxy", "ip-gateway", "ip-10-0-0-5-web"])
def test_server_goes_by_its_host_name_when_it_has_one_in_the_account_that_it_recovers_in(hostname: str) -> None:
    found = found_server(bench().look(), server({"hostname": hostname, "awsInstanceID": "i-1"}), {})

    assert (found.resource_id, found.service_id, found.origin) == (f"drs/{ACCOUNT}/{hostname}", "s-1", "i-1")


@pytest.mark.parametrize(
    ("state", "is_over"), [("DISCONNECTED", True), ("STOPPED", True), ("STALLED", False), ("BACKLOG", False)]
)
def test_server_is_known_to_replicate_no_longer_when_it_is_stopped_or_disconnected(
    state: DataReplicationStateType, is_over: bool
) -> None:
    assert fitness_of(server({}, state)).is_over is is_over
