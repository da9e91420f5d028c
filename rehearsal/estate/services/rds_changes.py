"""RDS: adding an instance to a cluster, and its serverless capacity."""

import re

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.rds_events import announce_created
from rehearsal.estate.services.rds_reads import render_cluster, render_instance
from rehearsal.estate.services.rds_shared import find_cluster, invalid_value
from rehearsal.estate.state.rds import Capacity, DbCluster, DbInstance
from rehearsal.estate.timeline import Timeline

_NAME = re.compile(r"[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)")


@operation("rds", "CreateDBInstance", mutating=True, subject=("DBInstanceIdentifier", "DBClusterIdentifier"))
def create_db_instance(call: Call) -> Reply:
    """An instance in a cluster: the first one makes a headless secondary able to serve."""
    name = call.ask.text("DBInstanceIdentifier").lower()
    if not _NAME.fullmatch(name):
        raise invalid_value(f"The parameter DBInstanceIdentifier is not a valid identifier: {name}")
    if any(name in cluster.instances for cluster in call.site.clusters.values()):
        raise EstateError("DBInstanceAlreadyExists", "DB instance already exists")
    if not call.ask.text("DBClusterIdentifier"):
        raise EstateError("InvalidParameterCombination", "The simulated estate creates instances in clusters only.")
    cluster = find_cluster(call, call.ask.text("DBClusterIdentifier"))
    if call.ask.text("Engine") != cluster.engine:
        message = f"The engine name requested for your DB instance doesn't match that of the cluster: {cluster.engine}"
        raise EstateError("InvalidParameterCombination", message)
    if call.ask.text("DBInstanceClass") == "db.serverless" and cluster.capacity.at(call.now) is None:
        message = "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a "
        raise EstateError("InvalidDBClusterStateFault", f"{message}Serverless v2 DB instance.")
    instance = _create(call, cluster, name)
    call.effects["instance"] = instance.arn
    return {"DBInstance": render_instance(instance, cluster, call.now)}


def _create(call: Call, cluster: DbCluster, name: str) -> DbInstance:
    ready = call.now + call.world.lasts(call.world.scenario.times.rds.create_instance, "create", cluster.arn, name)
    instance = DbInstance(
        identifier=name,
        arn=f"arn:aws:rds:{call.caller.region}:{call.caller.account}:db:{name}",
        cluster_id=cluster.identifier,
        instance_class=call.ask.text("DBInstanceClass"),
        engine=cluster.engine,
        status=Timeline(call.now, "creating").then(ready, "available"),
        created=call.now,
    )
    cluster.instances[name] = instance
    announce_created(call.world, cluster, instance, ready)
    return instance


@operation("rds", "ModifyDBCluster", mutating=True, subject=("DBClusterIdentifier", "ServerlessV2ScalingConfiguration"))
def modify_db_cluster(call: Call) -> Reply:
    """Change the bounds of Aurora Serverless v2; other settings are accepted and not kept."""
    cluster = find_cluster(call, call.ask.text("DBClusterIdentifier"))
    if cluster.status.at(call.now) != "available":
        message = f"DBCluster {cluster.identifier} is not available for modification with status "
        raise EstateError("InvalidDBClusterStateFault", message + cluster.status.at(call.now))
    if "ServerlessV2ScalingConfiguration" in call.ask:
        done = call.now + call.world.lasts(call.world.scenario.times.rds.modify, "modify", cluster.arn, call.now)
        cluster.capacity.then(done, _capacity(call, cluster))
        cluster.status.then(call.now, "modifying").then(done, "available")
    call.effects["cluster"] = cluster.arn
    return {"DBCluster": render_cluster(call.world, cluster, call.now)}


def _capacity(call: Call, cluster: DbCluster) -> Capacity:
    present = cluster.capacity.at(call.now)
    asked = call.ask.node("ServerlessV2ScalingConfiguration")
    least, most = asked.decimal("MinCapacity"), asked.decimal("MaxCapacity")
    least = least if least is not None else present.least if present else None
    most = most if most is not None else present.most if present else None
    if least is None or most is None or not 0 <= least <= most <= 256 or most < 1:
        raise invalid_value("Serverless v2 capacity: 0 <= MinCapacity <= MaxCapacity <= 256, MaxCapacity at least 1.")
    return Capacity(least, most)
