"""As what each server is launched: what templates tell in bulk, and what only DRS's launch settings tell."""

from __future__ import annotations

from typing import Any

import pytest

from groundswell.domain.preflight import Verdict
from rehearsal.estate.state.ec2 import Instance
from rehearsal.estate.timeline import Timeline
from tests.unit.technologies.bench import Bench
from tests.unit.technologies.checks import amiss, checks_of, one
from tests.unit.technologies.test_drs_preflight import STANDARD, ids, servers

SIZED = {"instance_type": "m5.large", "recommended_type": "m5.xlarge"}


def test_nobody_asks_which_of_two_types_it_is_when_the_greater_fits() -> None:
    at = servers(4, of=SIZED, quotas={STANDARD: 16})

    checks = checks_of(at, "drs")

    assert amiss(checks) == []
    assert at.clients.calls["drs:GetLaunchConfiguration"] == 0


@pytest.mark.parametrize(
    ("method", "verdict"), [("NONE", Verdict.PASSED), ("BASIC", Verdict.FAILED), ("IN_AWS", Verdict.FAILED)]
)
def test_launch_settings_decide_which_of_two_types_it_is_when_the_greater_does_not_fit(
    method: str, verdict: Verdict
) -> None:
    at = servers(4, of={**SIZED, "right_sizing": method}, quotas={STANDARD: 15})

    check = one(checks_of(at, "drs"), "vCPUs")

    assert check.verdict is verdict
    assert at.clients.calls["drs:GetLaunchConfiguration"] == 4


@pytest.mark.parametrize(("method", "verdict"), [("NONE", Verdict.PASSED), ("BASIC", Verdict.FAILED)])
def test_launch_settings_decide_which_of_two_types_must_be_on_offer(method: str, verdict: Verdict) -> None:
    at = servers(4, of={**SIZED, "right_sizing": method}, landing={"not_offered": {"a": ["m5.xlarge"]}})

    assert one(checks_of(at, "drs"), "instance types on offer").verdict is verdict


def settings(at: Bench, **changes: object) -> None:
    """Let DRS answer so when it is asked for launch settings."""
    client = at.clients.client("drs")
    ask = client.get_launch_configuration
    client.get_launch_configuration = lambda **asked: {**ask(**asked), **changes}


def without_tags(at: Bench) -> None:
    """Let the launch templates not say whose they are."""
    client = at.clients.client("ec2")
    ask = client.describe_launch_template_versions

    def untagged(**asked: Any) -> Any:
        reply = ask(**asked)
        for version in reply["LaunchTemplateVersions"]:
            version["LaunchTemplateData"]["TagSpecifications"] = []
        return reply

    client.describe_launch_template_versions = untagged


def provisioned(at: Bench, instance_type: str) -> str:
    """A stopped instance that DRS may launch into."""
    born = at.clock.now().timestamp() - 60
    instance = Instance(
        instance_id="i-0123456789abcdef0",
        name="ready",
        account=at.caller.account,
        region=at.caller.region,
        zone="us-west-2a",
        subnet_id="subnet-1",
        instance_type=instance_type,
        disk_gib=100,
        private_ip="10.0.0.9",
        tags={"AWSDRS": "AllowLaunchingIntoThisInstance"},
        state=Timeline(born, "stopped"),
        launched_at=born,
        checks_pass_after=0.0,
        impaired=False,
    )
    at.estate.world.site(at.caller).instances[instance.instance_id] = instance
    return instance.instance_id


def test_launch_settings_name_the_template_when_its_tags_do_not_say_whose_it_is() -> None:
    at = servers(3, quotas={STANDARD: 5})
    without_tags(at)

    checks = checks_of(at, "drs")

    assert at.clients.calls["drs:GetLaunchConfiguration"] == 3
    assert one(checks, "vCPUs").found.startswith("0 in use and 6 wanted by 3 servers")
    assert one(checks, "free addresses").verdict is Verdict.PASSED


def test_type_is_unknown_when_there_is_no_template() -> None:
    at = servers(2)
    without_tags(at)
    settings(at, ec2LaunchTemplateID="lt-gone")

    check = one(checks_of(at, "drs"), "vCPUs")

    assert check.verdict is Verdict.UNKNOWN
    assert check.found == "nothing says as what instance type 2 servers are launched: app-01, app-02"
    assert "turn on right-sizing" in check.advice


def test_type_is_the_recommended_one_when_there_is_no_template_and_right_sizing_is_on() -> None:
    at = servers(2)
    without_tags(at)
    settings(at, ec2LaunchTemplateID="lt-gone", targetInstanceTypeRightSizingMethod="BASIC")

    assert one(checks_of(at, "drs"), "vCPUs").found.startswith("0 in use and 4 wanted by 2 servers")


def test_launch_settings_of_all_are_read_when_there_is_an_instance_to_launch_into() -> None:
    at = servers(2, of={"subnet": "z"}, quotas={STANDARD: 7})
    settings(at, launchIntoInstanceProperties={"launchIntoEC2InstanceID": provisioned(at, "m5.xlarge")})

    checks = checks_of(at, "drs")

    assert at.clients.calls["drs:GetLaunchConfiguration"] == len(ids(at))
    assert one(checks, "vCPUs").found.startswith("0 in use and 8 wanted by 2 servers")
    assert [check.check for check in checks if check.check == "free addresses"] == []


def test_type_is_unknown_when_the_instance_to_launch_into_is_gone() -> None:
    at = servers(1)
    provisioned(at, "m5.xlarge")
    settings(at, launchIntoInstanceProperties={"launchIntoEC2InstanceID": "i-gone"})

    assert one(checks_of(at, "drs"), "vCPUs").verdict is Verdict.UNKNOWN
