from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.events.work import EVIDENCE_LIMIT
from groundswell.domain.evidence import keepable
from groundswell.ports.store import Put

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def nested(depth: int) -> JsonValue:
    value: JsonValue = "bottom"
    for _ in range(depth):
        value = [value]
    return value


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(), values | st.builds(nested, st.integers(0, 60)) | st.text(max_size=3000)))
def test_evidence_can_be_kept_and_stays_small_whatever_was_seen(evidence: dict[str, JsonValue]) -> None:
    kept = keepable(evidence)

    MemoryStore().write(Put({"pk": "p", "sk": "s", "evidence": kept}))
    assert len(json.dumps(kept)) <= EVIDENCE_LIMIT


def test_evidence_is_kept_as_it_is_when_it_fits() -> None:
    evidence: dict[str, JsonValue] = {"job": "drsjob-1", "count": 3, "ok": True, "none": None, "list": [1, {"a": "b"}]}

    assert keepable(evidence) == evidence


def test_evidence_keeps_fractions_as_text() -> None:
    assert keepable({"lag": 0.25, "all": [1.5, {"x": 2.5}]}) == {"lag": "0.25", "all": ["1.5", {"x": "2.5"}]}


def test_evidence_is_cut_and_says_so_when_it_is_too_long() -> None:
    kept = keepable({"text": "x" * 5000})

    assert kept["cut"] == "over 1024 bytes; it begins"
    assert str(kept["text"]).startswith('{"text": "xxx')


def test_evidence_is_cut_when_only_its_escapes_make_it_too_long() -> None:
    assert "cut" in keepable({"text": "\u20ac" * 300})


def test_evidence_is_not_changed_itself() -> None:
    evidence: dict[str, JsonValue] = {"lag": 0.25, "inner": {"x": 0.5}}

    keepable(evidence)

    assert evidence == {"lag": 0.25, "inner": {"x": 0.5}}
