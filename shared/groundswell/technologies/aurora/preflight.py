"""Before anything happens: each target cluster has an instance, or will get one that RDS offers; its key is enabled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from groundswell.domain.preflight import PreflightCheck
from groundswell.domain.protection import Protected
from groundswell.technologies.aurora.clusters import global_clusters, instances_of
from groundswell.technologies.aurora.finding import CLASS_TAG
from groundswell.technologies.aurora.versions import Difference, difference
from groundswell.technologies.checking import KEY_READS, Checks, attempt, keys, named, place_of
from groundswell.technologies.contract import Look

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBClusterTypeDef

READS = (
    "rds:DescribeDBClusters",
    "rds:DescribeDBInstances",
    "rds:DescribeGlobalClusters",
    "rds:DescribeOrderableDBInstanceOptions",
    *KEY_READS,
)
SERVERLESS = "db.serverless"

_INSTANCE, _CLASS, _CLUSTER = "instance in the target cluster", "instance class on offer", "target cluster"
_VERSION, _CAPACITY = "engine version", "serverless capacity"


def check(look: Look, resources: Sequence[Protected]) -> Checks:
    """Looks at all clusters of the account at once; asks for offers only of what is to be created."""
    place, wanted = place_of("aurora", look), {str(each.parameters["cluster"]): each for each in resources}
    clusters = {name: one for name, one in _clusters(look) if name in wanted}
    yield from _there(place, sorted(set(wanted) - set(clusters)))
    if not clusters:
        return
    yield from attempt(place, _VERSION, lambda: _versions(look, place, clusters, wanted))
    yield from attempt(place, _INSTANCE, lambda: _instances(look, place, clusters, wanted))
    users = defaultdict[str, list[str]](list)
    for name, cluster in sorted(clusters.items()):
        if cluster.get("KmsKeyId"):
            users[cluster["KmsKeyId"]].append(name)
    yield from keys(look, "aurora", users)


def _clusters(look: Look) -> Iterator[tuple[str, DBClusterTypeDef]]:
    for page in look.clients.client("rds").get_paginator("describe_db_clusters").paginate():
        yield from ((one.get("DBClusterIdentifier", ""), one) for one in page["DBClusters"])


def _there(place: str, missing: Sequence[str]) -> Iterator[PreflightCheck]:
    if missing:
        found = f"{len(missing)} clusters are not there: {named(missing)}"
        advice = (
            "Find out who deleted them; create them again as secondaries of their global databases, or leave them out."
        )
        yield PreflightCheck.judged(place, _CLUSTER, found, advice=advice)


def _versions(
    look: Look, place: str, clusters: Mapping[str, DBClusterTypeDef], wanted: Mapping[str, Protected]
) -> Iterator[PreflightCheck]:
    """A global database tells its version in every Region of its members: the primary itself is not asked."""
    databases, differing = global_clusters(look), defaultdict[Difference, list[str]](list)
    for name, cluster in sorted(clusters.items()):
        database = databases.get(str(wanted[name].parameters["global_cluster"]), {})
        theirs, ours = database.get("EngineVersion", ""), cluster.get("EngineVersion", "")
        differing[difference(theirs, ours)].append(f"{name} has {ours}, its global database {theirs or 'tells none'}")
    advice = "Upgrade the secondary or the primary, so that both have one version: RDS moves no writer between two."
    if told := differing[Difference.VERSION]:
        found = f"{len(told)} of {len(clusters)} differ from their primary: {named(told)}"
        yield PreflightCheck.judged(place, _VERSION, found, advice=advice)
    if told := differing[Difference.PATCH]:
        found = f"{len(told)} of {len(clusters)} differ by their patch level, which RDS takes of some: {named(told)}"
        yield PreflightCheck.unknown(place, _VERSION, found, advice=advice)
    if len(differing[Difference.NOTHING]) == len(clusters):
        yield PreflightCheck.judged(place, _VERSION, f"{len(clusters)} have the version of their primary", advice="")


def _instances(
    look: Look, place: str, clusters: Mapping[str, DBClusterTypeDef], wanted: Mapping[str, Protected]
) -> Checks:
    """An instance that is being deleted is none. Which is available is found out when it is waited for."""
    states = {
        name: {one.get("DBInstanceStatus") for one in found} - {"deleting"}
        for name, found in instances_of(look, clusters).items()
    }
    headless = sorted(name for name in clusters if not states.get(name))
    untold = [name for name in headless if not isinstance(wanted[name].parameters.get("instance_class"), str)]
    found = (
        f"{len(clusters) - len(headless)} of {len(clusters)} clusters have an instance, {len(headless)} will get one"
    )
    if untold:
        found = f"{found}; nothing says of which class in {len(untold)}: {named(untold)}"
    advice = (
        f"Set the tag {CLASS_TAG} (e.g. db.r6g.large) on these clusters, or add an instance to each." if untold else ""
    )
    yield PreflightCheck.judged(place, _INSTANCE, found, advice=advice)
    yield from _serverless(place, clusters, sorted(set(headless) - set(untold)), wanted)
    orders = defaultdict[tuple[str, str, str], list[str]](list)
    for name in sorted(set(headless) - set(untold)):
        cluster = clusters[name]
        order = (
            cluster.get("Engine", ""),
            cluster.get("EngineVersion", ""),
            str(wanted[name].parameters["instance_class"]),
        )
        orders[order].append(name)
    for order, names in sorted(orders.items()):
        yield from attempt(place, f"{_CLASS}, {order[2]}", partial(_on_offer, look, place, order, names))


def _serverless(
    place: str, clusters: Mapping[str, DBClusterTypeDef], headless: Sequence[str], wanted: Mapping[str, Protected]
) -> Iterator[PreflightCheck]:
    """An instance that scales by itself needs its cluster to say between what: RDS refuses it else."""
    scaled = [name for name in headless if wanted[name].parameters["instance_class"] == SERVERLESS]
    bare = [name for name in scaled if not clusters[name].get("ServerlessV2ScalingConfiguration")]
    if not scaled:
        return
    found = f"{len(scaled) - len(bare)} of {len(scaled)} clusters that get {SERVERLESS} have a scaling configuration"
    advice = (
        f"Set it: aws rds modify-db-cluster --db-cluster-identifier {bare[0]} "
        "--serverless-v2-scaling-configuration MinCapacity=…,MaxCapacity=…"
        if bare
        else ""
    )
    yield PreflightCheck.judged(place, _CAPACITY, f"{found}{f'; not {named(bare)}' if bare else ''}", advice=advice)


def _on_offer(look: Look, place: str, order: tuple[str, str, str], names: Sequence[str]) -> Iterator[PreflightCheck]:
    engine, version, kind = order
    pages = (
        look.clients.client("rds")
        .get_paginator("describe_orderable_db_instance_options")
        .paginate(Engine=engine, EngineVersion=version, DBInstanceClass=kind)
    )
    offered = any(page["OrderableDBInstanceOptions"] for page in pages)
    found = f"{kind} for {engine} {version} is {'' if offered else 'not '}on offer; wanted for {named(names)}"
    advice = f"Set the tag {CLASS_TAG} to a class that RDS offers for this engine version in {look.region}."
    yield PreflightCheck.judged(place, f"{_CLASS}, {kind}", found, advice="" if offered else advice)
