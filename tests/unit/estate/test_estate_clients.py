"""In-process clients behave like boto3's."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError

from rehearsal.estate.clients import EstateClient, EstateClients
from tests.unit.estate.builders import ACCOUNT, World, dns_scenario, scenario


def client(world: World, service: str = "drs", region: str = "us-west-2") -> EstateClient:
    return EstateClients(world.estate).client(service, account=ACCOUNT, region=region)


def refusal_of(client: EstateClient, name: str) -> type[ClientError]:
    found: type[ClientError] = getattr(client.exceptions, name)
    return found


def ids(drs: EstateClient) -> list[dict[str, str]]:
    reply: Any = drs.describe_source_servers()
    return [{"sourceServerID": item["sourceServerID"]} for item in reply["items"]]


def test_method_calls_the_operation_when_named_in_snake_case() -> None:
    drs = client(World())

    reply: Any = drs.start_recovery(sourceServers=ids(drs), isDrill=True)

    assert reply["job"]["initiatedBy"] == "START_DRILL"
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_modelled_exception_is_raised_when_the_service_refuses() -> None:
    drs = client(World())
    drs.start_recovery(sourceServers=ids(drs))

    with pytest.raises(refusal_of(drs, "ConflictException")) as refused:
        drs.start_recovery(sourceServers=ids(drs)[:1])

    assert isinstance(refused.value, ClientError)
    assert refused.value.response["Error"]["Code"] == "ConflictException"


def test_client_error_carries_the_code_when_it_is_not_in_the_model() -> None:
    world = World(scenario(1, faults={"throttling": [{"service": "ec2", "chance": 1}]}))

    with pytest.raises(ClientError) as refused:
        client(world, "ec2").describe_instances()

    assert refused.value.response["Error"]["Code"] == "RequestLimitExceeded"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_further_members_are_in_the_response_when_an_error_has_them() -> None:
    drs = client(World(scenario(2, quotas={"L-B827C881": 1})))

    with pytest.raises(ClientError) as refused:
        drs.start_recovery(sourceServers=ids(drs))

    response: Any = refused.value.response
    assert response["quotaCode"] == "L-B827C881"


def test_paginator_gives_every_item_when_pages_are_short() -> None:
    drs = client(World(scenario(5, page_size=2)))

    pages = list(drs.get_paginator("describe_source_servers").paginate())

    assert [len(page["items"]) for page in pages] == [2, 2, 1]


def test_paginator_follows_three_tokens_when_record_sets_are_listed() -> None:
    route53 = client(World(dns_scenario(page_size=1)), "route53")
    zones: Any = route53.list_hosted_zones()

    pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zones["HostedZones"][0]["Id"])

    assert len([record for page in pages for record in page["ResourceRecordSets"]]) == 6


def test_unknown_parameter_is_refused_when_the_model_has_none() -> None:
    with pytest.raises(ParamValidationError, match="sourceServerIds"):
        client(World()).start_recovery(sourceServerIds=["s-1"])


def test_unknown_method_is_an_attribute_error_when_called() -> None:
    with pytest.raises(AttributeError, match="no operation launch_rockets"):
        client(World()).launch_rockets()


def test_read_times_out_when_the_reply_is_lost() -> None:
    drs = client(World(scenario(1, faults={"lost_replies": [{"operations": ["StartRecovery"]}]})))

    with pytest.raises(ReadTimeoutError):
        drs.start_recovery(sourceServers=ids(drs))


def test_endpoint_cannot_be_reached_when_the_region_is_down() -> None:
    world = World()
    world.estate.fail_region("us-east-1")

    with pytest.raises(EndpointConnectionError):
        client(world, "rds", "us-east-1").describe_db_clusters()


def test_client_is_the_same_when_asked_for_again() -> None:
    clients = EstateClients(World().estate)

    first = clients.client("drs", account=ACCOUNT, region="us-west-2")

    assert clients.client("drs", account=ACCOUNT, region="us-west-2") is first
    assert clients.client("drs", account=ACCOUNT, region="us-east-1") is not first
