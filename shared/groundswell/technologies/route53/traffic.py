"""The steps: check the pair of record sets, then give the traffic to the target's.

Weighted sets change their weights. Failover sets change their roles, so that each keeps its values, its TTL and the
health check of its own endpoint. Which set has the traffic is a state of the world: a change made before counts, and
looking again never turns it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from groundswell.domain.ids import ResourceId
from groundswell.technologies.contract import Done, Failed, InProgress, Intent, Look, NotBegun, Observation, Target
from groundswell.technologies.route53.records import Pair, read_pairs, zone_of

if TYPE_CHECKING:
    from mypy_boto3_route53.type_defs import ChangeTypeDef, ResourceRecordSetUnionTypeDef

CHECK_READS = ("route53:ListResourceRecordSets",)
READS = (*CHECK_READS, "route53:GetChange")
WRITES = ("route53:ChangeResourceRecordSets",)

SETTLE = timedelta(seconds=120)
"""Route 53 usually brings a change to all its servers in less than 60 s."""

BATCH = 30
"""A change batch takes 32,000 characters of values, and each set is counted twice: 30 pairs of the longest names."""


def check(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """INSTANTIATE: the record sets are as declared. Keeps how they stood before."""
    pairs = read_pairs(look, targets)
    return {name: Done({"before": pair.standing}) if isinstance(pair, Pair) else pair for name, pair in pairs.items()}


def observe(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Observation]:
    """ACTIVATE: the target's sets have the traffic, and all of Route 53's servers know it."""
    pairs = read_pairs(look, targets)
    handles = {target.intents[-1].handle for target in targets if target.intents}
    statuses = {handle: _status(look, handle) for handle in sorted(filter(None, handles))}
    return {target.resource_id: _judge(look, target, pairs[target.resource_id], statuses) for target in targets}


def act(look: Look, targets: Sequence[Target], key: str) -> str | None:
    """One change batch, all or nothing. What is no longer as declared is left out, and found by observing."""
    pairs = [pair for pair in read_pairs(look, targets).values() if isinstance(pair, Pair)]
    if not pairs:
        return None
    answer = look.clients.client("route53").change_resource_record_sets(
        HostedZoneId=zone_of(targets[0]),
        ChangeBatch={"Comment": key, "Changes": [change for pair in pairs for change in _changes(pair)]},
    )
    return answer["ChangeInfo"]["Id"]


def _judge(look: Look, target: Target, pair: Pair | Failed, statuses: Mapping[str, str | None]) -> Observation:
    if isinstance(pair, Failed):
        return pair
    if not pair.has_traffic:
        return NotBegun(f"{target.text('record_name')} stands at {pair.standing}")
    change = target.intents[-1] if target.intents else None
    if change is None or _is_everywhere(look, change, statuses):
        return Done({"after": pair.standing})
    return InProgress(f"change {change.handle or '(its id was lost)'} is on its way to all of Route 53's servers")


def _is_everywhere(look: Look, change: Intent, statuses: Mapping[str, str | None]) -> bool:
    """A change that cannot be asked about, because its answer was lost, is given the time that changes take."""
    status = statuses.get(change.handle or "")
    return status == "INSYNC" or (status is None and look.now - change.at >= SETTLE)


def _changes(pair: Pair) -> list[ChangeTypeDef]:
    """Roles are exchanged by delete and create, in one transaction: two sets of a role are refused."""
    if pair.routing == "weighted":
        return [_change("UPSERT", {**pair.target, "Weight": 100}), _change("UPSERT", {**pair.source, "Weight": 0})]
    return [
        _change("DELETE", pair.target),
        _change("DELETE", pair.source),
        _change("CREATE", {**pair.target, "Failover": "PRIMARY"}),
        _change("CREATE", {**pair.source, "Failover": "SECONDARY"}),
    ]


def _change(action: Literal["CREATE", "DELETE", "UPSERT"], record: ResourceRecordSetUnionTypeDef) -> ChangeTypeDef:
    return {"Action": action, "ResourceRecordSet": record}


def _status(look: Look, change: str) -> str | None:
    """PENDING or INSYNC; None where Route 53 no longer knows the change."""
    try:
        return look.clients.client("route53").get_change(Id=change)["ChangeInfo"]["Status"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchChange":
            raise
        return None
