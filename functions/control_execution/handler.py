"""What people decide → the fact that it took effect, or `CommandRefused`."""

from groundswell.bootstrap import controller
from groundswell.domain.events.commands import DOOR_SOURCE
from groundswell.entry.functions import count, count_in_hub, each_message
from groundswell.entry.messages import COMMANDS, CommandMessage
from groundswell.reactions.control_execution import Commanded


def react(message: CommandMessage) -> None:
    """Decide about one command, if it came through the door."""
    told = message.detail.metadata
    if message.source != DOOR_SOURCE:
        count_in_hub("DecisionsNotFromTheDoor")
    commanded = Commanded(message.source, told.event_id, told.execution_id, told.occurred_at, message.detail.data)
    if controller().decide(commanded):
        count("DecisionsRefused")


handler = each_message(COMMANDS, react)
