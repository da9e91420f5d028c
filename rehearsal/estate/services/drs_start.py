"""DRS: StartRecovery. It accepts or refuses a call as a whole; what becomes of each server is planned at once."""

from collections.abc import Sequence

from rehearsal.estate.ask import Ask
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.drs_jobs import check_free, check_limits, new_job, render
from rehearsal.estate.services.drs_launch import Launch, plan_launches
from rehearsal.estate.services.drs_servers import snapshot_id, snapshot_moments
from rehearsal.estate.services.drs_shared import at_most, invalid, not_found, ready_site
from rehearsal.estate.services.replication import lag_seconds
from rehearsal.estate.state.drs import SourceServer
from rehearsal.estate.state.world import Site


@operation("drs", "StartRecovery", mutating=True, subject=("sourceServers", "isDrill", "tags"))
def start_recovery(call: Call) -> Reply:
    """Begin a job that launches a recovery instance of each server. One server at fault refuses all of them."""
    site = ready_site(call)
    asked = call.ask.nodes("sourceServers")
    ids = [entry.text("sourceServerID") for entry in asked]
    _check(call, site, ids)
    launches = [Launch(site.servers[entry.text("sourceServerID")], _point(call, site, entry)) for entry in asked]
    drill = call.ask.flag("isDrill")
    tags = {key: str(value) for key, value in call.ask.node("tags").params.items()}
    job = new_job(call, "LAUNCH", "START_DRILL" if drill else "START_RECOVERY", tags)
    plan_launches(call, job, launches, is_drill=drill)
    call.world.log.count_launches(ids)
    call.effects.update(job=job.job_id, servers=ids, drill=drill)
    return {"job": render(job, call.now)}


def _check(call: Call, site: Site, ids: Sequence[str]) -> None:
    if not ids:
        raise invalid("Value at 'sourceServers' failed to satisfy constraint: Member must have length at least 1")
    at_most(ids, 200, "sourceServers")
    if len(set(ids)) < len(ids):
        raise invalid("sourceServers names a source server twice.")
    for server_id in ids:
        if server_id not in site.servers:
            raise not_found("SourceServer", server_id)
    check_limits(call, site, len(ids))
    check_free(call, site, list(ids))


def _point(call: Call, site: Site, entry: Ask) -> float:
    """The moment to launch from: that of the snapshot asked for, or the latest data."""
    server: SourceServer = site.servers[entry.text("sourceServerID")]
    asked = entry.text("recoverySnapshotID")
    if not asked:
        return call.now - lag_seconds(call.world, server, call.now)
    for moment in snapshot_moments(call.world, server, call.now):
        if snapshot_id(call.world, server.server_id, moment) == asked:
            return moment
    raise not_found("RecoverySnapshot", asked)
