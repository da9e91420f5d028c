"""The ledger's stream → the bus: each fact that was written is published."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundswell.bootstrap import relay
from groundswell.entry.functions import count_in_hub, logger
from groundswell.entry.stream import facts_in


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> None:
    """Publish the facts in a batch of stream records; never fails: what is left marked, the sweep publishes."""
    facts = facts_in(event)
    refused = relay().publish(facts)
    logger.info("relayed", facts=len(facts), refused=[fact.event_id for fact in refused])
    count_in_hub("FactsRefused", len(refused))
