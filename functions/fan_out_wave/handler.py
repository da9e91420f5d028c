"""`WaveStarted` → one `RecoveryRequested` for each work order."""

from groundswell.bootstrap import fan_out
from groundswell.entry.functions import each_message
from groundswell.entry.messages import FACTS, Fact


def react(fact: Fact) -> None:
    """Cut the wave and ask for its orders."""
    told = fact.detail
    fan_out().react(told.metadata.execution_id, told.data.wave, cause=told.metadata.event_id)


handler = each_message(FACTS, react)
