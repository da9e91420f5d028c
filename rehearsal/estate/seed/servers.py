"""The DRS source servers of a scenario."""

import ipaddress
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import count

from rehearsal.estate.caller import Caller
from rehearsal.estate.scenario.faults import Replication
from rehearsal.estate.scenario.model import Scenario, ServerGroup
from rehearsal.estate.scenario.tags import tags_of
from rehearsal.estate.state.drs import LaunchSettings, SourceServer
from rehearsal.estate.state.world import World

_MONTH = 30 * 86400.0
_NETWORK = int(ipaddress.IPv4Address("10.0.0.10"))


def add_servers(world: World) -> None:
    """Source servers in the target Region of every account, replicating for a month."""
    scenario = world.scenario
    for account in scenario.accounts:
        world.site(Caller(account, scenario.target_region)).drs_initialised = True
    addresses = count(_NETWORK)
    servers = [_server(world, group, home, next(addresses)) for group, home in _places(scenario)]
    for server in sorted(servers, key=lambda server: server.server_id):
        world.site(server.home).servers[server.server_id] = server


def _places(scenario: Scenario) -> Iterator[tuple[ServerGroup, tuple[str, str, int]]]:
    for customer, account in scenario.homes():
        for group in scenario.servers:
            for number in range(1, group.per_customer + 1):
                yield group, (customer, account, number)


def _server(world: World, group: ServerGroup, place: tuple[str, str, int], address: int) -> SourceServer:
    customer, account, number = place
    scenario = world.scenario
    name = group.name.format(customer=customer, environment=scenario.environment, account=account, n=number)
    times = group.times or scenario.times.drs
    trouble = _trouble_of(scenario, name)
    server_id = "s-" + world.dice.token("server", account, name)
    home = Caller(account, scenario.target_region)
    return SourceServer(
        server_id=server_id,
        arn=f"arn:aws:drs:{home.region}:{account}:source-server/{server_id}",
        name=name,
        home=home,
        origin=Caller(account, scenario.primary_region),
        origin_instance="i-" + world.dice.token("origin", server_id),
        private_ip=str(ipaddress.IPv4Address(address)),
        tags={"Name": name, **tags_of(scenario, group, customer)},
        disposition=group.launch_disposition,
        launch=LaunchSettings(
            group.instance_type,
            group.recommended_type or group.instance_type,
            group.right_sizing,
            group.disk_gib,
            group.subnet,
            group.copy_private_ip,
        ),
        times=times,
        replication=trouble.state if trouble else "CONTINUOUS",
        lag=trouble.lag if trouble and trouble.lag else times.replication_lag,
        added=world.born - _MONTH,
    )


def _trouble_of(scenario: Scenario, name: str) -> Replication | None:
    return next((rule for rule in scenario.faults.replication if fnmatchcase(name, rule.servers)), None)
