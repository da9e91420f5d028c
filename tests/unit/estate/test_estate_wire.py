"""Real boto3 clients against the estate over HTTP: each service's wire format, results and errors."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ClientError

from rehearsal.estate.wire.server import EstateServer
from tests.unit.estate.builders import ACCOUNT, Json
from tests.unit.estate.wire_bench import Sdk, estate_server

if TYPE_CHECKING:
    from mypy_boto3_ssm.type_defs import TagTypeDef

pytestmark = pytest.mark.enable_socket

CLUSTER = f"arn:aws:rds:us-west-2:{ACCOUNT}:cluster:customer-a-db-us-west-2"


@pytest.fixture(scope="module")
def server() -> Iterator[EstateServer]:
    with estate_server() as running:
        yield running


@pytest.fixture(scope="module")
def sdk(server: EstateServer) -> Sdk:
    return Sdk(server.url)


def code_of(error: ClientError) -> tuple[str, int]:
    return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]


def test_drs_speaks_rest_json_when_a_recovery_is_started(sdk: Sdk) -> None:
    drs = sdk.client("drs")
    servers = drs.describe_source_servers(filters={})["items"]

    reply = drs.start_recovery(
        sourceServers=[{"sourceServerID": item["sourceServerID"]} for item in servers], tags={"execution": "e 1/ü"}
    )

    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert reply["job"]["tags"] == {"execution": "e 1/ü"}
    assert len(reply["job"]["participatingServers"]) == 3


def test_drs_finds_tags_by_arn_when_it_is_in_the_path(sdk: Sdk) -> None:
    drs = sdk.client("drs")
    arn = drs.describe_source_servers()["items"][0]["arn"]

    assert drs.list_tags_for_resource(resourceArn=arn)["tags"]["Customer"] == "customer-a"


def test_drs_error_is_its_exception_with_members_when_refused(sdk: Sdk) -> None:
    drs = sdk.client("drs", "eu-west-1")

    with pytest.raises(drs.exceptions.UninitializedAccountException) as refused:
        drs.describe_jobs()

    assert code_of(refused.value) == ("UninitializedAccountException", 400)


def test_drs_quota_error_carries_its_quota_code_when_refused() -> None:
    with estate_server(quotas={"L-B827C881": 1}) as server:
        drs = Sdk(server.url).client("drs")
        servers = drs.describe_source_servers()["items"]

        with pytest.raises(drs.exceptions.ServiceQuotaExceededException) as refused:
            drs.start_recovery(sourceServers=[{"sourceServerID": item["sourceServerID"]} for item in servers])

    assert cast(Json, refused.value.response)["quotaCode"] == "L-B827C881"


def test_ec2_speaks_its_query_protocol_when_asked_with_filters(sdk: Sdk) -> None:
    ec2 = sdk.client("ec2")
    filters = [
        {"Name": "tag:Customer", "Values": ["customer-a"]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]

    reply = ec2.describe_instances(Filters=filters)  # type: ignore[arg-type] # plain dicts

    assert reply["Reservations"] == []


def test_ec2_error_has_its_code_when_an_instance_is_unknown(sdk: Sdk) -> None:
    with pytest.raises(ClientError) as refused:
        sdk.client("ec2").stop_instances(InstanceIds=["i-0123456789abcdef0"])

    assert code_of(refused.value) == ("InvalidInstanceID.NotFound", 400)
    assert "i-0123456789abcdef0" in refused.value.response["Error"]["Message"]


def test_rds_speaks_query_when_a_failover_is_asked(sdk: Sdk) -> None:
    rds = sdk.client("rds")

    reply = rds.failover_global_cluster(
        GlobalClusterIdentifier="customer-a-db", TargetDbClusterIdentifier=CLUSTER, AllowDataLoss=True
    )

    members = reply["GlobalCluster"]["GlobalClusterMembers"]
    assert reply["GlobalCluster"]["FailoverState"]["IsDataLossAllowed"] is True
    assert [member["IsWriter"] for member in members] == [True, False]


def test_rds_shows_tags_and_times_when_clusters_are_described(sdk: Sdk) -> None:
    cluster = sdk.client("rds").describe_db_clusters()["DBClusters"][0]

    assert {"Key": "dr:wave", "Value": "1"} in cluster["TagList"]
    assert cluster["ClusterCreateTime"] < dt.datetime.now(dt.UTC)
    assert cluster["DBClusterMembers"][0]["IsClusterWriter"] is False


def test_rds_error_is_its_exception_when_a_cluster_is_unknown(sdk: Sdk) -> None:
    rds = sdk.client("rds")

    with pytest.raises(rds.exceptions.GlobalClusterNotFoundFault) as refused:
        rds.describe_global_clusters(GlobalClusterIdentifier="none")

    assert code_of(refused.value) == ("GlobalClusterNotFoundFault", 404)


def test_route53_speaks_rest_xml_when_a_record_is_changed(sdk: Sdk) -> None:
    route53 = sdk.client("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    pages = route53.get_paginator("list_resource_record_sets").paginate(
        HostedZoneId=zone, PaginationConfig={"PageSize": 2}
    )
    weighted = [record for page in pages for record in page["ResourceRecordSets"] if "Weight" in record]
    changes = [{"Action": "UPSERT", "ResourceRecordSet": {**record, "Weight": 7}} for record in weighted]

    change = route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Comment": "shift", "Changes": changes},  # type: ignore[typeddict-item] # plain dicts
    )["ChangeInfo"]

    now = route53.get_change(Id=change["Id"])["ChangeInfo"]
    after = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert (change["Status"], now["Comment"]) == ("PENDING", "shift")
    assert [record["Weight"] for record in after if "Weight" in record] == [7, 7]
    assert {type(record["TTL"]) for record in after} == {int}


def test_route53_error_has_code_and_messages_when_a_batch_is_refused(sdk: Sdk) -> None:
    route53 = sdk.client("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    record = {"Name": "x.example.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}

    with pytest.raises(route53.exceptions.InvalidChangeBatch) as refused:
        route53.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]},  # type: ignore[typeddict-item]
        )

    assert code_of(refused.value) == ("InvalidChangeBatch", 400)
    assert "but it was not found" in refused.value.response["Error"]["Message"]


def test_route53_answers_a_test_query_when_asked(sdk: Sdk) -> None:
    route53 = sdk.client("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"].rpartition("/")[2]

    reply = route53.test_dns_answer(HostedZoneId=zone, RecordName="api.customer-a.example", RecordType="A")

    assert reply["RecordData"] == ["203.0.113.1"]


def test_ssm_speaks_json_when_an_automation_is_started(sdk: Sdk) -> None:
    ssm = sdk.client("ssm")
    tags: list[TagTypeDef] = [{"Key": "groundswell:intent", "Value": "dr-1.key"}]

    started = ssm.start_automation_execution(DocumentName="groundswell-smoke", Parameters={"Port": ["443"]}, Tags=tags)

    name = started["AutomationExecutionId"]
    found = ssm.get_automation_execution(AutomationExecutionId=name)["AutomationExecution"]
    assert found["ExecutionStartTime"].tzinfo is not None
    assert ssm.list_tags_for_resource(ResourceType="Automation", ResourceId=name)["TagList"] == tags


def test_ssm_error_is_its_exception_when_refused(sdk: Sdk) -> None:
    ssm = sdk.client("ssm")

    with pytest.raises(ssm.exceptions.AutomationDefinitionNotFoundException) as refused:
        ssm.start_automation_execution(DocumentName="groundswell-nothing")

    assert code_of(refused.value) == ("AutomationDefinitionNotFoundException", 400)


def test_cloudwatch_gives_lag_when_metric_data_is_asked(sdk: Sdk) -> None:
    now = dt.datetime.now(dt.UTC)
    dimensions = [{"Name": "DBClusterIdentifier", "Value": "customer-a-db-us-west-2"}]
    metric = {"Namespace": "AWS/RDS", "MetricName": "AuroraGlobalDBReplicationLag", "Dimensions": dimensions}
    query = {"Id": "lag", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}

    reply = sdk.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query],  # type: ignore[list-item] # plain dicts
        StartTime=now - dt.timedelta(minutes=5),
        EndTime=now,
    )

    result = reply["MetricDataResults"][0]
    assert len(result["Values"]) == len(result["Timestamps"]) == 5
    assert now - dt.timedelta(minutes=6) < min(result["Timestamps"]) <= max(result["Timestamps"]) <= now


def test_service_quotas_speaks_json_when_a_quota_is_asked(sdk: Sdk) -> None:
    quotas = sdk.client("service-quotas")

    quota = quotas.get_service_quota(ServiceCode="drs", QuotaCode="L-D88FAC3A")["Quota"]

    assert quota["Value"] == 20.0
    with pytest.raises(quotas.exceptions.NoSuchResourceException):
        quotas.get_service_quota(ServiceCode="drs", QuotaCode="L-00000000")


THROTTLING = [("drs", "ThrottlingException"), ("ec2", "RequestLimitExceeded"), ("rds", "Throttling")]


@pytest.mark.parametrize(("service", "code"), THROTTLING)
def test_sdk_retries_by_itself_when_it_is_throttled_once(service: str, code: str) -> None:
    once = {"service": service, "code": code, "http_status": 400, "times": 1}
    with estate_server(faults={"throttling": [], "failing_operations": [once]}) as server:
        sdk = Sdk(server.url, attempts=2)
        calls: dict[str, Callable[[], object]] = {
            "drs": lambda: sdk.client("drs").describe_jobs(),
            "ec2": lambda: sdk.client("ec2").describe_instances(),
            "rds": lambda: sdk.client("rds").describe_db_clusters(),
        }

        calls[service]()

        assert [record.outcome for record in server.estate.log.select(service)] == [code, "ok"]
