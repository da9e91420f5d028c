from __future__ import annotations

import json

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.request import DRRequested, InvalidRequest, read_request
from groundswell.ports.store import Put
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

MOST_BYTES = 40_000

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
known = st.sampled_from([*DRRequested.model_fields, "data", "metadata", "TargetRegion", "dryRun", "dryrun"])
likely = st.sampled_from(["failover", "customer-a", True, False, None, [1], ["drs"], "true", "r-1", 1, ""])
objects = st.dictionaries(known | st.text(), likely | values, max_size=8)
requests = objects | st.fixed_dictionaries({"data": objects}, optional={"metadata": values, "dry_run": scalars})


@given(requests)
def test_request_is_read_or_refused_with_reasons_whatever_json_object_comes(body: dict[str, JsonValue]) -> None:
    request = read_request(body)

    if isinstance(request, InvalidRequest):
        assert request.faults
        assert all(request.faults)
    else:
        assert request.all != bool(request.customer and request.environment)


@given(requests)
def test_answer_fits_an_event_whatever_json_object_comes(body: dict[str, JsonValue]) -> None:
    request = read_request(body)

    assert len(json.dumps(request.model_dump(mode="json"))) < MOST_BYTES + len(json.dumps(body))


@given(st.builds(dict, requests, operation=st.just("failover"), all=st.just(True)))
def test_request_can_be_kept_and_read_back_as_the_same_when_it_is_understood(body: dict[str, JsonValue]) -> None:
    request = read_request(body)

    if isinstance(request, DRRequested):
        kept = request.model_dump(mode="json", exclude_none=True)
        MemoryStore().write(Put({"pk": "p", "sk": "s", "request": kept}))
        assert DRRequested.model_validate(kept, strict=False) == request
        assert read_request(kept) == request
