"""`DRRequested` → `DRAccepted` or `DRRejected`."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundswell.bootstrap import planner
from groundswell.domain.acceptance import Asked
from groundswell.entry.functions import each_record
from groundswell.entry.messages import REQUESTS, RequestRecord


def react(record: RequestRecord, _: LambdaContext) -> None:
    """Plan what was asked for."""
    message = record.body
    asked = Asked(message.id, message.source, message.account, message.time, message.detail, record.doubled)
    planner().plan(asked)


handler = each_record(REQUESTS, react)
