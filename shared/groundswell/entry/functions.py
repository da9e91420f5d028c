"""Functions that read a queue: one message at a time, or a batch as a batch."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter, ValidationError

from groundswell.domain.errors import PermanentError, StaleWriteError
from groundswell.entry.messages import Queued, Record, in_words

T = TypeVar("T")
R = TypeVar("R", bound=Queued)
Handler: TypeAlias = Callable[[dict[str, Any], LambdaContext], PartialItemFailureResponse]
"""What Lambda calls with an SQS event; the answer names the messages that are to come again."""
MESSAGES_FAILED = "MessagesFailed"
"""The metric that an alarm hears of the first failure by: a message is a dead letter only ten minutes later."""

logger = Logger()
metrics = Metrics()


def each_message(kind: TypeAdapter[Record[T]], react: Callable[[T], None]) -> Handler:
    """A function that reacts to one message at a time; one that fails does not hold up the others.

    A `StaleWriteError` means a duplicate and ends the message; every other error brings it again, and at last to the
    dead-letter queue with its reason in the log.
    """
    return each_record(kind, lambda record, _: react(record.body))


def each_record(kind: TypeAdapter[R], react: Callable[[R, LambdaContext], None]) -> Handler:
    """As `each_message`, for reactions that heed how often a message came, and how much time is left."""

    def react_to_record(record: SQSRecord, lambda_context: LambdaContext) -> None:
        understood = _understood(kind, record.raw_event)
        try:
            react(understood, lambda_context)
        except StaleWriteError as stale:
            logger.info("dropped as a duplicate", reason=str(stale))

    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
        logger.info("woken", messages=len(event["Records"]))
        processor = _Processor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(event, react_to_record, processor, context)

    return handler


def whole_batch(
    kind: TypeAdapter[Record[T]], react: Callable[[Sequence[Record[T]]], Mapping[str, Exception]]
) -> Handler:
    """A function that reacts to a batch as one; `react` answers with the messages that failed, and why."""

    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics
    def handler(event: dict[str, Any], _: LambdaContext) -> PartialItemFailureResponse:
        logger.info("woken", messages=len(event["Records"]))
        understood, failed = list[Record[T]](), dict[str, Exception]()
        for record in event["Records"]:
            try:
                understood.append(_understood(kind, record))
            except PermanentError as error:
                failed[record["messageId"]] = error
        try:
            failed |= react(understood)
        except Exception:
            count_in_hub(MESSAGES_FAILED, len(event["Records"]))
            raise
        for message_id, reason in failed.items():
            _tell_failure(message_id, reason)
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def count(name: str, number: int = 1) -> None:
    """Count something in a metric of this function."""
    if number:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=number)


def count_in_hub(name: str, number: int = 1) -> None:
    """Count something that rings an alarm of the whole hub: in a metric of this function, and in one of all."""
    if number:
        told = EphemeralMetrics()
        told.add_metric(name=name, unit=MetricUnit.Count, value=number)
        told.add_dimensions(hub=os.environ["HUB"])
        told.flush_metrics()


def _understood(adapter: TypeAdapter[R], record: object) -> R:
    try:
        return adapter.validate_python(record)
    except ValidationError as error:
        raise PermanentError(f"the message cannot be understood: {in_words(error)}") from None  # nor in the traceback


def _tell_failure(message_id: str, error: BaseException) -> None:
    count_in_hub(MESSAGES_FAILED)
    logger.error("the message failed and comes again", message_id=message_id, reason=str(error), exc_info=error)


class _Processor(BatchProcessor):
    """Says why a message failed, in the log and to the alarm."""

    def failure_handler(self, record: Any, exception: Any) -> Any:
        """Tell of it, then let the library note the failure."""
        _tell_failure(getattr(record, "message_id", "?"), exception[1])
        return super().failure_handler(record, exception)
