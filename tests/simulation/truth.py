"""What is really so in the estate, whatever the ledger says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from groundswell.domain.records import Resource
from rehearsal.estate.caller import Caller
from rehearsal.estate.engine import Estate
from rehearsal.estate.state.ssm import Automation

if TYPE_CHECKING:
    from tests.simulation.world import World


def is_recovered(world: World, resource: Resource) -> bool:
    """Whether the resource runs in the target Region at this moment."""
    if resource.technology == "mainframe":
        return (resource.execution_id, resource.resource_id) in world.mainframe.recovered
    if resource.technology == "https":
        return world.web.answers_well(str(resource.parameters["url"]))
    return _TRUTHS[resource.technology](world.estate, resource, world.clock.now().timestamp())


def launches_that_last(estate: Estate, server: str) -> int:
    """How many launches of a source server came to an instance, or will."""
    parts = (part for site in estate.world.sites() for job in site.jobs.values() for part in job.participants)
    return sum(part.server_id == server and part.status.last()[1] == "LAUNCHED" for part in parts)


def moves_of(estate: Estate) -> Mapping[str, int]:
    """How often each global database was failed over."""
    return {identifier: cluster.moves for (_, identifier), cluster in estate.world.global_clusters.items()}


def _server_runs(estate: Estate, resource: Resource, now: float) -> bool:
    site = estate.world.site(Caller(resource.account, resource.region))
    server = resource.parameters["source_server_id"]
    return any(
        copy.server_id == server and copy.exists(now) and copy.instance.state.at(now) == "running"
        for copy in site.recovery_instances.values()
    )


def _writer_is_here(estate: Estate, resource: Resource, now: float) -> bool:
    database = estate.world.global_clusters[resource.account, str(resource.parameters["global_cluster"])]
    return database.writer.at(now) == resource.parameters["cluster_arn"] and database.move.at(now) is None


def _name_leads_here(estate: Estate, resource: Resource, now: float) -> bool:
    del now
    wanted = resource.parameters["target_set_identifier"]
    (zone,) = (zone for zone in estate.world.zones[resource.account].values())
    for record in zone.records.values():
        ours = (record["Name"], record.get("SetIdentifier")) == (resource.parameters["record_name"], wanted)
        if ours:
            return record.get("Weight") == 100 or record.get("Failover") == "PRIMARY"
    return False


def _run_succeeded(estate: Estate, resource: Resource, now: float) -> bool:
    """Whether a run of this execution's, of this document, came to a good end everywhere."""
    runs = estate.world.site(Caller(resource.account, resource.region)).runs
    ours, document = resource.execution_id, resource.parameters["document"]
    automations = (one.status.at(now) for one in runs.automations.values() if _is(one, ours, str(document)))
    commands = (one for one in runs.commands.values() if one.document == document and ours in one.comment)
    on_all = (all(each.status.at(now)[1] == "Success" for each in one.invocations) for one in commands)
    return "Success" in automations or any(on_all)


def _is(automation: Automation, execution_id: str, document: str) -> bool:
    return automation.document == document and automation.tags.get("groundswell:execution") == execution_id


def runs_begun(estate: Estate) -> Mapping[tuple[str, str, str], int]:
    """How often each document was begun by each work order, by account: the intent tells the order."""
    begun = Counter[tuple[str, str, str]]()
    for site in estate.world.sites():
        for one in site.runs.automations.values():
            order = one.tags.get("groundswell:intent", "").rpartition(".")[0]
            begun[site.owner.account, one.document, order] += 1
    return begun


_TRUTHS: Mapping[str, Callable[[Estate, Resource, float], bool]] = {
    "drs": _server_runs,
    "aurora": _writer_is_here,
    "route53": _name_leads_here,
    "ssm": _run_succeeded,
}
