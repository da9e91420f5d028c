"""Whatever bytes are in the inventory's bucket, everything else is planned, and every object is read or named."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.response import StreamingBody
from hypothesis import given
from hypothesis import strategies as st

from groundswell.adapters.s3_inventory import S3Inventory
from groundswell.reactions.preview_plan import Preview
from tests.unit.reactions.planning_office import REQUEST, Office, servers

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENTRY = (
    b'resource_id: dns/shop, technology: route53, account: "222222222201", region: us-west-2, '
    b'tags: {dr:enabled: "true", dr:wave: "2", Customer: customer-a, Environment: production'
)
GOOD = b"- {" + ENTRY + b"}}\n"
ANOTHER = GOOD.replace(b"dns/shop", b"dns/other").replace(b"customer-a", b"customer-b")
"""Of somebody else: two things of one name would be a fault of the request, and rightly so."""
KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.sampled_from(
    ["a.yaml", "b.YML", "c.json", "d/"]
)
BYTES = st.binary(max_size=80) | st.sampled_from([b"[", b"- ", b"{a: ", b"&a [*a]", b"\n- ", ANOTHER]).flatmap(
    lambda piece: st.binary(max_size=20).map(lambda raw: raw + piece)
)


class Bucket:
    """Objects by name, as S3 lists and hands them out."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects

    def get_paginator(self, _: str) -> Bucket:
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key, "Size": len(raw)} for key, raw in sorted(self.objects.items())]}]

    def get_object(self, **asked: str) -> dict[str, Any]:
        raw = self.objects[asked["Key"]]
        return {"Body": StreamingBody(BytesIO(raw), len(raw))}


def preview(objects: dict[str, bytes]) -> Preview:
    office = Office(servers("a"))
    office.inventory = S3Inventory(cast("S3Client", Bucket(objects)), "inventory")
    return office.previewer().plan({**REQUEST})


def planned(answer: Preview) -> list[str]:
    return [str(resource.resource_id) for resource in answer.resources]


@given(objects=st.dictionaries(KEYS, BYTES, max_size=5))
def test_planning_goes_on_whatever_bytes_are_in_the_bucket(objects: dict[str, bytes]) -> None:
    answer = preview({"good.yaml": GOOD, **objects})

    assert answer.accepted
    assert "drs/222222222201/a" in planned(answer)


@pytest.mark.parametrize(
    "written",
    [
        b", Reviewed: 2026-02-30",
        b", Reviewed: " + b"[" * 5000 + b"]" * 5000,
        b', Reviewed: !!int ""',
        b", Reviewed: !!python/object/apply:os.system [x]",
        b", Reviewed: .nan",
        b", Reviewed: 0x" + b"f" * 9000,
        b", 5: five",
        b", dr:wave: 3",
        b", Reviewed: *nothing",
    ],
)
def test_what_is_written_into_one_entry_costs_that_entry_and_is_named(written: bytes) -> None:
    bad = b"- {" + ENTRY.replace(b"dns/shop", b"dns/bad") + written + b"}}\n"

    answer = preview({"dns.yaml": bad + GOOD})

    assert planned(answer) == ["drs/222222222201/a", "route53/222222222201/dns/shop"]
    assert [remark.subject for remark in answer.left_out] == ["inventory dns.yaml entry 1"]
    assert answer.left_out[0].reason.startswith("line 1, column ")
