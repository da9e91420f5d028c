"""RDS: failover and switchover of a global cluster: which requests are refused.

Sources: the service model (AllowDataLoss and Switchover exclude each other; without either it is a switchover);
Aurora User Guide, "Using switchover or failover in Aurora Global Database": a failover is asked in the Region of the
cluster to promote, a switchover in that of the primary. That any member Region takes a switchover is our reading.
"Upgrading an Amazon Aurora global database": neither goes between clusters of different engine versions; that RDS says
no more of it than InternalFailure is what the field reports of switchovers that it cannot make.
"""

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.rds_move import plan_move
from rehearsal.estate.services.rds_reads import render_global
from rehearsal.estate.services.rds_resync import is_resyncing
from rehearsal.estate.services.rds_shared import find_global, missing_cluster
from rehearsal.estate.state.rds import DbCluster, GlobalCluster, Move

_SUBJECT = ("GlobalClusterIdentifier", "TargetDbClusterIdentifier", "AllowDataLoss", "Switchover")


@operation("rds", "SwitchoverGlobalCluster", mutating=True, subject=_SUBJECT[:2])
def switchover_global_cluster(call: Call) -> Reply:
    """A planned change of the writer, without data loss: both sides must be well."""
    return _switch_over(call)


@operation("rds", "FailoverGlobalCluster", mutating=True, subject=_SUBJECT)
def failover_global_cluster(call: Call) -> Reply:
    """With AllowDataLoss a failover, which does not need the old primary; otherwise a switchover."""
    if call.ask.flag("AllowDataLoss") and call.ask.flag("Switchover"):
        message = "The parameters AllowDataLoss and Switchover can't be specified together."
        raise EstateError("InvalidParameterCombination", message)
    return _fail_over(call) if call.ask.flag("AllowDataLoss") else _switch_over(call)


def _fail_over(call: Call) -> Reply:
    whole, source, target = _sides(call)
    if target.owner.region != call.caller.region:
        raise EstateError(
            "InvalidParameterValue",
            f"A failover must be requested in the Region of the cluster to promote, {target.owner.region}.",
        )
    return _begin(call, whole, Move("failing-over", source, target, data_loss=True))


def _switch_over(call: Call) -> Reply:
    whole, source, target = _sides(call)
    if call.world.is_down(source.owner.region, call.now):
        message = f"The primary DB cluster {source.arn} isn't available, so a switchover isn't possible."
        raise EstateError("InvalidGlobalClusterStateFault", message)
    if is_resyncing(call.world, target, call.now) or not target.instances:
        message = (
            "The switchover request is not successful because replication setup is still in progress. "
            "Please retry the request later."
        )
        raise EstateError("InvalidDBClusterStateFault", message)
    return _begin(call, whole, Move("switching-over", source, target, data_loss=False))


def _sides(call: Call) -> tuple[GlobalCluster, DbCluster, DbCluster]:
    whole = find_global(call, call.ask.text("GlobalClusterIdentifier"))
    arn = call.ask.text("TargetDbClusterIdentifier")
    target, source = whole.member(arn), whole.member(whole.writer.at(call.now))
    if target is None or source is None:
        raise missing_cluster(arn)
    if whole.move.at(call.now) is not None:
        message = f"Global cluster {whole.identifier} is already failing over or switching over."
        raise EstateError("InvalidGlobalClusterStateFault", message)
    if target is source:
        message = f"DB cluster {arn} is already the primary of global cluster {whole.identifier}."
        raise EstateError("InvalidDBClusterStateFault", message)
    if target.status.at(call.now) != "available":
        raise EstateError("InvalidDBClusterStateFault", f"DB cluster {arn} isn't in the available state.")
    return whole, source, target


def _check_versions(source: DbCluster, target: DbCluster) -> None:
    """Major and minor must be the same; the patch too, but for Aurora PostgreSQL, which does not always tell it."""
    parts = 2 if source.engine == "aurora-postgresql" else None
    if source.version.split(".")[:parts] != target.version.split(".")[:parts]:
        message = "An internal error has occurred. Please try your query again at a later time."
        raise EstateError("InternalFailure", message, 500)


def _begin(call: Call, whole: GlobalCluster, move: Move) -> Reply:
    _check_versions(move.source, move.target)
    plan_move(call.world, whole, move, call.now)
    call.effects.update(global_cluster=whole.identifier, target=move.target.arn, data_loss=move.data_loss)
    return {"GlobalCluster": render_global(call.world, whole, call.now)}
