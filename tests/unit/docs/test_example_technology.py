"""The example of docs/add-a-technology.md works, and all that is derived from a technology is derived from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from generate import hub, workload_account
from groundswell.domain.operations import PHASES, Operation, Phase
from groundswell.domain.protection import Protected, judge
from groundswell.technologies.contract import Done, Failed, Look, NotBegun, Target
from tests.unit.docs.example_technology import TECHNOLOGY
from tests.unit.technologies.bench import target_of

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

START = TECHNOLOGY.steps[Operation.FAILOVER, Phase.INSTANTIATE]
CHECK = TECHNOLOGY.steps[Operation.FAILOVER, Phase.ACTIVATE]
TAGS = {"dr:enabled": "true", "dr:wave": "2", "Customer": "customer-a", "Environment": "production", "Name": "web-1"}


class MotoClients:
    """Clients of moto's one account."""

    calls: Mapping[str, int] = Counter()

    def client(self, service: Any) -> Any:  # what a real client is, only the service's stubs can say
        """A client of the service."""
        return boto3.client(service, region_name="us-west-2")


LOOK = Look("123456789012", "us-west-2", Operation.FAILOVER, datetime(2026, 1, 1, tzinfo=UTC), MotoClients())


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[EC2Client]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("ec2", region_name="us-west-2")


def stopped_instance(ec2: EC2Client, tags: Mapping[str, str]) -> str:
    """An instance that waits; its id."""
    image = ec2.describe_images()["Images"][0]["ImageId"]
    launched = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        ],
    )
    name = launched["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[name])
    return name


def found() -> list[Target]:
    """What the technology finds, as its steps see it."""
    assert TECHNOLOGY.find is not None
    return [target_of(one.resource_id, one.parameters) for one in TECHNOLOGY.find(LOOK)]


def test_find_yields_what_is_tagged_and_nothing_else(ec2: EC2Client) -> None:
    name = stopped_instance(ec2, TAGS)
    stopped_instance(ec2, {"Name": "web-2"})
    assert TECHNOLOGY.find is not None

    (finding,) = TECHNOLOGY.find(LOOK)

    judged = judge(finding)
    assert isinstance(judged, Protected)
    assert (judged.resource_id, judged.wave) == ("standby/123456789012/web-1", 2)
    assert judged.parameters == {"instance_id": name}


def test_observe_says_not_begun_when_the_instance_is_stopped(ec2: EC2Client) -> None:
    stopped_instance(ec2, TAGS)
    (target,) = found()

    assert START.observe(LOOK, [target]) == {target.resource_id: NotBegun("it is stopped")}


def test_steps_take_the_instance_to_done(ec2: EC2Client) -> None:
    name = stopped_instance(ec2, TAGS)
    (target,) = found()
    assert START.act is not None

    START.act(LOOK, [target], "dr-1.w001.standby.0.INSTANTIATE.1")
    seen = START.observe(LOOK, [target])[target.resource_id]

    assert seen == Done({"instance": name})
    checked = CHECK.observe(LOOK, [replace(target, evidence={"instance": name})])
    assert checked == {target.resource_id: Done({"status_checks": "ok"})}


def test_observe_says_failed_and_what_to_do_when_the_instance_is_gone(ec2: EC2Client) -> None:
    name = stopped_instance(ec2, TAGS)
    (target,) = found()
    ec2.terminate_instances(InstanceIds=[name])

    seen = START.observe(LOOK, [target])[target.resource_id]

    assert isinstance(seen, Failed)
    assert seen.failure.cause == f"instance {name} is terminated"


def test_every_phase_of_each_operation_has_a_step() -> None:
    operations = (Operation.FAILOVER, Operation.SWITCHOVER)

    assert set(TECHNOLOGY.steps) == {(operation, phase) for operation in operations for phase in PHASES[operation]}


def test_templates_get_its_function_queue_rule_and_role_when_they_are_generated() -> None:
    in_hub = "".join(hub.parts([TECHNOLOGY]).values())
    in_account = "".join(workload_account.parts([TECHNOLOGY]).values())

    parts = ("RecoverStandbyRule:", "RecoverStandbyRole:", "RecoverStandby:", "RecoverStandbyQueue:")
    assert all(part in in_hub for part in (*parts, "OnlyStandbyRecoveryAnswersForStandby", "aws.ec2"))
    assert all(part in in_account for part in ("StandbyRole:", "ec2:StartInstances", "ForwardAwsEc2Rule:"))
