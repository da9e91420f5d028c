"""Every minute → whatever went silent is taken up again; a heartbeat says that it was looked after."""

from groundswell.bootstrap import sweeper
from groundswell.entry.functions import count, each_message, logger
from groundswell.entry.messages import EVENTS, AnyEvent


def react(tick: AnyEvent) -> None:
    """Sweep once."""
    swept = sweeper().sweep(cause=tick.id)
    count("Heartbeat")
    count("OrdersRenewed", swept.renewed_orders)
    count("FactsRefused", swept.refused_facts)
    logger.info("swept", **vars(swept))


handler = each_message(EVENTS, react)
