"""`RecoveryRequested` → `ResourceRecovered` or `ResourceFailed` for each resource; deployed once a technology."""

from dataclasses import replace

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundswell.bootstrap import worker
from groundswell.entry.functions import each_record
from groundswell.entry.messages import LOOKS, LookMessage, OrderOrLook, Record
from groundswell.reactions.recover.timetable import LookAt


def react(record: Record[OrderOrLook], context: LambdaContext) -> None:
    """Look at one work order."""
    wanted = replace(_wanted(record.body), comes_again=record.receives > 1)
    worker().look(wanted, seconds_left=lambda: context.get_remaining_time_in_millis() / 1000)


def _wanted(message: OrderOrLook) -> LookAt:
    if isinstance(message, LookMessage):
        look = message.look
        return LookAt(look.execution_id, look.wave, look.order_id, look.number, look.asked_at)
    told, order = message.detail.metadata, message.detail.data
    return LookAt(told.execution_id, order.wave, order.order_id, asked_at=told.occurred_at, is_request=True)


handler = each_record(LOOKS, react)
