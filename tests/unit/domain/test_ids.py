from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from groundswell.domain.ids import ExecutionId, event_id_of, execution_id_of, fingerprint, order_id_of

words = st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]))


@given(st.lists(words, min_size=1), st.lists(words, min_size=1))
def test_fingerprints_are_equal_only_when_the_parts_are(one: list[str], other: list[str]) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) is (one == other)


def test_execution_id_is_the_same_and_short_when_the_request_is_the_same() -> None:
    assert execution_id_of("r-1") == execution_id_of("r-1") != execution_id_of("r-2")
    assert re.fullmatch(r"dr-[0-9a-f]{16}", execution_id_of("r-1"))


def test_execution_id_serves_as_the_name_of_a_role_session() -> None:
    assert re.fullmatch(r"[\w+=,.@-]{2,64}", execution_id_of("any request, however it is called"))


def test_event_id_differs_from_an_execution_id_of_the_same_name() -> None:
    assert event_id_of("r-1") not in execution_id_of("r-1")


def test_order_id_names_its_place_and_begins_with_its_execution() -> None:
    order_id = order_id_of(ExecutionId("dr-1"), 2, "drs", "222222222201.us-west-2", 3)

    assert order_id == "dr-1.w002.drs.222222222201.us-west-2.003"
