"""RDS: describing global clusters, clusters and instances, and their tags."""

from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.kms import RDS, key_arn
from rehearsal.estate.services.rds_resync import is_resyncing
from rehearsal.estate.services.rds_shared import (
    filtered,
    find_cluster,
    find_global,
    marker_page,
    tag_list,
    visible_globals,
)
from rehearsal.estate.state.rds import DbCluster, DbInstance, GlobalCluster
from rehearsal.estate.state.world import World


@operation("rds", "DescribeGlobalClusters", subject=("GlobalClusterIdentifier",))
def describe_global_clusters(call: Call) -> Reply:
    """Global clusters that have a member in the caller's Region; every member Region shows the same."""
    name = call.ask.text("GlobalClusterIdentifier")
    known = [find_global(call, name)] if name else visible_globals(call)
    for node in call.ask.nodes("Filters"):
        if node.text("Name") != "region":
            raise EstateError("InvalidParameterValue", f"Unrecognized filter name: {node.text('Name')}")
        regions = set(node.texts("Values"))
        known = [item for item in known if any(member.owner.region in regions for member in item.members)]
    return marker_page(
        call,
        known,
        name="GlobalClusters",
        key=lambda item: item.identifier,
        render=lambda item: render_global(call.world, item, call.now),
    )


def render_global(world: World, cluster: GlobalCluster, now: float) -> Reply:
    """A global cluster. FailoverState is absent before the first move and empty when none runs."""
    move = cluster.move.at(now)
    reply: Reply = {
        "GlobalClusterIdentifier": cluster.identifier,
        "GlobalClusterResourceId": cluster.resource_id,
        "GlobalClusterArn": cluster.arn,
        "Status": move.status if move and move.status != "pending" else "available",
        "Engine": cluster.engine,
        "EngineVersion": next(one.version for one in cluster.members if one.arn == cluster.writer.at(now)),
        "StorageEncrypted": True,
        "DeletionProtection": True,
        "Endpoint": f"{cluster.identifier}.global-{world.dice.token('global', cluster.arn, length=12)}"
        ".global.rds.amazonaws.com",
        "GlobalClusterMembers": [_member(world, cluster, member, now) for member in cluster.members],
    }
    if move is not None:
        reply["FailoverState"] = {
            "Status": move.status,
            "FromDbClusterArn": move.source.arn,
            "ToDbClusterArn": move.target.arn,
            "IsDataLossAllowed": move.data_loss,
        }
    elif cluster.moved:
        reply["FailoverState"] = {}
    return reply


def _member(world: World, cluster: GlobalCluster, member: DbCluster, now: float) -> Reply:
    writes = cluster.writer.at(now) == member.arn
    return {
        "DBClusterArn": member.arn,
        "Readers": [other.arn for other in cluster.members if other is not member] if writes else [],
        "IsWriter": writes,
        "GlobalWriteForwardingStatus": "disabled",
        "SynchronizationStatus": "pending-resync" if is_resyncing(world, member, now) else "connected",
    }


@operation("rds", "DescribeDBClusters", subject=("DBClusterIdentifier",))
def describe_db_clusters(call: Call) -> Reply:
    """The clusters of the caller's Region."""
    name = call.ask.text("DBClusterIdentifier")
    known = [find_cluster(call, name)] if name else list(call.site.clusters.values())
    chosen = filtered(
        call,
        known,
        {
            "db-cluster-id": (lambda item: item.identifier, lambda item: item.arn),
            "engine": (lambda item: item.engine,),
        },
    )
    return marker_page(
        call,
        chosen,
        name="DBClusters",
        key=lambda item: item.identifier,
        render=lambda item: render_cluster(call.world, item, call.now),
    )


def render_cluster(world: World, cluster: DbCluster, now: float) -> Reply:
    """A regional cluster. Only the global database's writer has a cluster endpoint that takes writes."""
    whole = world.global_clusters[cluster.owner.account, cluster.global_id]
    writer = whole.writer.at(now)
    suffix = f"{world.dice.token('endpoint', cluster.arn, length=12)}.{cluster.owner.region}.rds.amazonaws.com"
    instances = sorted(cluster.instances.values(), key=lambda item: (item.created, item.identifier))
    reply: Reply = {
        "DBClusterIdentifier": cluster.identifier,
        "DBClusterArn": cluster.arn,
        "DbClusterResourceId": "cluster-" + world.dice.token("resource", cluster.arn, length=26).upper(),
        "Status": cluster.status.at(now),
        "Engine": cluster.engine,
        "EngineVersion": cluster.version,
        "EngineMode": "provisioned",
        "ReaderEndpoint": f"{cluster.identifier}.cluster-ro-{suffix}",
        "Port": 5432 if cluster.engine == "aurora-postgresql" else 3306,
        "StorageEncrypted": True,
        "KmsKeyId": key_arn(world, cluster.owner, RDS),
        "ClusterCreateTime": to_datetime(cluster.created),
        "GlobalClusterIdentifier": cluster.global_id,
        "DBClusterMembers": [
            {
                "DBInstanceIdentifier": item.identifier,
                "IsClusterWriter": writer == cluster.arn and index == 0,
                "PromotionTier": 1,
            }
            for index, item in enumerate(instances)
        ],
        "TagList": tag_list(cluster.tags),
    }
    capacity = cluster.capacity.at(now)
    if capacity is not None:
        reply["ServerlessV2ScalingConfiguration"] = {"MinCapacity": capacity.least, "MaxCapacity": capacity.most}
    if writer == cluster.arn:
        reply["Endpoint"] = f"{cluster.identifier}.cluster-{suffix}"
    else:
        reply["ReplicationSourceIdentifier"] = writer
    return reply


@operation("rds", "DescribeDBInstances", subject=("DBInstanceIdentifier",))
def describe_db_instances(call: Call) -> Reply:
    """The instances of the caller's Region."""
    known = [item for cluster in call.site.clusters.values() for item in cluster.instances.values()]
    name = call.ask.text("DBInstanceIdentifier").rpartition(":")[2].lower()
    if name:
        known = [item for item in known if item.identifier == name]
        if not known:
            raise EstateError("DBInstanceNotFound", f"DBInstance {name} not found.", 404)
    chosen = filtered(
        call,
        known,
        {
            "db-instance-id": (lambda item: item.identifier, lambda item: item.arn),
            "db-cluster-id": (lambda item: item.cluster_id, lambda item: call.site.clusters[item.cluster_id].arn),
            "engine": (lambda item: item.engine,),
        },
    )
    return marker_page(
        call,
        chosen,
        name="DBInstances",
        key=lambda item: item.identifier,
        render=lambda item: render_instance(item, call.site.clusters[item.cluster_id], call.now),
    )


def render_instance(instance: DbInstance, cluster: DbCluster, now: float) -> Reply:
    """An instance of a cluster."""
    return {
        "DBInstanceIdentifier": instance.identifier,
        "DBInstanceArn": instance.arn,
        "DBClusterIdentifier": instance.cluster_id,
        "DBInstanceClass": instance.instance_class,
        "DBInstanceStatus": instance.status.at(now),
        "Engine": instance.engine,
        "EngineVersion": cluster.version,
        "InstanceCreateTime": to_datetime(instance.created),
        "PromotionTier": 1,
    }


@operation("rds", "ListTagsForResource", subject=("ResourceName",))
def list_tags_for_resource(call: Call) -> Reply:
    """The tags of a cluster of the caller's Region, by ARN; instances and global clusters carry none here."""
    arn = call.ask.text("ResourceName")
    if ":cluster:" in arn:
        return {"TagList": tag_list(find_cluster(call, arn).tags)}
    return {"TagList": []}
