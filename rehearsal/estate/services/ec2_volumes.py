"""EC2: EBS volumes. DRS keeps one in the staging area for each disk; each launched instance has one of its own."""

from collections.abc import Iterator

from rehearsal.estate.clock import to_datetime
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.ec2_shared import Values, filtered, page, tags_of
from rehearsal.estate.services.kms import EBS, key_arn

_GONE = frozenset({"terminated", "shutting-down"})


@operation("ec2", "DescribeVolumes", subject=("Filters",))
def describe_volumes(call: Call) -> Reply:
    """The caller's volumes in the Region; all encrypted with the scenario's key."""
    found = filtered(call, [*_staging(call), *_of_instances(call)], _values)
    return page(call, "Volumes", found, "VolumeId")


def _staging(call: Call) -> Iterator[Reply]:
    for server in call.site.servers.values():
        tags = {
            "AWSElasticDisasterRecoveryManaged": "drs.amazonaws.com",
            "AWSElasticDisasterRecoverySourceServerID": server.server_id,
        }
        yield _volume(call, ("staging", server.server_id), server.launch.disk_gib, tags, server.added)


def _of_instances(call: Call) -> Iterator[Reply]:
    for instance in call.site.instances.values():
        if instance.launched_at <= call.now and instance.state.at(call.now) not in _GONE:
            key = ("launched", instance.instance_id)
            volume = _volume(call, key, instance.disk_gib, instance.tags, instance.launched_at)
            attachment: Reply = {"InstanceId": instance.instance_id, "Device": "/dev/xvda", "State": "attached"}
            yield {**volume, "State": "in-use", "Attachments": [attachment]}


def _volume(call: Call, key: tuple[str, str], gib: int, tags: dict[str, str], created: float) -> Reply:
    return {
        "VolumeId": "vol-" + call.world.dice.token("volume", *key),
        "VolumeType": "gp3",
        "Size": gib,
        "State": "available",
        "AvailabilityZone": f"{call.caller.region}a",
        "CreateTime": to_datetime(created),
        "Encrypted": True,
        "KmsKeyId": key_arn(call.world, call.caller, EBS),
        "Attachments": [],
        "Tags": tags_of(tags),
    }


def _values(volume: Reply) -> Values:
    tags = volume["Tags"]
    assert isinstance(tags, list)  # noqa: S101 - narrows: made above
    named = {f"tag:{tag['Key']}": [str(tag["Value"])] for tag in tags}
    return {"volume-type": [str(volume["VolumeType"])], "volume-id": [str(volume["VolumeId"])], **named}
