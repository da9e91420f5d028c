"""The writes of the port as the items of one TransactWriteItems request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from groundswell.adapters.dynamodb_expressions import Placeholders, condition_expression, update_expression
from groundswell.adapters.dynamodb_values import WireItem, item_to_wire
from groundswell.domain.conditions import Condition
from groundswell.ports.store import Check, Delete, Key, Put, Update, Write

if TYPE_CHECKING:
    from typing import Literal, NotRequired

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef


class _Terms(TypedDict):
    """What every kind of write states besides its own."""

    TableName: str
    ReturnValuesOnConditionCheckFailure: Literal["ALL_OLD"]
    ConditionExpression: NotRequired[str]
    ExpressionAttributeNames: NotRequired[dict[str, str]]
    ExpressionAttributeValues: NotRequired[dict[str, AttributeValueTypeDef]]


def key_to_wire(key: Key) -> WireItem:
    """The key as DynamoDB takes it."""
    return item_to_wire({"pk": key.pk, "sk": key.sk})


def transact_item(table: str, write: Write) -> TransactWriteItemTypeDef:
    """One prepared write; if its condition fails, DynamoDB is to say what stood there."""
    marks = Placeholders()
    match write:
        case Put(item=item):
            return {"Put": {"Item": item_to_wire(item), **_terms(table, write.condition, marks)}}
        case Delete(key=key):
            return {"Delete": {"Key": key_to_wire(key), **_terms(table, write.condition, marks)}}
        case Check(key=key, condition=condition):
            text = condition_expression(condition, marks)
            terms = _terms(table, None, marks)
            return {"ConditionCheck": {"Key": key_to_wire(key), **terms, "ConditionExpression": text}}
        case Update(key=key):
            text = update_expression(write, marks)
            terms = _terms(table, write.condition, marks)
            return {"Update": {"Key": key_to_wire(key), "UpdateExpression": text, **terms}}


def _terms(table: str, condition: Condition | None, marks: Placeholders) -> _Terms:
    terms: _Terms = {"TableName": table, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if condition is not None:
        terms["ConditionExpression"] = condition_expression(condition, marks)
    if marks.names:
        terms["ExpressionAttributeNames"] = marks.names
    if marks.values:
        terms["ExpressionAttributeValues"] = marks.values
    return terms
