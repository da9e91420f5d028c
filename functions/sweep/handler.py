"""Every minute → whatever went silent is taken up again; a heartbeat says that it was looked after."""

from groundswell.bootstrap import sweeper
from groundswell.entry.functions import count, count_in_hub, each_message, logger
from groundswell.entry.messages import EVENTS, AnyEvent


def react(tick: AnyEvent) -> None:
    """Sweep once. The heartbeat says that the round was made; what did not work in it has an alarm of its own."""
    swept = sweeper().sweep(cause=tick.id)
    for what, error in swept.errors.items():
        logger.error("not swept; tried again in a minute", execution_id=what, reason=repr(error), exc_info=error)
    count("Heartbeat")
    count("OrdersRenewed", swept.renewed_orders)
    count_in_hub("FactsRefused", swept.refused_facts)
    count_in_hub("SweepErrors", len(swept.errors))
    logger.info("swept", **swept.figures())


handler = each_message(EVENTS, react)
