"""`DRAccepted`, `WaveCompleted`, `WaveFailed` → `WaveStarted`, `WaveAwaitingApproval`, `DRCompleted`, `DRFailed`."""

from groundswell.bootstrap import CLOCK, store
from groundswell.entry.functions import each_message
from groundswell.entry.messages import FACTS, Fact
from groundswell.reactions.advance_execution import advance


def react(fact: Fact) -> None:
    """Do what is due for the execution."""
    advance(store(), CLOCK, fact.detail.metadata.execution_id, cause=fact.detail.metadata.event_id)


handler = each_message(FACTS, react)
