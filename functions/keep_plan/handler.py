"""A signed call of a person's → a named plan kept as its next version, or every fault of it."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundswell.bootstrap import door_proof, plan_keeper
from groundswell.entry.calls import ApiReply, api_reply, signed_call
from groundswell.entry.functions import logger


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> ApiReply:
    """Keep one plan."""
    call = signed_call(event, proof=door_proof())
    reply = plan_keeper().take(call)
    logger.info("a plan was put", put_by=call.caller, status=int(reply.status), said=reply.body)
    return api_reply(reply)
