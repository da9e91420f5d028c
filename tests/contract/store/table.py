"""The ledger's table as tests create it: the names come from the port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundswell.ports.store import INDEX_KEYS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeDefinitionTypeDef,
        GlobalSecondaryIndexTypeDef,
        KeySchemaElementTypeDef,
    )


def create_table(client: DynamoDBClient, name: str) -> None:
    """A table that is ready to use: on demand, with its indexes, and a stream of old and new images."""
    client.create_table(
        TableName=name,
        KeySchema=_schema("pk", "sk"),
        AttributeDefinitions=_attributes(),
        GlobalSecondaryIndexes=_indexes(),
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.get_waiter("table_exists").wait(TableName=name)


def _schema(partition: str, sort: str) -> list[KeySchemaElementTypeDef]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def _attributes() -> list[AttributeDefinitionTypeDef]:
    names = {"pk", "sk"}.union(*INDEX_KEYS.values())
    return [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)]


def _indexes() -> list[GlobalSecondaryIndexTypeDef]:
    return [
        {
            "IndexName": index.value,
            "KeySchema": _schema(partition, sort),
            "Projection": {"ProjectionType": "ALL"},
        }
        for index, (partition, sort) in INDEX_KEYS.items()
    ]
