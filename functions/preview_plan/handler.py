"""Asked directly, answered directly: what a request would come to. Writes nothing."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundswell.bootstrap import preview
from groundswell.entry.functions import logger


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """The plan of the request in `event`, as JSON."""
    logger.info("previewing")
    return preview().plan(event).model_dump(mode="json")
