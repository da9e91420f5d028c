"""The messages that functions read off their queues, typed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Generic, Literal, TypeAlias, TypeVar

from pydantic import (
    AliasPath,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    JsonValue,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from groundswell.domain.doubled_keys import UnreadableJsonError, doubled_in_words, doubled_keys
from groundswell.domain.events.commands import (
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.events.envelope import EventData, Metadata
from groundswell.domain.events.work import RecoveryRequested, ResourceFailed, ResourceProgressed, ResourceRecovered
from groundswell.domain.ids import ExecutionId, OrderId

D = TypeVar("D")
B = TypeVar("B")
T = TypeVar("T")


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class BusMessage(_Message, Generic[B]):
    """An event as EventBridge delivers it to a queue."""

    id: str
    source: str
    account: str
    time: AwareDatetime
    detail_type: str = Field(alias="detail-type")
    resources: tuple[str, ...] = ()
    detail: B


class Told(_Message, Generic[D]):
    """The detail of one of our own events."""

    metadata: Metadata
    data: D


class WaveOf(EventData):
    """All that a reaction needs of a fact's data: the wave, where it has one."""

    detail_type: ClassVar[str] = ""
    wave: int = 0


class LookWanted(_Message):
    """Which look at which work order."""

    execution_id: ExecutionId
    wave: int
    order_id: OrderId
    number: int | None = None
    asked_at: AwareDatetime | None = None


class LookMessage(_Message):
    """The message by which a worker asks itself to look again; without a number it is a wake-up that was put off."""

    look: LookWanted


def _said_once(text: object) -> object:
    """The body as it came, if no key of it is there twice."""
    faults = doubled_in_words(_said_twice(text))
    if faults:
        raise PydanticCustomError("doubled", "{faults}", {"faults": "; ".join(faults)})
    return text


def _said_twice(text: object) -> tuple[str, ...]:
    try:
        return doubled_keys(text) if isinstance(text, str) else ()
    except UnreadableJsonError as error:
        raise PydanticCustomError("unreadable", "Invalid JSON: {error}", {"error": str(error)}) from error


class Queued(_Message):
    """A message of a queue. Its body is looked at as the text that it is: once it is read, doubled keys are lost."""

    message_id: str = Field(alias="messageId")
    receives: int = Field(default=1, validation_alias=AliasPath("attributes", "ApproximateReceiveCount"))
    """How often a function was given it, this time too, as far as SQS knows."""


class Record(Queued, Generic[T]):
    """A message that has no key twice."""

    body: Annotated[Json[T], BeforeValidator(_said_once)]


class RequestRecord(Queued):
    """A request: one that has a key twice is answered with a rejection that names it."""

    body: Json[BusMessage[dict[str, JsonValue]]]
    doubled: Annotated[tuple[str, ...], BeforeValidator(_said_twice)] = Field(validation_alias=AliasPath("body"))


class Recovered(BusMessage[Told[ResourceRecovered]]):
    """A technology says that a resource is recovered."""

    detail_type: Literal["ResourceRecovered"] = Field(alias="detail-type")


class Failed(BusMessage[Told[ResourceFailed]]):
    """A technology says that a resource is given up."""

    detail_type: Literal["ResourceFailed"] = Field(alias="detail-type")


class Progressed(BusMessage[Told[ResourceProgressed]]):
    """A technology says that a resource is on its way."""

    detail_type: Literal["ResourceProgressed"] = Field(alias="detail-type")


class PauseMessage(BusMessage[Told[DRPauseRequested]]):
    """Somebody asks for a pause."""

    detail_type: Literal["DRPauseRequested"] = Field(alias="detail-type")


class ResumeMessage(BusMessage[Told[DRResumeRequested]]):
    """Somebody asks to go on."""

    detail_type: Literal["DRResumeRequested"] = Field(alias="detail-type")


class CancelMessage(BusMessage[Told[DRCancelRequested]]):
    """Somebody asks to cancel."""

    detail_type: Literal["DRCancelRequested"] = Field(alias="detail-type")


class ApproveMessage(BusMessage[Told[WaveApproveRequested]]):
    """Somebody approves a wave."""

    detail_type: Literal["WaveApproveRequested"] = Field(alias="detail-type")


class RejectMessage(BusMessage[Told[WaveRejectRequested]]):
    """Somebody rejects a wave."""

    detail_type: Literal["WaveRejectRequested"] = Field(alias="detail-type")


class RetryMessage(BusMessage[Told[ResourceRetryRequested]]):
    """Somebody asks to try resources again."""

    detail_type: Literal["ResourceRetryRequested"] = Field(alias="detail-type")


class SkipMessage(BusMessage[Told[ResourceSkipRequested]]):
    """Somebody asks to go on without resources."""

    detail_type: Literal["ResourceSkipRequested"] = Field(alias="detail-type")


def in_words(error: ValidationError) -> str:
    """What is wrong with a message, without what was given: it may hold the token of an order."""
    faults = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)


AnyEvent: TypeAlias = BusMessage[dict[str, JsonValue]]
Fact: TypeAlias = BusMessage[Told[WaveOf]]
Answer: TypeAlias = Annotated[Recovered | Failed | Progressed, Field(discriminator="detail_type")]
CommandMessage: TypeAlias = Annotated[
    PauseMessage | ResumeMessage | CancelMessage | ApproveMessage | RejectMessage | RetryMessage | SkipMessage,
    Field(discriminator="detail_type"),
]
OrderOrLook: TypeAlias = LookMessage | BusMessage[Told[RecoveryRequested]]

EVENTS: TypeAdapter[Record[AnyEvent]] = TypeAdapter(Record[AnyEvent])
"""Events whose detail is read by the use case, or not at all: AWS's own, and the sweep's ticks."""
REQUESTS: TypeAdapter[RequestRecord] = TypeAdapter(RequestRecord)
"""Requests."""
FACTS: TypeAdapter[Record[Fact]] = TypeAdapter(Record[Fact])
"""Facts about executions and waves."""
ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
"""What technologies answer."""
COMMANDS: TypeAdapter[Record[CommandMessage]] = TypeAdapter(Record[CommandMessage])
"""What people decide."""
LOOKS: TypeAdapter[Record[OrderOrLook]] = TypeAdapter(Record[OrderOrLook])
"""What comes to a technology's queue."""
