"""`DRRequested` → `DRAccepted` or `DRRejected`."""

from groundswell.bootstrap import planner
from groundswell.entry.functions import each_message
from groundswell.entry.messages import EVENTS, AnyEvent
from groundswell.reactions.plan_execution import Asked


def react(message: AnyEvent) -> None:
    """Plan what was asked for."""
    planner().plan(Asked(message.id, message.source, message.account, message.time, message.detail))


handler = each_message(EVENTS, react)
