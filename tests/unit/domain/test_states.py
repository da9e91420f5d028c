"""The tables of states, exhaustively: each allowed transition is written down here a second time, as one line."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from groundswell.domain.states import (
    EXECUTION_TRANSITIONS,
    OPEN_EXECUTION,
    OPEN_RESOURCE,
    RESOURCE_TRANSITIONS,
    WAVE_TRANSITIONS,
    WORKED_WAVE,
    ExecutionStatus,
    ResourceState,
    WaveStatus,
    is_final,
    origins,
)

EXECUTION = """
PLANNING RUNNING, PLANNING REJECTED, PLANNING COMPLETED,
RUNNING PAUSED, RUNNING CANCELLING, RUNNING COMPLETED, RUNNING COMPLETED_WITH_EXCEPTIONS, RUNNING FAILED,
PAUSED RUNNING, PAUSED CANCELLING, CANCELLING CANCELLED
"""
WAVE = """
PENDING AWAITING_APPROVAL, PENDING RUNNING, PENDING SKIPPED, PENDING CANCELLED,
AWAITING_APPROVAL RUNNING, AWAITING_APPROVAL SKIPPED, AWAITING_APPROVAL CANCELLED,
RUNNING HELD, RUNNING COMPLETED, RUNNING FAILED, RUNNING CANCELLED,
HELD RUNNING, HELD COMPLETED, HELD FAILED, HELD CANCELLED
"""
RESOURCE = """
PENDING IN_PROGRESS, PENDING RECOVERED, PENDING FAILED, PENDING SKIPPED,
IN_PROGRESS RECOVERED, IN_PROGRESS FAILED, FAILED PENDING, FAILED SKIPPED
"""
TABLES: list[tuple[type[StrEnum], Mapping[Any, frozenset[Any]], str]] = [
    (ExecutionStatus, EXECUTION_TRANSITIONS, EXECUTION),
    (WaveStatus, WAVE_TRANSITIONS, WAVE),
    (ResourceState, RESOURCE_TRANSITIONS, RESOURCE),
]
every_table = pytest.mark.parametrize(("states", "table", "allowed"), TABLES, ids=["execution", "wave", "resource"])


def pairs(text: str) -> set[tuple[str, str]]:
    return {(each.split()[0], each.split()[1]) for each in text.split(",")}


@every_table
def test_table_allows_exactly_these_transitions(
    states: type[StrEnum], table: Mapping[Any, frozenset[Any]], allowed: str
) -> None:
    wanted = pairs(allowed)

    for begin in states:
        for end in states:
            assert (end in table[begin]) is ((begin.value, end.value) in wanted), f"{begin} to {end}"


@every_table
def test_origins_are_the_states_from_which_a_state_is_reached(
    states: type[StrEnum], table: Mapping[Any, frozenset[Any]], allowed: str
) -> None:
    wanted = pairs(allowed)

    for end in states:
        assert set(origins(table, end)) == {begin for begin in states if (begin.value, end.value) in wanted}


@every_table
def test_state_is_final_when_nothing_follows_it(
    states: type[StrEnum], table: Mapping[Any, frozenset[Any]], allowed: str
) -> None:
    begins = {begin for begin, _ in pairs(allowed)}

    assert {state for state in states if is_final(table, state)} == {
        each for each in states if each.value not in begins
    }


def test_execution_is_open_until_it_is_decided_for_good() -> None:
    assert set(OPEN_EXECUTION) == {
        ExecutionStatus.PLANNING,
        ExecutionStatus.RUNNING,
        ExecutionStatus.PAUSED,
        ExecutionStatus.CANCELLING,
    }


def test_resource_is_open_while_its_wave_waits_for_it() -> None:
    assert set(OPEN_RESOURCE) == set(origins(RESOURCE_TRANSITIONS, ResourceState.RECOVERED))


def test_wave_is_worked_when_it_can_still_be_completed() -> None:
    assert set(WORKED_WAVE) == set(origins(WAVE_TRANSITIONS, WaveStatus.COMPLETED))
