"""What launching needs: passed, failed and unknown, and the numbers at which one becomes the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from groundswell.domain.preflight import Verdict
from groundswell.technologies.contract import Unread
from groundswell.technologies.drs.preflight.vcpus import quota_of
from tests.unit.technologies.bench import Bench, bench
from tests.unit.technologies.checks import amiss, checks_of, one, protected_of

STANDARD, GP3 = "L-1216C47A", "L-7A658B76"
PLACE = "drs in account 222222222201/us-west-2"


def group(count: int = 4, name: str = "app", /, **changes: object) -> dict[str, object]:
    return {"name": name + "-{n:02}", "per_customer": count, "wave": 1, **changes}


def servers(count: int = 4, *, of: Mapping[str, object] | None = None, **estate: object) -> Bench:
    """So many servers, m5.large with a disk of 100 GiB each."""
    return bench({"servers": [group(count, **(of or {}))], **estate})


def ids(at: Bench) -> list[str]:
    return [str(each.parameters["source_server_id"]) for each in protected_of(at, "drs")]


def launch(at: Bench, servers: list[str], *, drill: bool = False) -> None:
    client = at.clients.client("drs")
    client.start_recovery(sourceServers=[{"sourceServerID": name} for name in servers], isDrill=drill)


def test_everything_passes_when_the_account_is_ready() -> None:
    checks = checks_of(servers(), "drs")

    assert amiss(checks) == []
    assert [each.check for each in checks] == [
        "servers in DRS jobs",
        "source servers",
        "vCPUs, On-Demand Standard",
        "EBS storage, gp3",
        "free addresses",
        "instance types on offer, us-west-2a",
        "encryption key",
        "copied addresses",
    ]


def test_calls_do_not_grow_with_the_servers_but_by_pages() -> None:
    at = servers(250)

    checks_of(at, "drs")

    calls = at.clients.calls
    assert sum(calls.values()) <= 22
    assert calls["drs:GetLaunchConfiguration"] == 0


# ── vCPUs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("quota", "verdict"), [(8, Verdict.PASSED), (7, Verdict.FAILED)])
def test_vcpus_fail_when_the_launches_are_more_than_the_quota(quota: int, verdict: Verdict) -> None:
    check = one(checks_of(servers(4, quotas={STANDARD: quota}), "drs"), "vCPUs")

    assert check.verdict is verdict
    assert f"0 in use and 8 wanted by 4 servers, quota {quota}" in check.found
    assert (f"Raise the EC2 quota {STANDARD} of account 222222222201 in us-west-2 to 8 or more." == check.advice) is (
        verdict is Verdict.FAILED
    )


def test_vcpus_count_those_that_run_already() -> None:
    at = servers(4, quotas={STANDARD: 7})
    launch(at, ids(at)[:1])
    at.clock.advance(3600)

    check = one(checks_of(at, "drs"), "vCPUs")

    assert (check.verdict, check.found.partition(",")[0]) == (
        Verdict.FAILED,
        "2 in use and 6 wanted by 3 servers",
    )


def test_vcpus_do_not_count_the_drill_that_a_launch_replaces() -> None:
    at = servers(1, quotas={STANDARD: 2}, landing={"subnets": [{"zone": "a", "free_addresses": 1}]})
    launch(at, ids(at), drill=True)
    at.clock.advance(3600)

    checks = checks_of(at, "drs")

    assert amiss(checks) == []
    assert one(checks, "vCPUs").found.startswith("0 in use and 2 wanted")
    assert one(checks, "EBS storage").found.startswith("0.1 TiB in use and 0.1 TiB wanted")
    assert one(checks, "free addresses").found.startswith("1 free addresses and 1 servers")


def test_everything_counts_what_other_executions_will_launch() -> None:
    at = servers(4, quotas={STANDARD: 7})
    ours = protected_of(at, "drs")[:1]
    others = [server for server in ids(at) if server != ours[0].parameters["source_server_id"]]

    check = one(checks_of(at, "drs", ours, besides=others), "vCPUs")

    assert check.verdict is Verdict.FAILED
    assert check.found.startswith("0 in use and 8 wanted by 4 servers (3 of other executions)")


def test_vcpus_are_counted_by_the_quota_of_each_family() -> None:
    at = bench({"servers": [group(2), group(1, "sap", instance_type="x1e.xlarge")], "quotas": {"L-7295265B": 3}})

    checks = checks_of(at, "drs")

    assert one(checks, "vCPUs, On-Demand Standard").verdict is Verdict.PASSED
    assert one(checks, "vCPUs, On-Demand X").verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("m5.large", STANDARD), ("im4gn.large", STANDARD), ("t3.micro", STANDARD), ("z1d.large", STANDARD),
        ("x1e.xlarge", "L-7295265B"), ("u-6tb1.metal", "L-43DA4232"), ("g4dn.xlarge", "L-DB2E81BA"),
        ("vt1.3xlarge", "L-DB2E81BA"), ("p3.2xlarge", "L-417A185B"), ("inf1.xlarge", "L-1945791B"),
        ("trn1.2xlarge", "L-2C3B7624"), ("dl1.24xlarge", "L-6E869C2A"), ("f1.2xlarge", "L-74FC7D96"),
        ("hpc6a.48xlarge", "L-F7808C92"),
    ],
)  # fmt: skip
def test_quota_is_that_of_the_types_family(name: str, code: str) -> None:
    assert quota_of(name)[0] == code


# ── Storage ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("gib", "verdict"), [(512, Verdict.PASSED), (513, Verdict.FAILED)])
def test_storage_fails_when_staging_disks_and_launches_are_more_than_the_quota(gib: int, verdict: Verdict) -> None:
    at = servers(4, of={"disk_gib": gib}, quotas={GP3: 4})

    check = one(checks_of(at, "drs"), "EBS storage, gp3")

    assert check.verdict is verdict
    assert check.found == "2.0 TiB in use and 2.0 TiB wanted, quota 4 TiB"
    assert (GP3 in check.advice) is (verdict is Verdict.FAILED)


# ── Addresses and offers ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("free", "verdict"), [(4, Verdict.PASSED), (3, Verdict.FAILED)])
def test_addresses_fail_when_a_subnet_has_too_few(free: int, verdict: Verdict) -> None:
    at = servers(4, landing={"subnets": [{"zone": "a", "free_addresses": free}]})

    check = one(checks_of(at, "drs"), "free addresses")

    assert check.verdict is verdict
    assert check.found == f"{free} free addresses and 4 servers to be launched there: app-01, app-02, app-03 and 1 more"


def test_addresses_fail_when_the_subnet_is_gone() -> None:
    checks = checks_of(servers(2, of={"subnet": "z"}), "drs")

    check = one(checks, "free addresses")
    assert check.verdict is Verdict.FAILED
    assert check.found == "there is no such subnet; 2 servers are to be launched there: app-01, app-02"


def test_addresses_fail_when_no_subnet_is_named_and_there_is_no_default_vpc() -> None:
    check = one(checks_of(servers(2, of={"subnet": None}), "drs"), "free addresses")

    assert (check.verdict, check.subject) == (Verdict.FAILED, f"default VPC, {PLACE}")


def test_offer_fails_when_the_zone_does_not_have_the_type() -> None:
    at = bench(
        {
            "servers": [group(2), group(1, "web", subnet="b", instance_type="c5.large")],
            "landing": {"not_offered": {"a": ["c5.large"], "b": ["c5.large"]}},
        }
    )

    checks = checks_of(at, "drs")

    assert one(checks, "instance types on offer, us-west-2a").verdict is Verdict.PASSED
    check = one(checks, "instance types on offer, us-west-2b")
    assert check.found == "us-west-2b does not offer c5.large, as which 1 servers are launched: web-01"


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_key_fails_when_it_is_not_enabled(state: str) -> None:
    check = one(checks_of(servers(2, landing={"ebs_key": state}), "drs"), "encryption key")

    assert check.verdict is Verdict.FAILED
    assert check.found.endswith(f"is {state}")
    assert check.subject.startswith("KMS key of app-01, app-02 (drs, account 222222222201")


# ── What cannot be read ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("service", "operation", "lost"),
    [
        ("service-quotas", "ListServiceQuotas", {"servers in DRS jobs"}),
        ("service-quotas", "GetServiceQuota", {"vCPUs", "EBS storage"}),
        ("ec2", "DescribeInstanceTypes", {"vCPUs"}),
        ("ec2", "DescribeVolumes", {"EBS storage", "encryption keys"}),
        ("ec2", "DescribeSubnets", {"free addresses", "instance types on offer", "copied addresses"}),
        ("ec2", "DescribeInstanceTypeOfferings", {"instance types on offer"}),
        ("kms", "DescribeKey", {"encryption key"}),
    ],
)
def test_check_cannot_be_made_and_hides_no_other_when_a_call_is_denied(
    service: str, operation: str, lost: set[str]
) -> None:
    denied: Any = {"service": service, "operations": [operation], "code": "AccessDenied", "http_status": 403}
    checks = checks_of(servers(2, faults={"throttling": [], "failing_operations": [denied]}), "drs")

    unread = {each.check.partition(",")[0] for each in checks if isinstance(each, Unread)}
    passed = {each.check.partition(",")[0] for each in checks if not isinstance(each, Unread)}
    alone = {"servers in DRS jobs", "vCPUs", "EBS storage", "free addresses", "instance types on offer"}
    assert unread == lost
    assert passed - {"encryption key", "source servers"} == (alone | {"copied addresses"}) - lost


def test_one_quota_that_cannot_be_read_hides_no_other() -> None:
    at = bench({"servers": [group(2), group(1, "sap", instance_type="x1e.xlarge")]})
    client = at.clients.client("service-quotas")
    ask = client.get_service_quota

    def refuse_one(**asked: str) -> Any:
        if asked["QuotaCode"] == STANDARD:
            raise ClientError({"Error": {"Code": "NoSuchResourceException", "Message": "no"}}, "GetServiceQuota")
        return ask(**asked)

    client.get_service_quota = refuse_one

    checks = checks_of(at, "drs")

    assert [each.check for each in checks if isinstance(each, Unread)] == ["vCPUs, On-Demand Standard"]
    assert one(checks, "vCPUs, On-Demand X").verdict is Verdict.PASSED
