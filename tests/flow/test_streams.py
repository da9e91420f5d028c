"""A function on a stream of the embedded stack hears what the relay relies on, also while many threads write."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from groundswell.adapters.dynamodb_store import DynamoDbStore
from groundswell.domain.conditions import Absent, Present
from groundswell.ports.store import Key, Put, Update
from rehearsal.accounts import EmbeddedSession
from rehearsal.emulator import Emulator
from tests.contract.store.racing import side_by_side
from tests.contract.store.table import create_table
from tests.flow.embedded import wait_until
from tests.flow.listening import queue, received

THREADS, TURNS = 6, 5
WRITES = THREADS * TURNS
PK = "EXECUTION#1"
WAVE = Key(PK, "WAVE#001")
ONLY_FACTS: dict[str, object] = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}
"""The relay's own filter (see template.yaml)."""
TELLS_ALL = """
import json, os, time, boto3
sqs = boto3.client("sqs")
def handler(event, context):
    began = time.time_ns()
    told = [[r["eventName"], r["dynamodb"]["Keys"]["sk"]["S"], r["dynamodb"]["NewImage"]] for r in event["Records"]]
    sqs.send_message(QueueUrl=os.environ["TELL"], MessageBody=json.dumps([began, told]))
"""


class Heard(NamedTuple):
    """One record, as the function was given it."""

    event: str
    sk: str
    image: dict[str, dict[str, str]]


def test_function_hears_each_items_changes_in_order_when_threads_write(emulator: Emulator) -> None:
    hub = emulator.account().session()
    hear = followed(hub, "in-order")

    write_facts_and_versions(hub, "in-order")

    told = hear(3 * WRITES)
    versions = [int(heard.image["version"]["N"]) for heard in told if heard.sk == WAVE.sk]
    assert versions == list(range(1, WRITES + 1))
    assert len(told) == 3 * WRITES
    for fact in {heard.sk for heard in told} - {WAVE.sk}:
        assert [heard.event for heard in told if heard.sk == fact] == ["INSERT", "MODIFY"]


def test_function_hears_each_fact_once_when_only_facts_pass_its_filter(emulator: Emulator) -> None:
    hub = emulator.account().session()
    hear = followed(hub, "filtered", ONLY_FACTS)

    write_facts_and_versions(hub, "filtered")

    told = hear(WRITES)
    assert sorted(heard.sk for heard in told) == sorted(fact.sk for fact in facts())
    assert all("unpublished" in heard.image for heard in told)


def facts(thread: int | None = None) -> list[Key]:
    threads = range(THREADS) if thread is None else [thread]
    return [Key(PK, f"EVENT#{number}-{turn}") for number in threads for turn in range(TURNS)]


def write_facts_and_versions(hub: EmbeddedSession, table: str) -> None:
    """Each thread tells facts with the next version of the wave, and takes the mark off each, as the relay does."""
    store = DynamoDbStore(hub.client("dynamodb"), table)

    def write(thread: int) -> None:
        for fact in facts(thread):
            told = Put({"pk": fact.pk, "sk": fact.sk, "unpublished": True}, condition=Absent("pk"))
            store.write(Update(WAVE, add={"version": 1}), told)
            store.write(Update(fact, remove=("unpublished",), condition=Present("unpublished")))

    side_by_side(THREADS, write)


def followed(hub: EmbeddedSession, name: str, pattern: dict[str, object] | None = None) -> Callable[[int], list[Heard]]:
    """A ledger's table of this name with a function on its stream; what comes back waits until so much was heard."""
    create_table(hub.client("dynamodb"), name)
    url, _ = queue(hub, name)
    deploy(hub, name, url)
    hub.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=hub.client("dynamodb").describe_table(TableName=name)["Table"]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
        BatchSize=7,
        FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern or {})}]},
    )
    batches: dict[int, list[Heard]] = {}

    def listen() -> list[Heard]:
        """All records until now; the queue between need not keep the order, so each batch says when it began."""
        for began, told in map(json.loads, received(hub, url)):
            batches[began] = [Heard(*record) for record in told]
        return [record for began in sorted(batches) for record in batches[began]]

    return lambda count: wait_until(listen, done=lambda told: len(told) >= count, what=f"{count} records")


def deploy(hub: EmbeddedSession, name: str, queue_url: str) -> None:
    """The function that tells a queue all that it hears."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", TELLS_ALL)
    hub.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role="arn:aws:iam::111111111111:role/anybody",
        Handler="f.handler",
        Code={"ZipFile": code.getvalue()},
        Timeout=30,
        Environment={"Variables": {"TELL": queue_url}},
    )
