"""How well a source server replicates: as the scenario says, until the Region that it stands in goes down."""

from rehearsal.estate.state.drs import SourceServer
from rehearsal.estate.state.world import World

NOT_LAUNCHABLE = frozenset({"STOPPED", "INITIATING", "INITIAL_SYNC", "DISCONNECTED"})
"""States in which a server has no snapshot to launch from, or has none any more: StopReplication deletes them, and
DisconnectSourceServer all that DRS created to replicate the server."""


def replication_state(world: World, server: SourceServer, now: float) -> str:
    """dataReplicationState. A server whose Region is down is not seen any more and STALLED, however well it was."""
    if world.is_down(server.origin.region, now) and server.replication not in NOT_LAUNCHABLE:
        return "STALLED"
    return server.replication


def lag_seconds(world: World, server: SourceServer, now: float) -> float:
    """How far the copy is behind. It grows while the server's Region is down; otherwise it changes every minute."""
    base = world.dice.sample(server.lag, "lag", server.server_id, int(now // 60))
    outage = world.outages.get(server.origin.region)
    if outage is not None and world.is_down(server.origin.region, now):
        return base + now - outage.since
    return base


def spell_duration(seconds: float) -> str:
    """ISO 8601, e.g. PT1H2M3.5S; a tenth of a second is the finest."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    date = f"{days}D" if days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    return f"P{date}T{clock}{rest / 10:g}S"
