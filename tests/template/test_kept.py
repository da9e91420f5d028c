"""What the emulator drops without a word must at least be in the template."""

from __future__ import annotations

import json

from groundswell.ports.store import INDEX_KEYS
from tests.template.stack import Stack


def test_ledger_survives_mistakes(hub: Stack) -> None:
    ledger = hub.resources["Ledger"]

    assert ledger["DeletionPolicy"] == "RetainExceptOnCreate"
    assert ledger["UpdateReplacePolicy"] == "Retain"
    assert ledger["Properties"]["DeletionProtectionEnabled"] == "true"
    assert ledger["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_ledger_is_encrypted_and_streams_both_images(hub: Stack) -> None:
    ledger = hub.resources["Ledger"]["Properties"]

    assert ledger["SSESpecification"]["SSEEnabled"] is True
    assert ledger["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_ledger_has_the_indexes_that_the_code_queries(hub: Stack) -> None:
    declared = {
        index["IndexName"]: (tuple(key["AttributeName"] for key in index["KeySchema"]), index["Projection"])
        for index in hub.resources["Ledger"]["Properties"]["GlobalSecondaryIndexes"]
    }

    assert declared == {index.value: (keys, {"ProjectionType": "ALL"}) for index, keys in INDEX_KEYS.items()}


def test_inventory_is_versioned_encrypted_and_private(hub: Stack) -> None:
    bucket = hub.resources["InventoryBucket"]["Properties"]

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_bus_is_archived_on_aws_only(hub: Stack, embedded: Stack) -> None:
    assert hub.resources["BusArchive"]["Properties"]["SourceArn"] == hub.attribute("Bus", "Arn")
    assert "BusArchive" not in embedded.resources


def test_editions_differ_in_nothing_but_what_the_emulator_refuses(hub: Stack, embedded: Stack) -> None:
    assert hub.resources.keys() - embedded.resources.keys() == {"BusArchive", "MessagesLateAlarm"}


def test_every_function_keeps_its_log_for_a_limited_time(hub: Stack) -> None:
    kept = {log["LogGroupName"]: log["RetentionInDays"] for log in hub.of_type("AWS::Logs::LogGroup").values()}

    for function in hub.of_type("AWS::Serverless::Function").values():
        assert int(kept[f"/aws/lambda/{function['FunctionName']}"]) > 0


def test_relay_hears_of_new_facts_only(hub: Stack) -> None:
    source = hub.resources["RelayEvents"]["Properties"]["Events"]["Facts"]["Properties"]

    (heard,) = source["FilterCriteria"]["Filters"]
    assert json.loads(heard["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "EXECUTION#"}]}, "sk": {"S": [{"prefix": "EVENT#"}]}}},
    }
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == hub.attribute("RelayEventsDeadLetters", "Arn")


def test_layer_is_built_for_the_functions_runtime_and_architecture(hub: Stack) -> None:
    function = hub.resolve(hub.template["Globals"]["Function"])
    layer = hub.resources["SharedLayer"]

    assert layer["Metadata"]["BuildMethod"] == function["Runtime"]
    assert [layer["Metadata"]["BuildArchitecture"]] == function["Architectures"]
