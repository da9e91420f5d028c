"""A signed call of a person's → the decision as an event, with its author; or every fault of it."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundswell.bootstrap import door, door_proof
from groundswell.entry.calls import ApiReply, api_reply, signed_call
from groundswell.entry.functions import logger


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> ApiReply:
    """Take one decision."""
    call = signed_call(event, proof=door_proof())
    reply = door().take(call)
    logger.info("at the door", command=call.command, decided_by=call.caller, status=int(reply.status), said=reply.body)
    return api_reply(reply)
