"""DNS names that lead to one of two Regions, declared in the inventory: Route 53 can tag zones, but no records."""

from __future__ import annotations

from datetime import timedelta

from groundswell.domain.operations import Operation, Phase
from groundswell.domain.protection import Finding
from groundswell.technologies.contract import Step, Technology
from groundswell.technologies.route53 import declared_pair, preflight, traffic
from groundswell.technologies.route53.records import zone_of

CONTROL_PLANE = "us-east-1"


def _warn(finding: Finding) -> tuple[str, ...]:
    """Records cannot be changed while the Region of Route 53's control plane is down."""
    if finding.source_region != CONTROL_PLANE:
        return ()
    return (
        f"Route 53 changes records in {CONTROL_PLANE}, the Region that is to be left: if that Region is down, the "
        "change waits until its control plane is back. Let health checks of failover records, or ARC routing controls, "
        "move the traffic instead, or enable accelerated recovery on the hosted zone.",
    )


_CHECK = Step(observe=traffic.check, reads=traffic.CHECK_READS)
_MOVE = Step(
    observe=traffic.observe,
    act=traffic.act,
    batch=traffic.BATCH,
    group=zone_of,
    typical=timedelta(minutes=1),  # Route 53 API reference, GetChange: INSYNC usually within 60 seconds
    reads=traffic.READS,
    writes=traffic.WRITES,
)

TECHNOLOGY = Technology(
    name="route53",
    title="DNS records (Amazon Route 53)",
    summary=(
        "Checks the two record sets of a name, then gives the traffic to the one of the target Region: weight 100 "
        "against 0, or the role PRIMARY; done when all of Route 53's servers know it."
    ),
    steps={
        (Operation.FAILOVER, Phase.INSTANTIATE): _CHECK,
        (Operation.FAILOVER, Phase.ACTIVATE): _MOVE,
        (Operation.SWITCHOVER, Phase.INSTANTIATE): _CHECK,
        (Operation.SWITCHOVER, Phase.ACTIVATE): _MOVE,
    },
    parameters={
        "hosted_zone_id": "The hosted zone, e.g. Z0123456789ABCDEFGHIJ.",
        "record_name": "The DNS name, e.g. shop.example.com; other letters than ASCII in Punycode.",
        "record_type": "The type of both record sets, e.g. A or CNAME.",
        "routing": "weighted or failover.",
        "target_set_identifier": "The identifier of the record set that leads to the target Region.",
        "source_set_identifier": "The identifier of the record set that leads to the Region that is left.",
    },
    flaws=declared_pair.flaws,
    warn=_warn,
    preflight=preflight.check,
    preflight_reads=preflight.READS,
    settle=traffic.SETTLE,
    calls_per_second=5,
    caveats=(
        f"Route 53's control plane is in {CONTROL_PLANE}: while that Region is down no record can be changed, unless "
        "accelerated recovery is enabled on the hosted zone. Answers to queries and health checks go on.",
        "Of a failover pair the roles are exchanged; each set keeps its health check. Give both a health check, or an "
        "alias that evaluates its target: a PRIMARY that is unhealthy still hands its traffic to the SECONDARY.",
        "Only the two declared sets are changed: a third weighted set of the same name keeps its weight, and a plan "
        "warns of one that has any.",
        "A set of weight 0 answers all the same while every set that has weight is unhealthy: then the traffic goes "
        "back to the Region that was left. Take the health check off the target Region's set, or mend what it checks.",
        "Resolvers keep the old answer for up to the record's TTL.",
    ),
)
