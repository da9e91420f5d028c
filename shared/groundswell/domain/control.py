"""Why a person's decision does not apply to an execution as it stands, in words; None where it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groundswell.domain.events.commands import (
    Command,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.identity import Names, unclear
from groundswell.domain.ids import ResourceId
from groundswell.domain.records import Execution, Resource, Wave
from groundswell.domain.states import WORKED_WAVE, ExecutionStatus, ResourceState, WaveStatus

_MAX_NAMED = 5

AboutResources = ResourceRetryRequested | ResourceSkipRequested
AboutWave = WaveApproveRequested | WaveRejectRequested


def objection(command: Command, execution: Execution, waves: Sequence[Wave]) -> str | None:
    """What speaks against the command as far as execution and waves are concerned."""
    against = _to_status(command, execution)
    if against or not isinstance(command, AboutWave | AboutResources):
        return against
    wave = next((each for each in waves if each.wave == command.wave), None)
    if wave is None:
        known = ", ".join(str(each.wave) for each in waves) or "none"
        return f"the execution has no wave {command.wave}; its waves are {known}"
    if isinstance(command, AboutResources):
        return _to_work(wave)
    return _to_approval(wave) or (_to_author(command, execution) if isinstance(command, WaveApproveRequested) else None)


def _to_status(command: Command, execution: Execution) -> str | None:
    status, name = execution.status, execution.execution_id
    if execution.ended_at is not None:
        return f"{name} is over since {execution.ended_at}: it is {status}"
    if status is ExecutionStatus.PLANNING:
        return f"{name} is still being planned; decide when it is accepted, see: dr status {name}"
    if status is ExecutionStatus.CANCELLING:
        return f"{name} is being cancelled; it ends once nothing is in flight, see: dr status {name} --watch"
    if isinstance(command, DRPauseRequested) and status is ExecutionStatus.PAUSED:
        return f"{name} is paused already, since {execution.paused_at}"
    if isinstance(command, DRResumeRequested) and status is not ExecutionStatus.PAUSED:
        return f"{name} is not paused: it is {status}"
    return None


def _to_approval(wave: Wave) -> str | None:
    if not wave.policy.approval:
        return f"wave {wave.wave} needs no approval; to stop it: dr pause, or dr cancel"
    if wave.approved and wave.status in (WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL):
        return (
            f"wave {wave.wave} was approved before and begins when its turn comes; to stop it: dr pause, or dr cancel"
        )
    if wave.status not in (WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL):
        return f"wave {wave.wave} is {wave.status}: there is nothing left to approve"
    return None


def _to_author(command: WaveApproveRequested, execution: Execution) -> str | None:
    """Where two people are to agree, the one who asked does not approve; what cannot be told apart is one person."""
    if not execution.four_eyes or _person(command.decided_by) != _person(execution.requester or command.decided_by):
        return None
    return (
        f"plan {execution.plan} asks for two people: {execution.requester} asked for {execution.execution_id}, so "
        f"somebody else approves wave {command.wave}"
    )


def _person(arn: str) -> str:
    """Who an ARN is, whatever role he is in: the name of the user, or that of the role's session."""
    return arn.rpartition("/")[2].lower()


def _to_work(wave: Wave) -> str | None:
    if wave.status in WORKED_WAVE:
        return None
    begun = "it has not begun" if wave.status in (WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL) else "it is over"
    return f"wave {wave.wave} is {wave.status}: {begun}, and its resources are not to be decided about"


def named_in_full(command: AboutResources, names: Names) -> tuple[AboutResources, str | None]:
    """The command with ids for the names that people wrote, and which of them may mean more than one."""
    found = {written: names.meant_by(written) for written in command.resource_ids}
    doubts = [unclear(written, meant) for written, meant in found.items() if len(meant) > 1]
    ids = dict.fromkeys(meant[0] if meant else ResourceId(written) for written, meant in found.items())
    return command.model_copy(update={"resource_ids": tuple(ids)}), "; ".join(doubts[:_MAX_NAMED]) or None


def objection_to_resources(
    command: AboutResources, known: Mapping[ResourceId, Resource], in_doubt: Mapping[ResourceId, str]
) -> str | None:
    """What speaks against the command as far as the resources that it names, or all failed ones, are concerned.

    `in_doubt` has, of resources with a call whose answer never came, that call's key.
    """
    faults = [fault for name in command.resource_ids if (fault := _fault(command, name, known.get(name)))]
    if isinstance(command, ResourceRetryRequested):
        wanted = command.resource_ids or tuple(in_doubt)
        faults += [_doubt(name, in_doubt[name]) for name in wanted if name in in_doubt]
    if not command.resource_ids and not known:
        return f"nothing in wave {command.wave} has failed"
    if not faults:
        return None
    more = f"; and {len(faults) - _MAX_NAMED} more" if len(faults) > _MAX_NAMED else ""
    return "; ".join(faults[:_MAX_NAMED]) + more


def _fault(command: AboutResources, name: ResourceId, resource: Resource | None) -> str | None:
    if resource is None:
        return f"{name} is not in wave {command.wave}, see: dr resources"
    if resource.state is ResourceState.FAILED:
        return None
    if isinstance(command, ResourceSkipRequested) and resource.state is ResourceState.PENDING:
        return None
    return f"{name} is {resource.state}" + (
        ": wait until it ends" if resource.state is ResourceState.IN_PROGRESS else ": it has not failed"
    )


def _doubt(name: ResourceId, key: str) -> str:
    return (
        f"what became of call {key} for {name} is not known: look at it in its account's console; if it runs, or "
        "cannot be mended, skip it with that reason"
    )
