"""Every answer fits botocore's model of its operation, so that the wire and in-process clients say the same."""

import datetime as dt

import pytest

from rehearsal.estate.caller import Caller
from rehearsal.estate.engine import Estate
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import all_operations
from rehearsal.estate.scenario.inventory import zone_id_of
from rehearsal.estate.services.iam import grant_role
from tests.unit.estate.builders import ACCOUNT, HERE, Json, World, scenario
from tests.unit.estate.model_check import faults_of, model_of

NAME = "customer-a-db"
CLUSTER = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:{NAME}-us-west-2"


class Tour:
    """One estate with something of everything; calls are made on the way through a recovery."""

    def __init__(self) -> None:
        of = scenario(
            2,
            aurora=[{"name": "{customer}-db", "wave": 1, "serverless_min_capacity": 1}],
            dns={"records": [{"name": "api.{customer}", "wave": 1, "routing": "failover", "type": "A"}]},
            systems={
                "documents": [{"name": "smoke", "approval": "1m"}, {"name": "probe", "kind": "Command"}],
                "nodes": [{"name": "web", "tags": {"Role": "web"}}],
            },
            faults={"throttling": [], "launch_failures": [{"servers": "app-02", "times": "always"}]},
        )
        self.world = World(of)
        self.zone = zone_id_of(of, ACCOUNT)
        self.done: dict[tuple[str, str], list[str]] = {}

    def say(self, service: str, operation: str, **params: object) -> Json:
        reply = self.world.call(service, operation, params)
        self.done.setdefault((service, operation), []).extend(faults_of(service, operation, reply))
        return reply


def recover_servers(tour: Tour) -> None:
    world = tour.world
    servers = world.servers()
    asked = [{"sourceServerID": name} for name in servers]
    job = tour.say("drs", "StartRecovery", sourceServers=asked, tags={"a": "b"})["job"]["jobID"]
    for _ in range(30):
        world.clock.advance(60)
        tour.say("drs", "DescribeJobs")
        tour.say("drs", "DescribeSourceServers")
        tour.say("drs", "DescribeRecoveryInstances")
        tour.say("ec2", "DescribeInstances")
        tour.say("ec2", "DescribeInstanceStatus", IncludeAllInstances=True)
    tour.say("drs", "DescribeJobLogItems", jobID=job)
    tour.say("drs", "DescribeRecoverySnapshots", sourceServerID=servers[0])
    tour.say("drs", "GetLaunchConfiguration", sourceServerID=servers[0])
    tour.say("drs", "ListTagsForResource", resourceArn=f"arn:aws:drs:us-west-2:{ACCOUNT}:job/{job}")


def use_instances(tour: Tour) -> None:
    instance = tour.world.drs("DescribeRecoveryInstances")["items"][0]["ec2InstanceID"]
    tour.say("ec2", "StopInstances", InstanceIds=[instance])
    tour.world.clock.advance(120)
    tour.say("ec2", "StartInstances", InstanceIds=[instance])
    tour.world.clock.advance(120)
    tour.say("ec2", "TerminateInstances", InstanceIds=[instance])
    tour.say("drs", "TerminateRecoveryInstances", recoveryInstanceIDs=[instance])


def recover_database(tour: Tour) -> None:
    target = {"GlobalClusterIdentifier": NAME, "TargetDbClusterIdentifier": CLUSTER}
    tour.say("rds", "DescribeGlobalClusters")
    tour.say("rds", "SwitchoverGlobalCluster", **target)
    for _ in range(20):
        tour.say("rds", "DescribeGlobalClusters")
        tour.say("rds", "DescribeDBClusters")
        tour.say("rds", "DescribeDBInstances")
        tour.world.clock.advance(30)
    back = {**target, "TargetDbClusterIdentifier": CLUSTER.replace("us-west-2", "us-east-1")}
    tour.say("rds", "FailoverGlobalCluster", **back, Switchover=True)
    tour.world.clock.advance(600)
    tour.say("rds", "ListTagsForResource", ResourceName=CLUSTER)
    cluster = f"{NAME}-us-west-2"
    new = {"DBInstanceIdentifier": "new", "DBClusterIdentifier": cluster}
    tour.say("rds", "CreateDBInstance", **new, DBInstanceClass="db.serverless", Engine="aurora-postgresql")
    tour.say("rds", "ModifyDBCluster", DBClusterIdentifier=cluster, ServerlessV2ScalingConfiguration={"MinCapacity": 2})


def change_dns(tour: Tour) -> None:
    listed = tour.say("route53", "ListResourceRecordSets", HostedZoneId=tour.zone)["ResourceRecordSets"]
    change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": listed[-1]}]}
    made = tour.say("route53", "ChangeResourceRecordSets", HostedZoneId=tour.zone, ChangeBatch=change)
    tour.say("route53", "GetChange", Id=made["ChangeInfo"]["Id"])
    tour.say("route53", "ListHostedZones")
    tour.say("route53", "GetHostedZone", Id=tour.zone)
    tour.say("route53", "ListTagsForResource", ResourceType="hostedzone", ResourceId=tour.zone)
    name = "api.customer-a.example"
    tour.say("route53", "TestDNSAnswer", HostedZoneId=tour.zone, RecordName=name, RecordType="A")


def run_documents(tour: Tour) -> None:
    parameters = {"Port": ["443"]}
    tags = [{"Key": "a", "Value": "b"}]
    started = tour.say("ssm", "StartAutomationExecution", DocumentName="smoke", Parameters=parameters, Tags=tags)
    by_tag = [{"Key": "tag:Role", "Values": ["web"]}]
    command = tour.say("ssm", "SendCommand", DocumentName="probe", Targets=by_tag, Comment="c")["Command"]["CommandId"]
    for _ in range(20):
        tour.world.clock.advance(30)
        name = started["AutomationExecutionId"]
        tour.say("ssm", "GetAutomationExecution", AutomationExecutionId=name)
        tour.say("ssm", "DescribeAutomationExecutions")
        tour.say("ssm", "ListTagsForResource", ResourceType="Automation", ResourceId=name)
        tour.say("ssm", "ListCommands")
        tour.say("ssm", "ListCommandInvocations", CommandId=command)


def look_around(tour: Tour) -> None:
    now = tour.world.clock.now()
    dimensions = [{"Name": "DBClusterIdentifier", "Value": f"{NAME}-us-west-2"}]
    metric = {"Namespace": "AWS/RDS", "MetricName": "AuroraGlobalDBRPOLag", "Dimensions": dimensions}
    query = {"Id": "lag", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
    hour = dt.timedelta(hours=1)
    tour.say("cloudwatch", "GetMetricData", MetricDataQueries=[query], StartTime=now - hour, EndTime=now)
    tour.say("service-quotas", "ListServiceQuotas", ServiceCode="drs")
    tour.say("service-quotas", "GetServiceQuota", ServiceCode="drs", QuotaCode="L-D88FAC3A")
    tour.say("ec2", "DescribeSubnets")
    tour.say("ec2", "DescribeInstanceTypes")
    tour.say("ec2", "DescribeInstanceTypeOfferings", LocationType="availability-zone")
    tour.say("ec2", "DescribeLaunchTemplateVersions", Versions=["$Default"])
    key = tour.say("ec2", "DescribeVolumes")["Volumes"][0]["KmsKeyId"]
    tour.say("kms", "DescribeKey", KeyId=key)
    tour.say("rds", "DescribeOrderableDBInstanceOptions", Engine="aurora-postgresql")
    grant_role(tour.world.estate.world, ACCOUNT, "groundswell-drs", {"Statement": []})
    tour.say("iam", "GetRole", RoleName="groundswell-drs")


@pytest.fixture(scope="module")
def tour() -> Tour:
    made = Tour()
    for part in (recover_servers, use_instances, recover_database, change_dns, run_documents, look_around):
        part(made)
    return made


def test_tour_visits_every_operation_when_it_is_made(tour: Tour) -> None:
    assert set(tour.done) == set(all_operations())


@pytest.mark.parametrize("key", sorted(all_operations()), ids=":".join)
def test_answer_fits_the_model_when_an_operation_is_called(tour: Tour, key: tuple[str, str]) -> None:
    assert tour.done[key] == []


@pytest.mark.parametrize("key", sorted(all_operations()), ids=":".join)
def test_operation_is_one_of_the_service_when_it_is_registered(key: tuple[str, str]) -> None:
    service, name = key

    shape = model_of(service).operation_model(name).input_shape

    assert shape is not None
    assert set(all_operations()[key].subject) <= set(getattr(shape, "members", {}))


def test_unknown_operation_is_refused_with_those_that_are_known_when_called(tour: Tour) -> None:
    estate: Estate = tour.world.estate

    with pytest.raises(EstateError, match=r"It knows: .*StartRecovery"):
        estate.call(Caller(HERE.account, HERE.region), "drs", "DeleteJob", {})
