"""The failover that most tests look at: one bare request with the AWS CLI, three waves of all technologies."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.records import Resource
from tests.flow.desk import RUN_SECONDS, Desk
from tests.flow.listening import Listener, listen_on
from tests.flow.notices import Notices, subscribe

CUSTOMER = "customer-a"
PRIMARY, TARGET = "us-east-1", "us-west-2"
BARE = {"Customer": CUSTOMER, "Environment": "production", "Operation": "failover"}


@dataclass(frozen=True)
class Failover:
    """A failover that is over, and what was heard of it."""

    request_id: str
    execution_id: ExecutionId
    resources: Mapping[str, Resource]
    listener: Listener
    notices: Notices
    began_ms: int
    dead_letters_before: int

    def of(self, technology: str) -> list[Resource]:
        """Its resources of a technology."""
        return [each for each in self.resources.values() if each.technology == technology]


def fail_over(desk: Desk) -> Failover:
    """Ask as somebody without `dr` would, and wait as somebody with it would."""
    embedded = desk.embedded
    listener = listen_on(embedded.hub(), embedded.outputs["EventBus"])
    notices = subscribe(embedded, CUSTOMER)
    began_ms, before = int(1000 * time.time()), dead_letters(desk)
    entry = {
        "EventBusName": embedded.outputs["EventBus"],
        "Source": "operator",
        "DetailType": "DRRequested",
        "Detail": json.dumps(BARE),
    }
    printed = embedded.operator.run_well("aws", "events", "put-events", "--entries", json.dumps([entry]))
    request_id = json.loads(printed)["Entries"][0]["EventId"]
    execution_id = execution_id_of(request_id)
    desk.wait_for_answer(execution_id)
    watching = ("dr", "status", request_id, "--watch", "--timeout", f"{RUN_SECONDS:.0f}")
    embedded.operator.run_well(*watching, timeout_seconds=RUN_SECONDS + 60)
    return Failover(request_id, execution_id, desk.resources(execution_id), listener, notices, began_ms, before)


def dead_letters(desk: Desk) -> int:
    """Messages that were given up, and events that reached no queue."""
    names = [name for name in desk.embedded.outputs if name.endswith("DeadLettersUrl") or name == "UndeliveredUrl"]
    return sum(desk.waiting(name) for name in names)
