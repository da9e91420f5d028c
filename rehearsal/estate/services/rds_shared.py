"""What all RDS operations have in common: errors, markers, filters. Source: the service model, 2014-10-31."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply
from rehearsal.estate.paging import BadTokenError, page_of
from rehearsal.estate.state.rds import DbCluster, GlobalCluster

Item = TypeVar("Item")
Pick = Callable[[Item], str]


def invalid_value(message: str) -> EstateError:
    """InvalidParameterValue."""
    return EstateError("InvalidParameterValue", message)


def missing_cluster(name: str) -> EstateError:
    """DBClusterNotFoundFault."""
    return EstateError("DBClusterNotFoundFault", f"DBCluster {name} not found.", 404)


def find_cluster(call: Call, name: str) -> DbCluster:
    """A cluster of the caller's Region by identifier (any case) or ARN."""
    wanted = name.rpartition(":")[2].lower()
    cluster = call.site.clusters.get(wanted)
    if cluster is None or (name.startswith("arn:") and cluster.arn.lower() != name.lower()):
        raise missing_cluster(name)
    return cluster


def visible_globals(call: Call) -> list[GlobalCluster]:
    """The account's global clusters with a member in the caller's Region."""
    return [
        cluster
        for (account, _), cluster in sorted(call.world.global_clusters.items())
        if account == call.caller.account and any(member.owner == call.caller for member in cluster.members)
    ]


def find_global(call: Call, name: str) -> GlobalCluster:
    """A global cluster that the caller's Region knows, by identifier in any case."""
    for cluster in visible_globals(call):
        if cluster.identifier.lower() == name.lower():
            return cluster
    raise EstateError("GlobalClusterNotFoundFault", f"Global cluster {name} not found.", 404)


def filtered(call: Call, items: Sequence[Item], picks: Mapping[str, tuple[Pick[Item], ...]]) -> list[Item]:
    """The items that every filter lets through. An unknown filter is an error, as on RDS."""
    kept = list(items)
    for node in call.ask.nodes("Filters"):
        picked = picks.get(node.text("Name"))
        if picked is None:
            raise invalid_value(f"Unrecognized filter name: {node.text('Name')}")
        wanted = {value.lower() for value in node.texts("Values")}
        kept = [item for item in kept if any(pick(item).lower() in wanted for pick in picked)]
    return kept


def marker_page(
    call: Call, items: Sequence[Item], *, name: str, key: Pick[Item], render: Callable[[Item], Reply]
) -> Reply:
    """One page of `items` under `name`, with the Marker of the next. MaxRecords is 20 to 100, a page may be shorter."""
    asked = call.ask.number("MaxRecords")
    if asked is not None and not 20 <= asked <= 100:
        raise invalid_value(f"Invalid value {asked} for MaxRecords. Must be between 20 and 100")
    size = min(asked or 100, call.world.scenario.page_size)
    try:
        chosen, marker = page_of(sorted(items, key=key), key, token=call.ask.text("Marker"), size=size)
    except BadTokenError as error:
        raise invalid_value("Invalid value for Marker") from error
    reply: Reply = {name: [render(item) for item in chosen]}
    return reply if marker is None else {**reply, "Marker": marker}


def tag_list(tags: Mapping[str, str]) -> list[Reply]:
    """Tags as RDS and Route 53 list them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
