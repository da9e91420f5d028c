"""AWS's own events → one immediate look at the work order of the resource that they name."""

from collections.abc import Mapping, Sequence

from groundswell.bootstrap import waker
from groundswell.entry.functions import count, whole_batch
from groundswell.entry.messages import EVENTS, AnyEvent, Record
from groundswell.reactions.wake_work import AwsEvent


def react(batch: Sequence[Record[AnyEvent]]) -> Mapping[str, Exception]:
    """Wake the orders that a batch of events is about."""
    count("OrdersWoken", waker().wake(_named(record.body) for record in batch))
    return {}


def _named(event: AnyEvent) -> AwsEvent:
    arn = event.detail.get("SourceArn")
    return AwsEvent(event.account, (*event.resources, *([arn] if isinstance(arn, str) else [])))


handler = whole_batch(EVENTS, react)
