"""The nodes of a scenario: instances with agents that are there from the beginning."""

from rehearsal.estate.caller import Caller
from rehearsal.estate.scenario.inventory import node_id_of
from rehearsal.estate.state.ssm import Node
from rehearsal.estate.state.world import World


def add_nodes(world: World) -> None:
    """The nodes of every customer, in the target Region."""
    scenario = world.scenario
    for customer, account in scenario.homes():
        for group in scenario.systems.nodes:
            for number in range(1, group.per_customer + 1):
                fields = {"customer": customer, "environment": scenario.environment, "account": account, "n": number}
                name = group.name.format(**fields)
                tags = {"Name": name, **{key: value.format(**fields) for key, value in group.tags.items()}}
                node = Node(node_id_of(scenario, name, world.seed), tags, group.online)
                world.site(Caller(account, scenario.target_region)).runs.nodes[node.instance_id] = node
