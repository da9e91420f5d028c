"""EC2: starting, stopping and terminating instances."""

from collections.abc import Callable, Sequence

from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.ec2 import check_ids, find, state_of
from rehearsal.estate.services.ec2_launch import terminate_instance
from rehearsal.estate.state.ec2 import Instance


@operation("ec2", "StartInstances", mutating=True, subject=("InstanceIds",))
def start_instances(call: Call) -> Reply:
    """stopped → pending → running. Starting what runs changes nothing."""
    _check_capacity(call)
    return {"StartingInstances": _change(call, "started", ("stopping", "shutting-down", "terminated"), _start)}


@operation("ec2", "StopInstances", mutating=True, subject=("InstanceIds",))
def stop_instances(call: Call) -> Reply:
    """running → stopping → stopped. Stopping what is stopped changes nothing."""
    return {"StoppingInstances": _change(call, "stopped", ("pending", "shutting-down", "terminated"), _stop)}


@operation("ec2", "TerminateInstances", mutating=True, subject=("InstanceIds",))
def terminate_instances(call: Call) -> Reply:
    """→ shutting-down → terminated. DRS keeps listing the recovery instance, as TERMINATED."""
    return {"TerminatingInstances": _change(call, "terminated", (), _terminate)}


def _change(call: Call, verb: str, refused: tuple[str, ...], act: Callable[[Call, Instance], None]) -> list[Reply]:
    """All or nothing: one instance in the wrong state refuses the call."""
    ids = check_ids(call, call.ask.texts("InstanceIds"))
    _check_states(call, ids, verb, refused)
    if call.ask.flag("DryRun"):
        raise EstateError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
    changes: list[Reply] = []
    for name in ids:
        instance = find(call, name)
        before = instance.state.at(call.now)
        act(call, instance)
        after = instance.state.at(call.now)
        changes.append({"InstanceId": name, "PreviousState": state_of(before), "CurrentState": state_of(after)})
    call.effects["instances"] = list(ids)
    return changes


def _check_states(call: Call, ids: Sequence[str], verb: str, refused: tuple[str, ...]) -> None:
    if not ids:
        raise EstateError("MissingParameter", "The request must contain the parameter InstanceId")
    for name in ids:
        if find(call, name).state.at(call.now) in refused:
            message = f"The instance '{name}' is not in a state from which it can be {verb}."
            raise EstateError("IncorrectInstanceState", message)


def _check_capacity(call: Call) -> None:
    """A lack of capacity is a server's fault to EC2: its status is 500, although nothing was done."""
    for name in call.ask.texts("InstanceIds"):
        instance = call.site.instances.get(name)
        if instance is not None and call.world.faults.lacks_capacity(instance.instance_type):
            message = f"We currently do not have sufficient {instance.instance_type} capacity in the Availability Zone "
            raise EstateError("InsufficientInstanceCapacity", f"{message}you requested ({instance.zone}).", 500)


def _start(call: Call, instance: Instance) -> None:
    if instance.state.at(call.now) == "stopped":
        running = call.now + call.world.lasts(call.world.scenario.times.ec2.pending, "start", instance.instance_id)
        instance.state.then(call.now, "pending").then(running, "running")


def _stop(call: Call, instance: Instance) -> None:
    if instance.state.at(call.now) == "running":
        stopped = call.now + call.world.lasts(call.world.scenario.times.ec2.stopping, "stop", instance.instance_id)
        instance.state.then(call.now, "stopping").then(stopped, "stopped")


def _terminate(call: Call, instance: Instance) -> None:
    if instance.state.at(call.now) not in ("shutting-down", "terminated"):
        terminate_instance(call, instance, call.now)
