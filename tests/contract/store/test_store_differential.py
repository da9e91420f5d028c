"""Random transactions come to the same in memory as on the other stores: outcomes, items, and indexes."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given as examples_of
from hypothesis import settings

from groundswell.adapters.memory_store import MemoryStore
from groundswell.domain.conditions import Item
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import Index, Key, Store, TransactionRefusedError, Write
from tests.contract.store.implementations import ENDPOINT, ENDPOINT_VARIABLE, MOTO, implementations, opened
from tests.contract.store.random_writes import SORT_KEYS, Program, guarded_programs, rebased, wild_programs


def _outcome(store: Store, writes: list[Write]) -> str:
    try:
        store.write(*writes)
    except TransactionRefusedError as refused:
        return json.dumps([[reason.refusal, reason.item] for reason in refused.reasons], sort_keys=True)
    except PermanentError:
        return "not taken"
    return "done"


def _told(items: list[Item]) -> str:
    """As text, which tells true from 1."""
    return json.dumps(items, sort_keys=True)


def _everything(store: Store, pk: str) -> list[str]:
    due = list(store.query_index(Index.DUE, pk))
    assert due == sorted(due, key=lambda item: str(item["due_at"]))
    return [
        _told(list(store.query(pk))),
        _told(store.get_many([Key(pk, sk) for sk in SORT_KEYS])),
        _told(sorted(due, key=lambda item: str(item["sk"]))),
    ]


def _run(store: Store, program: Program, pk: str) -> list[str]:
    """All that a program shows of a store; the outcome of each transaction first."""
    outcomes = [_outcome(store, [rebased(write, pk) for write in transaction]) for transaction in program]
    return [*outcomes, *_everything(store, pk)]


@settings(max_examples=30, deadline=None)
@examples_of(program=guarded_programs())
def test_memory_and_moto_come_to_the_same_when_transactions_are_random(program: Program) -> None:
    pk = str(uuid.uuid4())

    with opened(MOTO) as moto:
        assert _run(MemoryStore(), program, pk) == _run(moto, program, pk)


@pytest.mark.skipif(ENDPOINT not in implementations(), reason=f"{ENDPOINT_VARIABLE} names no DynamoDB endpoint")
@settings(max_examples=60, deadline=None)
@examples_of(program=wild_programs())
def test_memory_and_endpoint_come_to_the_same_when_transactions_are_random(program: Program) -> None:
    pk = str(uuid.uuid4())

    with opened(ENDPOINT) as endpoint:
        assert _run(MemoryStore(), program, pk) == _run(endpoint, program, pk)
