"""`DRRequested` → `DRAccepted` or `DRRejected`."""

from groundswell.bootstrap import planner
from groundswell.domain.acceptance import Asked
from groundswell.entry.functions import each_message
from groundswell.entry.messages import EVENTS, AnyEvent


def react(message: AnyEvent) -> None:
    """Plan what was asked for."""
    planner().plan(Asked(message.id, message.source, message.account, message.time, message.detail))


handler = each_message(EVENTS, react)
