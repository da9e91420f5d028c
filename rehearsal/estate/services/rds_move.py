"""The course of a global failover or switchover, known as soon as it is accepted."""

from dataclasses import dataclass, replace

from rehearsal.estate.services.rds_events import announce
from rehearsal.estate.services.rds_resync import plan_resync
from rehearsal.estate.state.rds import GlobalCluster, Move
from rehearsal.estate.state.world import World

_PROMOTED_AFTER = 0.8
_FENCED_AFTER = 0.4


@dataclass(frozen=True, slots=True)
class _Moments:
    """When the move begins, when the old writer stops, when the new one writes, when it is over."""

    begins: float
    fenced: float
    promoted: float
    done: float


def plan_move(world: World, whole: GlobalCluster, move: Move, now: float) -> None:
    """Plan it to its end. The writer flips shortly before the move is over: FailoverState and IsWriter overlap."""
    whole.moves += 1
    whole.moved = True
    times, key = world.scenario.times.rds, (whole.arn, whole.moves)
    begins = now + world.lasts(times.pending, "verify", *key)
    takes = world.lasts(times.failover if move.data_loss else times.switchover, move.status, *key)
    moments = _Moments(begins, begins + _FENCED_AFTER * takes, begins + _PROMOTED_AFTER * takes, begins + takes)
    whole.move.then(now, replace(move, status="pending")).then(begins, move)
    if world.faults.failover_fails(whole.identifier):
        _fail(world, whole, move, moments)
        return
    whole.move.then(moments.done, None)
    whole.writer.then(moments.promoted, move.target.arn)
    move.target.status.then(begins, "promoting").then(moments.done, "available")
    for instance in move.target.instances.values():
        instance.status.then(begins, "rebooting").then(moments.done, "available")
    move.target.resync = None
    if move.data_loss:
        _announce_failover(world, move, moments)
        plan_resync(world, move.source, moments.promoted)
    else:
        _announce_switchover(world, move, moments)
    endpoint = moments.done + world.lasts(times.writer_endpoint, "endpoint", *key)
    message = "Aurora finished changing the DNS name that the global writer endpoint resolves to."
    announce(world, move.target, endpoint, "0397", message)


def _fail(world: World, whole: GlobalCluster, move: Move, moments: _Moments) -> None:
    whole.move.then(moments.promoted, replace(move, status="cancelling")).then(moments.done, None)
    number = "0239" if move.data_loss else "0187"
    announce(world, move.target, moments.done, number, f"{_what(move)} failed.")


def _announce_failover(world: World, move: Move, moments: _Moments) -> None:
    if move.target.instances:
        announce(world, move.target, moments.done, "0238", f"{_what(move)} completed.")
        return
    message = (
        f"Global database failover to DB cluster {move.target.identifier} in global database {move.target.global_id} "
        "completed. The DB cluster has no instances. Create a DB instance to access your data."
    )
    announce(world, move.target, moments.done, "0519", message)


def _announce_switchover(world: World, move: Move, moments: _Moments) -> None:
    source, target = move.source, move.target
    old = f"Old primary DB cluster {source.identifier} in Region {source.owner.region} successfully shut down."
    new = f"New primary DB cluster {target.identifier} in Region {target.owner.region} was successfully promoted."
    announce(world, target, moments.begins, "0181", f"{_what(move)} started.")
    announce(world, target, moments.fenced, "0182", old)
    announce(world, target, moments.promoted, "0184", new)
    announce(world, target, moments.done, "0185", f"{_what(move)} finished.")


def _what(move: Move) -> str:
    kind = "failover" if move.data_loss else "switchover"
    return f"Global {kind} to DB cluster {move.target.identifier} in Region {move.target.owner.region}"
