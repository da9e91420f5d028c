"""The Aurora global databases of a scenario: the writer in the primary Region, a secondary in the target Region."""

from rehearsal.estate.caller import Caller
from rehearsal.estate.scenario.model import AuroraGroup
from rehearsal.estate.scenario.tags import tags_of
from rehearsal.estate.state.rds import Capacity, DbCluster, DbInstance, GlobalCluster, Move
from rehearsal.estate.state.world import World
from rehearsal.estate.timeline import Timeline

_YEAR = 365 * 86400.0
_MOST_CAPACITY = 64.0
_VERSIONS = {"aurora-postgresql": "16.6", "aurora-mysql": "8.0.mysql_aurora.3.08.0"}


def add_databases(world: World) -> None:
    """A global database for each customer and number. The tags are on both members: each Region has its own."""
    for customer, account in world.scenario.homes():
        for group in world.scenario.aurora:
            for number in range(1, group.per_customer + 1):
                _add(world, group, customer, account, number)


def _add(world: World, group: AuroraGroup, customer: str, account: str, number: int) -> None:
    scenario = world.scenario
    fields = {"customer": customer, "environment": scenario.environment, "account": account}
    name = group.name.format(n=number, **fields).lower()
    tags = tags_of(scenario, group, customer, resource_id=f"aurora/{account}/{name}")
    version = group.version or _VERSIONS[group.engine]
    primary = _cluster(world, group, name, Caller(account, scenario.primary_region), tags, version=version)
    second = group.secondary_version or version
    secondary = _cluster(world, group, name, Caller(account, scenario.target_region), tags, version=second)
    _add_instances(world, primary, 2)
    _add_instances(world, secondary, group.secondary_instances)
    world.global_clusters[account, name] = GlobalCluster(
        identifier=name,
        account=account,
        resource_id="cluster-" + world.dice.token("global cluster", account, name, length=16),
        engine=group.engine,
        members=[primary, secondary],
        writer=Timeline(world.born - _YEAR, primary.arn),
        move=Timeline[Move | None](world.born - _YEAR, None),
    )


def _cluster(
    world: World, group: AuroraGroup, name: str, owner: Caller, tags: dict[str, str], *, version: str
) -> DbCluster:
    identifier = f"{name}-{owner.region}"
    least = group.serverless_min_capacity
    capacity = None if least is None else Capacity(least, _MOST_CAPACITY)
    cluster = DbCluster(
        identifier=identifier,
        arn=f"arn:aws:rds:{owner.region}:{owner.account}:cluster:{identifier}",
        owner=owner,
        engine=group.engine,
        version=version,
        global_id=name,
        status=Timeline(world.born - _YEAR, "available"),
        capacity=Timeline[Capacity | None](world.born - _YEAR, capacity),
        tags=dict(tags),
        created=world.born - _YEAR,
    )
    world.site(owner).clusters[identifier] = cluster
    return cluster


def _add_instances(world: World, cluster: DbCluster, count: int) -> None:
    for number in range(1, count + 1):
        name = f"{cluster.identifier}-{number}"
        cluster.instances[name] = DbInstance(
            identifier=name,
            arn=f"arn:aws:rds:{cluster.owner.region}:{cluster.owner.account}:db:{name}",
            cluster_id=cluster.identifier,
            instance_class="db.serverless" if cluster.capacity.at(world.born) else "db.r6g.large",
            engine=cluster.engine,
            status=Timeline(world.born - _YEAR, "available"),
            created=world.born - _YEAR,
        )
