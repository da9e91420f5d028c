"""What a failover leaves behind: the old writer is rebuilt from the new one, as soon as its Region is up."""

from rehearsal.estate.services.rds_events import announce
from rehearsal.estate.state.rds import DbCluster, Resync
from rehearsal.estate.state.world import World


def is_resyncing(world: World, cluster: DbCluster, now: float) -> bool:
    """Whether this member is behind (SynchronizationStatus pending-resync)."""
    if cluster.resync is None or now < cluster.resync.since:
        return False
    return world.is_down(cluster.owner.region, now) or now < _ends(world, cluster, cluster.resync)


def plan_resync(world: World, cluster: DbCluster, since: float) -> None:
    """From `since` on the member is behind; it catches up by itself once its Region is up."""
    cluster.resync = Resync(since, world.lasts(world.scenario.times.rds.resync, "resync", cluster.arn, since))
    if not world.is_down(cluster.owner.region, since):
        _announce(world, cluster, cluster.resync)


def region_is_back(world: World, region: str) -> None:
    """The resynchronisations that waited for this Region begin."""
    for whole in world.global_clusters.values():
        for cluster in whole.members:
            if cluster.owner.region == region and cluster.resync is not None:
                _announce(world, cluster, cluster.resync)


def _begins(world: World, cluster: DbCluster, resync: Resync) -> float:
    outage = world.outages.get(cluster.owner.region)
    return max(resync.since, outage.until) if outage and outage.until is not None else resync.since


def _ends(world: World, cluster: DbCluster, resync: Resync) -> float:
    return _begins(world, cluster, resync) + resync.takes


def _announce(world: World, cluster: DbCluster, resync: Resync) -> None:
    where = f"DB cluster {cluster.identifier} in Region {cluster.owner.region} after global failover."
    announce(world, cluster, _begins(world, cluster, resync), "0240", f"Started resynchronizing members of {where}")
    announce(world, cluster, _ends(world, cluster, resync), "0241", f"Finished resynchronizing members of {where}")
