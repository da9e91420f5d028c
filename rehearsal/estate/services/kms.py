"""KMS: the keys that encrypt volumes and databases, and their states. Source: the service model, 2014-11-01."""

import uuid

from rehearsal.estate.caller import Caller
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.state.world import World

EBS, RDS = "ebs", "rds"


def key_arn(world: World, owner: Caller, use: str) -> str:
    """The ARN of the account's key for this use in this Region."""
    name = uuid.UUID(world.dice.token("key", owner.account, owner.region, use, length=32))
    return f"arn:aws:kms:{owner.region}:{owner.account}:key/{name}"


@operation("kms", "DescribeKey", subject=("KeyId",))
def describe_key(call: Call) -> Reply:
    """A key of the caller's account and Region, by id or ARN."""
    asked = call.ask.text("KeyId")
    landing = call.world.scenario.landing.of(call.caller.account)
    for use, state in ((EBS, landing.ebs_key), (RDS, landing.rds_key)):
        arn = key_arn(call.world, call.caller, use)
        if asked in (arn, arn.rpartition("/")[2]):
            return {"KeyMetadata": _metadata(call, arn, state)}
    raise EstateError("NotFoundException", f"Key '{asked}' does not exist")


def _metadata(call: Call, arn: str, state: str) -> Reply:
    return {
        "AWSAccountId": call.caller.account,
        "KeyId": arn.rpartition("/")[2],
        "Arn": arn,
        "Enabled": state == "Enabled",
        "KeyState": state,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyManager": "CUSTOMER",
        "Origin": "AWS_KMS",
    }
