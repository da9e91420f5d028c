"""RDS's own events. Ids and messages: Aurora User Guide, "Amazon RDS event categories and event messages"."""

from rehearsal.estate.clock import to_iso
from rehearsal.estate.state.rds import DbCluster, DbInstance
from rehearsal.estate.state.world import World


def announce(world: World, cluster: DbCluster, at: float, number: str, message: str) -> None:
    """An event of the category `global failover` about this cluster, in its Region."""
    detail = {
        "EventCategories": ["global failover"],
        "SourceType": "CLUSTER",
        "SourceArn": cluster.arn,
        "SourceIdentifier": cluster.identifier,
        "Date": to_iso(at),
        "Message": message,
        "EventID": f"RDS-EVENT-{number}",
    }
    kind = ("aws.rds", "RDS DB Cluster Event")
    world.events.plan(at, cluster.owner, kind, resources=[cluster.arn], detail=detail)


def announce_created(world: World, cluster: DbCluster, instance: DbInstance, at: float) -> None:
    """RDS-EVENT-0005: the instance was created."""
    detail = {
        "EventCategories": ["creation"],
        "SourceType": "DB_INSTANCE",
        "SourceArn": instance.arn,
        "SourceIdentifier": instance.identifier,
        "Date": to_iso(at),
        "Message": "DB instance created.",
        "EventID": "RDS-EVENT-0005",
    }
    kind = ("aws.rds", "RDS DB Instance Event")
    world.events.plan(at, cluster.owner, kind, resources=[instance.arn], detail=detail)
