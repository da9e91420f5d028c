from __future__ import annotations

import pytest

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Absent, Equals
from groundswell.domain.errors import TransientError
from groundswell.ledger.narrowing import without_the_refused, write_for_the_rest
from groundswell.ports.store import Key, Put, TransactionRefusedError, Write


def puts(names: list[str]) -> list[Write]:
    return [Put({"pk": name, "sk": "x"}, condition=Absent("pk")) for name in names]


def store_with(*names: str) -> MemoryStore:
    store = MemoryStore()
    for name in names:
        store.write(Put({"pk": name, "sk": "x"}))
    return store


def test_what_a_refusal_names_is_left_out_and_the_rest_is_written() -> None:
    store = store_with("b")

    assert write_for_the_rest(store, "abc", puts, without_the_refused) == ["a", "c"]
    assert store.get(Key("a", "x"))


def test_nothing_is_written_when_nobody_is_left() -> None:
    assert write_for_the_rest(store_with("a", "b"), "ab", puts, without_the_refused) == []


def test_refusals_come_to_an_end_when_nothing_is_ever_left_out() -> None:
    refusals: list[TransactionRefusedError] = []

    def keep_all(refused: TransactionRefusedError, left: list[str]) -> list[str]:
        refusals.append(refused)
        return left

    with pytest.raises(TransientError, match="refused 5 times in a row, and 2 are still left"):
        write_for_the_rest(store_with("a"), "ab", puts, keep_all)

    assert len(refusals) == 5


def test_all_are_kept_when_the_next_attempt_demands_something_else() -> None:
    store, known = store_with("a"), set[str]()

    def writes(left: list[str]) -> list[Write]:
        return [Put({"pk": each, "sk": "x"}, Equals("pk", each) if each in known else Absent("pk")) for each in left]

    def learn(refused: TransactionRefusedError, left: list[str]) -> list[str]:
        known.update(left[place] for place in refused.failed)
        return left

    assert write_for_the_rest(store, "ab", writes, learn) == ["a", "b"]
