from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.domain.instants import from_text, seconds_between, to_text

instants = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2999, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1000, 1000)),
)


@given(instants)
def test_instant_is_the_same_when_it_is_written_and_read(instant: datetime) -> None:
    assert from_text(to_text(instant)) == instant


@given(instants, instants)
def test_texts_sort_as_their_instants_do(one: datetime, other: datetime) -> None:
    assert (to_text(one) < to_text(other)) is (one < other)


def test_instant_is_written_in_utc_with_a_fixed_width() -> None:
    instant = datetime(2026, 1, 31, 5, 0, tzinfo=timezone(timedelta(hours=2)))

    assert to_text(instant) == "2026-01-31T03:00:00.000000Z"


@pytest.mark.parametrize("text", ["2026-01-31T03:00:00Z", "2026-01-31T03:00:00+00:00", "2026-01-31T05:00:00+02:00"])
def test_instant_is_read_when_its_text_has_an_offset(text: str) -> None:
    assert from_text(text) == datetime(2026, 1, 31, 3, tzinfo=UTC)


def test_instant_is_read_in_utc_when_its_text_has_another_offset() -> None:
    assert from_text("2026-01-31T05:00:00+02:00").tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-01-31T03:00:00", "2026-01-31", "", "soon"])
def test_text_is_refused_when_it_is_no_instant_with_an_offset(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|Invalid isoformat"):
        from_text(text)


def test_seconds_are_those_from_the_first_to_the_second() -> None:
    assert seconds_between("2026-01-31T03:00:00Z", "2026-01-31T03:01:30.5Z") == 90.5
