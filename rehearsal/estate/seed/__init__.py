"""Fills a new estate with what its scenario describes."""

from rehearsal.estate.seed.aurora import add_databases
from rehearsal.estate.seed.dns import add_zones
from rehearsal.estate.seed.nodes import add_nodes
from rehearsal.estate.seed.servers import add_servers
from rehearsal.estate.state.world import World


def populate(world: World) -> None:
    """Servers, databases, DNS records and nodes of every customer."""
    add_servers(world)
    add_databases(world)
    add_zones(world)
    add_nodes(world)
