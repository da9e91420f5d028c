"""Run Command: a command on each of its nodes. A command just sent has no invocations yet."""

from rehearsal.estate.clock import to_datetime
from rehearsal.estate.errors import EstateError
from rehearsal.estate.operations import Call, Reply, operation
from rehearsal.estate.services.ssm_shared import pages, runs_of
from rehearsal.estate.state.ssm import Command, Invocation


@operation("ssm", "ListCommandInvocations", subject=("CommandId",))
def list_command_invocations(call: Call) -> Reply:
    """The invocations of a command that are to be seen, by instance."""
    command = runs_of(call).commands.get(call.ask.text("CommandId"))
    if command is None:
        raise EstateError("InvalidCommandId", "The specified command ID isn't valid.")
    seen = [one for one in command.invocations if one.listed_at <= call.now]
    seen.sort(key=lambda one: one.instance_id)
    return pages(
        call, "CommandInvocations", seen, lambda one: one.instance_id, lambda one: _render(command, one, call.now)
    )


def _render(command: Command, invocation: Invocation, now: float) -> Reply:
    status, details = invocation.status.at(now)
    return {
        "CommandId": command.command_id,
        "InstanceId": invocation.instance_id,
        "Comment": command.comment,
        "DocumentName": command.document,
        "DocumentVersion": "1",
        "RequestedDateTime": to_datetime(command.created),
        "Status": status,
        "StatusDetails": details,
    }
