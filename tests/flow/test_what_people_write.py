"""What people write wrongly, over the wire: it costs what it stands in, is named, and starts nothing by itself."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from groundswell.domain.events.facts import Remark
from groundswell.domain.ids import execution_id_of
from groundswell.domain.records import Execution
from groundswell.domain.states import ExecutionStatus
from tests.flow.desk import Desk, production

FILES = {
    "a-date.yaml": b"- resource_id: a\n  tags: {Reviewed: 2026-02-30}\n",
    "brackets.json": b"[" * 5000 + b"]" * 5000,
    "bytes.YML": b"\xff\xfe\x00",
    "old.yaml.bak": b"- {}\n",
}


@pytest.fixture
def planned_beside_bad_files(desk: Desk) -> Iterator[Execution]:
    """A dry run whose plan was made while these files were in the inventory."""
    s3, bucket = desk.session.client("s3"), desk.embedded.outputs["InventoryBucket"]
    for key, body in FILES.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    try:
        yield desk.wait_for_answer(desk.ask(production("customer-b", dry_run=True)))
    finally:
        for key in FILES:
            s3.delete_object(Bucket=bucket, Key=key)


def test_everything_else_is_planned_and_each_bad_file_is_named(planned_beside_bad_files: Execution) -> None:
    assert planned_beside_bad_files.status is ExecutionStatus.COMPLETED
    left_out = _reasons(planned_beside_bad_files.left_out)
    assert "line 2, column 20 (tags.Reviewed): '2026-02-30' is no value" in left_out["inventory a-date.yaml entry 1"]
    assert "nested deeper than 40 levels" in left_out["inventory brackets.json entry 1"]
    assert "it is no text in UTF-16" in left_out["inventory bytes.YML"]
    assert "old.yaml.bak" in _reasons(planned_beside_bad_files.warnings)["inventory"]


def _reasons(remarks: tuple[Remark, ...]) -> dict[str, str]:
    return {remark.subject: remark.reason for remark in remarks}


def test_request_is_rejected_when_it_says_dry_run_twice(desk: Desk) -> None:
    request_id = f"twice-{uuid4().hex[:12]}"
    detail = (
        '{"operation": "failover", "customer": "customer-b", "environment": "production", '
        f'"request_id": "{request_id}", "dry_run": true, "dry_run": false}}'
    )
    bus = desk.embedded.outputs["EventBus"]

    desk.session.client("events").put_events(
        Entries=[{"EventBusName": bus, "Source": "operator", "DetailType": "DRRequested", "Detail": detail}]
    )

    answered = desk.wait_for_answer(execution_id_of(request_id))
    assert answered.status is ExecutionStatus.REJECTED
    assert answered.reasons == ("dry_run is there twice: say it once, for nobody can tell which one is meant",)
