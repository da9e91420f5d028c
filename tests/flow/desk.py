"""Where the tests sit: they ask for operations over the bus, and follow what comes of it in ledger and estate."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import uuid4

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.records import Execution, Hold, Resource, StoredEvent
from groundswell.domain.states import ExecutionStatus
from groundswell.ledger import keys, reading
from groundswell_cli.standing import Standing
from rehearsal.accounts import EmbeddedSession
from tests.flow.embedded import Embedded, wait_until

RUN_SECONDS = 150.0
"""What an execution may take at most, on a machine that is busy with other things; it takes ten on one that is not."""
Body = Mapping[str, object]


def production(customer: str, **more: object) -> dict[str, object]:
    """The request to fail a customer's production over."""
    return {"operation": "failover", "customer": customer, "environment": "production", **more}


@dataclass(frozen=True)
class Desk:
    """Asks, and follows."""

    embedded: Embedded

    @cached_property
    def session(self) -> EmbeddedSession:
        """The hub's account."""
        return self.embedded.hub()

    @cached_property
    def store(self) -> DynamoDbStore:
        """The ledger."""
        return DynamoDbStore(self.session.client("dynamodb"), self.embedded.outputs["LedgerTable"])

    def ask(self, body: Body) -> ExecutionId:
        """Put one request on the bus; the id that its execution has or will have."""
        return self.ask_at_once([body])[0]

    def ask_at_once(self, bodies: Iterable[Body]) -> list[ExecutionId]:
        """Put up to ten requests on the bus in one call; one without a `request_id` gets one."""
        named = [{"request_id": f"flow-{uuid4().hex[:12]}", **body} for body in bodies]
        self.put("DRRequested", named)
        return [execution_id_of(str(body["request_id"])) for body in named]

    def put(self, detail_type: str, details: Iterable[Body], *, source: str = "operator") -> None:
        """Put events on the hub's bus."""
        bus = self.embedded.outputs["EventBus"]
        answer = self.session.client("events").put_events(
            Entries=[
                {"EventBusName": bus, "Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
                for detail in details
            ]
        )
        assert answer["FailedEntryCount"] == 0, answer

    def execution(self, execution_id: ExecutionId) -> Execution | None:
        """The execution, as soon as the ledger has it."""
        return reading.find_execution(self.store, execution_id)

    def standing(self, execution_id: ExecutionId) -> Standing | None:
        """The execution with its waves."""
        found = self.execution(execution_id)
        return Standing(found, reading.waves(self.store, execution_id)) if found else None

    def wait_for_answer(self, execution_id: ExecutionId, *, seconds: float = 60) -> Execution:
        """Until the request is accepted or rejected."""

        def is_answered(found: Execution | None) -> bool:
            return found is not None and found.status is not ExecutionStatus.PLANNING

        what = f"the answer to the request of {execution_id}"
        found = wait_until(lambda: self.execution(execution_id), done=is_answered, what=what, timeout_seconds=seconds)
        assert found is not None
        return found

    def wait_until_over(self, execution_id: ExecutionId, *, seconds: float = RUN_SECONDS) -> Standing:
        """Until the execution has ended or waits for a person."""

        def is_over(found: Standing | None) -> bool:
            return found is not None and (found.is_over or found.waits_for_person)

        what = f"the end of {execution_id}"
        found = wait_until(lambda: self.standing(execution_id), done=is_over, what=what, timeout_seconds=seconds)
        assert found is not None
        return found

    def run(self, body: Body, *, seconds: float = RUN_SECONDS) -> Standing:
        """Ask, and wait until the execution has ended or waits for a person."""
        return self.wait_until_over(self.ask(body), seconds=seconds)

    def resources(self, execution_id: ExecutionId) -> dict[str, Resource]:
        """The resources of the execution, by name."""
        waves = reading.waves(self.store, execution_id)
        found = (each for wave in waves for each in reading.resources(self.store, wave.lanes))
        return {each.name: each for each in found}

    def facts(self, execution_id: ExecutionId) -> list[StoredEvent]:
        """What the ledger tells of the execution, in order."""
        return reading.facts(self.store, execution_id)

    def told(self, execution_id: ExecutionId, detail_type: str) -> list[dict[str, object]]:
        """The data of the facts of this type, in order."""
        return [json.loads(fact.detail)["data"] for fact in self.facts(execution_id) if fact.detail_type == detail_type]

    def holders(self, resources: Iterable[Resource]) -> set[ExecutionId]:
        """The executions whose holds are on these resources."""
        held = self.store.get_many([keys.hold_key(resource.resource_id) for resource in resources])
        return {Hold.of(item).execution_id for item in held}

    def sweep(self) -> None:
        """Have the sweep run now, as it does by itself every minute, and wait until it has."""
        self.send_tick()
        wait_until(lambda: self.waiting("SweepQueueUrl"), done=lambda left: left == 0, what="the sweep's end")

    def waiting(self, queue: str) -> int:
        """How many messages are in a queue, named by its output, or in the hands of its function."""
        url = self.embedded.outputs[queue]
        answer = self.session.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(answer["ApproximateNumberOfMessages"]) + int(answer["ApproximateNumberOfMessagesNotVisible"])

    def send_tick(self) -> None:
        """Put the event that makes the sweep run into its queue."""
        tick = {
            "id": uuid4().hex,
            "source": "aws.events",
            "account": self.embedded.stack.hub.account_id,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "detail-type": "Scheduled Event",
            "detail": {},
        }
        queue = self.embedded.outputs["SweepQueueUrl"]
        self.session.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(tick))
