"""Servers that are gone, that have nothing to launch from, or that do not tell their settings: each hides no other."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from groundswell.domain.preflight import Verdict
from groundswell.technologies.contract import Unread
from groundswell.technologies.drs import TECHNOLOGY
from rehearsal.estate.state.drs import SourceServer
from tests.unit.technologies.bench import Bench
from tests.unit.technologies.checks import amiss, checks_of, one, protected_of
from tests.unit.technologies.test_drs_launch_settings import SIZED, without_tags
from tests.unit.technologies.test_drs_preflight import STANDARD, servers

GONE = "s-0123456789abcdefg"


def servers_of(at: Bench) -> list[SourceServer]:
    return list(at.estate.world.site(at.caller).servers.values())


def refuse_settings_of(at: Bench, server: str, code: str = "InternalServerException") -> None:
    client = at.clients.client("drs")
    ask = client.get_launch_configuration

    def refuse(**asked: str) -> Any:
        if asked["sourceServerID"] == server:
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetLaunchConfiguration")
        return ask(**asked)

    client.get_launch_configuration = refuse


def test_server_that_is_gone_is_named_and_everything_else_is_checked() -> None:
    at = servers(3, quotas={STANDARD: 4})
    resources = protected_of(at, "drs")
    lost = resources[0].model_copy(update={"name": "old-01", "parameters": {"source_server_id": GONE}})

    checks = checks_of(at, "drs", [lost, *resources[1:]])

    assert [each.check for each in amiss(checks) if not isinstance(each, Unread)] == ["source servers"]
    assert not any(isinstance(each, Unread) for each in checks)
    assert one(checks, "source servers").found == f"1 of 3 are not there: old-01 ({GONE})"
    assert "Correct source_server_id where they are declared" in one(checks, "source servers").advice
    assert one(checks, "vCPUs").found.startswith("0 in use and 4 wanted by 2 servers")


def test_only_server_that_is_gone_hides_no_job_quota() -> None:
    at = servers(1)
    (resource,) = protected_of(at, "drs")

    checks = checks_of(at, "drs", [resource.model_copy(update={"parameters": {"source_server_id": GONE}})])

    assert not any(isinstance(each, Unread) for each in checks)
    assert one(checks, "servers in DRS jobs").verdict is Verdict.PASSED


@pytest.mark.parametrize("state", ["DISCONNECTED", "STOPPED", "INITIAL_SYNC"])
def test_server_fails_when_it_has_nothing_to_launch_from(state: str) -> None:
    faults = {"throttling": [], "replication": [{"servers": "app-02", "state": state}]}

    check = one(checks_of(servers(3, faults=faults), "drs"), "source servers")

    assert check.found == "1 of 3 have no snapshot to launch from: app-02"


def test_server_passes_when_it_stalls_after_its_snapshot() -> None:
    faults = {"throttling": [], "replication": [{"servers": "*", "state": "STALLED"}]}

    assert one(checks_of(servers(2, faults=faults), "drs"), "source servers").verdict is Verdict.PASSED


def test_settings_that_cannot_be_read_hide_those_of_one_server_only() -> None:
    at = servers(4, of=SIZED, quotas={STANDARD: 15})
    refuse_settings_of(at, next(one.server_id for one in servers_of(at) if one.name == "app-02"))

    checks = checks_of(at, "drs")

    (unread,) = (each for each in checks if isinstance(each, Unread))
    assert (unread.check, unread.subject) == ("launch settings", "app-02 (drs, account 222222222201/us-west-2)")
    assert one(checks, "vCPUs").found.startswith("0 in use and 10 wanted by 4 servers")


def test_settings_that_nobody_may_read_make_one_check() -> None:
    at = servers(4)
    without_tags(at)
    denied = {"service": "drs", "operations": ["GetLaunchConfiguration"], "code": "AccessDenied", "http_status": 403}
    at.scenario_faults.replace(type(at.scenario_faults.faults).model_validate({"failing_operations": [denied]}))

    checks = checks_of(at, "drs")

    assert [each.subject for each in checks if isinstance(each, Unread)] == [
        "app-01, app-02, app-03 and 1 more (drs, account 222222222201/us-west-2)"
    ]
    assert one(checks, "servers in DRS jobs").verdict is Verdict.PASSED


@pytest.mark.parametrize("name", ["no such id", "s-0123456789abcde.."])
def test_id_that_is_none_hides_no_other_of_the_read(name: str) -> None:
    at = servers(4)

    checks = checks_of(at, "drs", besides=[name])

    assert amiss(checks) == []
    assert one(checks, "vCPUs").found.startswith("0 in use and 8 wanted by 4 servers")


@pytest.mark.parametrize("server", ["app-01", "s-1", "", "s-0123456789abcdefgh", None])
def test_declared_server_is_left_out_when_its_id_can_be_none(server: str | None) -> None:
    (flaw,) = TECHNOLOGY.flaws({"source_server_id": server})

    assert "a source server's id is `s-` and 17 letters or digits" in flaw


def test_declared_server_has_no_flaw_when_its_id_looks_like_one() -> None:
    assert TECHNOLOGY.flaws({"source_server_id": GONE}) == ()


# ── Copied addresses ─────────────────────────────────────────────────────────────────────────────────────────────────


def address_of(at: Bench, name: str) -> str:
    return next(one.private_ip for one in servers_of(at) if one.name == name)


def test_nobody_asks_whether_addresses_are_copied_that_could_be_had() -> None:
    at = servers(3, of={"copy_private_ip": True})

    checks = checks_of(at, "drs")

    assert amiss(checks) == []
    assert at.clients.calls["drs:GetLaunchConfiguration"] == 0


@pytest.mark.parametrize(("copies", "verdict"), [(True, Verdict.FAILED), (False, Verdict.PASSED)])
def test_copied_address_fails_when_the_subnet_does_not_have_it(copies: bool, verdict: Verdict) -> None:
    at = servers(1, of={"copy_private_ip": copies}, landing={"subnets": [{"zone": "a", "cidr": "10.9.0.0/24"}]})

    check = one(checks_of(at, "drs"), "copied addresses")

    assert check.verdict is verdict
    assert (f"app-01 ({address_of(at, 'app-01')} is not in 10.9.0.0/24)" in check.found) is copies


def test_copied_address_fails_when_an_instance_uses_it() -> None:
    at = servers(2, of={"copy_private_ip": True})
    first, second = servers_of(at)
    at.clients.client("drs").start_recovery(sourceServers=[{"sourceServerID": first.server_id}])
    at.clock.advance(3600)
    second.private_ip = first.private_ip

    check = one(checks_of(at, "drs"), "copied addresses")

    assert f"{second.name} ({first.private_ip} is in use by i-" in check.found


def test_copied_address_fails_when_two_servers_want_it() -> None:
    at = servers(2, of={"copy_private_ip": True})
    first, second = servers_of(at)
    second.private_ip = first.private_ip

    check = one(checks_of(at, "drs"), "copied addresses")

    assert check.found.startswith("2 servers keep the address of their source and cannot have it")
    assert f"{first.private_ip} is wanted by 2 servers" in check.found


def test_address_of_a_template_counts_without_asking_drs() -> None:
    at = servers(1)
    client = at.clients.client("ec2")
    ask = client.describe_launch_template_versions

    def with_address(**asked: Any) -> Any:
        reply = ask(**asked)
        for version in reply["LaunchTemplateVersions"]:
            version["LaunchTemplateData"]["NetworkInterfaces"][0]["PrivateIpAddress"] = "192.168.7.7"
        return reply

    client.describe_launch_template_versions = with_address

    check = one(checks_of(at, "drs"), "copied addresses")

    assert "app-01 (192.168.7.7 is not in 10.0.0.0/16)" in check.found
