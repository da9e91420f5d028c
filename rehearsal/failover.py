"""One failover of a rehearsal, from the request to its end, watched through the ledger."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell_cli.standing import Standing
from rehearsal.stack import EmbeddedStack

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "rehearsal"
LOOK_SECONDS = 0.25
ACCEPT_SECONDS = 60.0


class RehearsalFailedError(RuntimeError):
    """The rehearsed failover did not go as it should."""


def ledger_of(stack: EmbeddedStack) -> Store:
    """The hub's ledger."""
    return DynamoDbStore(stack.hub.session().client("dynamodb"), stack.outputs["LedgerTable"])


def request_failover(stack: EmbeddedStack, request: dict[str, object]) -> ExecutionId:
    """Put a `DRRequested` on the hub's bus; the id that its execution has or will have."""
    request_id = f"rehearsal-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    entry: PutEventsRequestEntryTypeDef = {
        "EventBusName": stack.outputs["EventBus"],
        "Source": SOURCE,
        "DetailType": "DRRequested",
        "Detail": json.dumps({**request, "request_id": request_id}),
    }
    answer = stack.hub.session().client("events").put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RehearsalFailedError(f"the bus refused the request: {answer['Entries']}")
    return execution_id_of(request_id)


def is_at_rest(standing: Standing) -> bool:
    """Whether it is over or waits for a person."""
    return standing.is_over or standing.waits_for_person


def watch(
    store: Store,
    execution_id: ExecutionId,
    *,
    show: Callable[[Standing], None],
    seconds: float,
    until: Callable[[Standing], bool] = is_at_rest,
    every: float = LOOK_SECONDS,
) -> Standing:
    """Show how it stands, every so many seconds, until it is at rest, or as it is to be.

    Raises:
        RehearsalFailedError: it is not planned within a minute, or not over in time.
    """
    started = time.monotonic()
    while True:
        execution = reading.find_execution(store, execution_id)
        passed = time.monotonic() - started
        if execution is not None:
            standing = Standing(execution, reading.waves(store, execution_id))
            show(standing)
            if until(standing):
                return standing
        elif passed > ACCEPT_SECONDS:
            raise RehearsalFailedError(
                f"nobody took the request up within {ACCEPT_SECONDS:g} s; see plan-execution's log"
            )
        if passed > seconds:
            raise RehearsalFailedError(f"{execution_id} is not over after {seconds:g} s: {execution}")
        time.sleep(every)
