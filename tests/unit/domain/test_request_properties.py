from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.operations import Operation
from groundswell.domain.request import DRRequested, InvalidRequest, read_request
from groundswell.ports.store import Key, Put

MOST_BYTES = 40_000

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
known = st.sampled_from([*DRRequested.model_fields, "data", "metadata", "TargetRegion", "dryRun", "dryrun"])
likely = st.sampled_from(["failover", "customer-a", True, False, None, [1], ["drs"], "true", "r-1", 1, ""])
objects = st.dictionaries(known | st.text(), likely | values, max_size=8)
requests = objects | st.fixed_dictionaries({"data": objects}, optional={"metadata": values, "dry_run": scalars})
names = st.lists(st.text(min_size=1, max_size=20), max_size=3)
good = st.fixed_dictionaries(
    {
        "operation": st.sampled_from(Operation).map(str),
        "customer": st.just("customer-a"),
        "environment": st.just("test"),
    },
    optional={
        "request_id": st.from_regex(r"[A-Za-z0-9._:-]{1,128}", fullmatch=True),
        "target_region": st.text(max_size=40),
        "waves": st.lists(st.integers(1, 90), max_size=4),
        "technologies": names,
        "relaunch": names,
        "dry_run": st.booleans(),
        "reason": st.text(max_size=500),
        "requested_by": st.text(max_size=500),
    },
)
quick = settings(deadline=None, max_examples=60)


@quick
@given(requests)
def test_request_is_read_or_refused_with_reasons_whatever_json_object_comes(body: dict[str, JsonValue]) -> None:
    request = read_request(body)

    if isinstance(request, InvalidRequest):
        assert request.faults
        assert all(request.faults)
    else:
        assert request.all != bool(request.customer and request.environment)


@quick
@given(requests)
def test_answer_fits_an_event_whatever_json_object_comes(body: dict[str, JsonValue]) -> None:
    request = read_request(body)

    assert len(json.dumps(request.model_dump(mode="json"))) < MOST_BYTES + len(json.dumps(body))


@quick
@given(good)
def test_request_is_the_same_when_it_is_kept_and_read_back(body: dict[str, JsonValue]) -> None:
    store = MemoryStore()
    request = read_request(body)
    assert isinstance(request, DRRequested)

    store.write(Put({"pk": "p", "sk": "s", "request": request.model_dump(mode="json", exclude_none=True)}))

    kept = (store.get(Key("p", "s")) or {})["request"]
    assert isinstance(kept, dict)
    assert DRRequested.model_validate(kept, strict=False) == request
    assert read_request(kept) == request
