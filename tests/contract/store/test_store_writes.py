"""What each kind of write does to an item, alone in its transaction."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import pytest

from groundswell.domain.conditions import Absent, Equals, Present
from groundswell.domain.errors import PermanentError
from groundswell.ports.store import Check, Delete, Key, Put, Store, TransactionRefusedError, Update
from tests.contract.store.items import given, item

ROUNDS = pytest.mark.emulator_differs("MiniStack keeps 28 digits of a sum")
PUT_IN_SCALARS = (
    pytest.mark.moto_differs("it takes what is put in a scalar, and drops it"),
    pytest.mark.emulator_differs("MiniStack takes what is put in a scalar"),
)


class _Status(StrEnum):
    RUNNING = "RUNNING"


class _Priority(IntEnum):
    HIGH = 2


def test_put_writes_the_item_when_nothing_is_there(store: Store, key: Key) -> None:
    store.write(Put(item(key, status="RUNNING", version=1)))

    assert store.get(key) == item(key, status="RUNNING", version=1)


def test_put_replaces_every_attribute_when_an_item_is_there(store: Store, key: Key) -> None:
    given(store, key, old="value", version=1)

    store.write(Put(item(key, version=2)))

    assert store.get(key) == item(key, version=2)


def test_put_is_refused_with_the_item_when_one_is_there_against_its_condition(store: Store, key: Key) -> None:
    old = given(store, key, version=1)

    with pytest.raises(TransactionRefusedError) as refused:
        store.write(Put(item(key, version=2), condition=Absent("pk")))

    assert [reason.item for reason in refused.value.reasons] == [old]
    assert store.get(key) == old


def test_update_sets_and_keeps_the_rest_when_the_item_is_there(store: Store, key: Key) -> None:
    given(store, key, status="PENDING", note="kept")

    store.write(Update(key, set={"status": "RUNNING", "started": None}))

    assert store.get(key) == item(key, status="RUNNING", started=None, note="kept")


def test_update_creates_the_item_when_it_is_absent(store: Store, key: Key) -> None:
    store.write(Update(key, set={"status": "RUNNING"}, add={"count": 3}))

    assert store.get(key) == item(key, status="RUNNING", count=3)


def test_update_that_only_removes_leaves_an_item_with_its_key_when_it_was_absent(store: Store, key: Key) -> None:
    store.write(Update(key, remove=("mark",)))

    assert store.get(key) == item(key)


def test_update_is_refused_when_its_condition_demands_an_item_that_is_absent(store: Store, key: Key) -> None:
    with pytest.raises(TransactionRefusedError) as refused:
        store.write(Update(key, set={"status": "RUNNING"}, condition=Present("pk")))

    assert [reason.item for reason in refused.value.reasons] == [None]
    assert store.get(key) is None


@pytest.mark.parametrize(
    ("number", "total"), [(1, 6), (-7, -2), (0, 5), pytest.param(10**37, 10**37 + 5, marks=ROUNDS)]
)
def test_update_adds_to_a_number_when_it_is_there(store: Store, key: Key, number: int, total: int) -> None:
    given(store, key, count=5)

    store.write(Update(key, add={"count": number}))

    assert store.get(key) == item(key, count=total)


def test_update_adds_to_zero_when_the_attribute_is_absent(store: Store, key: Key) -> None:
    given(store, key)

    store.write(Update(key, add={"count": -2, "version": 1}))

    assert store.get(key) == item(key, count=-2, version=1)


@pytest.mark.parametrize("value", ["5", None, True, [], {}], ids=repr)
def test_update_is_not_taken_when_it_adds_to_what_is_no_number(store: Store, key: Key, value: str) -> None:
    old = given(store, key, count=value)

    with pytest.raises(PermanentError):
        store.write(Update(key, add={"count": 1}))

    assert store.get(key) == old


def test_update_puts_members_in_a_map_when_it_is_there(store: Store, key: Key) -> None:
    given(store, key, progress={"drs/a": {"step": 1, "looks": 2}, "drs/b": {"step": 1}}, other={"drs/a": 1})

    store.write(Update(key, put_in={"progress": {"drs/a": {"step": 2}, "odd.name[0]": "x"}, "other": {"n": None}}))

    assert store.get(key) == item(
        key,
        progress={"drs/a": {"step": 2}, "drs/b": {"step": 1}, "odd.name[0]": "x"},
        other={"drs/a": 1, "n": None},
    )


def test_update_puts_members_in_a_map_when_it_is_empty(store: Store, key: Key) -> None:
    given(store, key, progress={})

    store.write(Update(key, put_in={"progress": {"drs/a": "done"}}))

    assert store.get(key) == item(key, progress={"drs/a": "done"})


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        pytest.param({"progress": "text"}, marks=PUT_IN_SCALARS),
        pytest.param({"progress": None}, marks=PUT_IN_SCALARS),
        pytest.param({"progress": 7}, marks=PUT_IN_SCALARS),
    ],
    ids=repr,
)
def test_update_is_not_taken_when_it_puts_in_what_is_no_map(
    store: Store, key: Key, attributes: dict[str, str | int | None]
) -> None:
    old = given(store, key, **attributes)

    with pytest.raises(PermanentError):
        store.write(Update(key, set={"status": "RUNNING"}, put_in={"progress": {"drs/a": "done"}}))

    assert store.get(key) == old


def test_update_is_not_taken_when_it_puts_in_a_map_of_an_absent_item(store: Store, key: Key) -> None:
    with pytest.raises(PermanentError):
        store.write(Update(key, put_in={"progress": {"drs/a": "done"}}))

    assert store.get(key) is None


def test_update_is_refused_by_its_condition_when_it_would_not_be_taken_either(store: Store, key: Key) -> None:
    given(store, key, status="ENDED")

    with pytest.raises(TransactionRefusedError):
        store.write(Update(key, put_in={"progress": {"drs/a": 1}}, condition=Equals("status", "RUNNING")))


def test_update_removes_attributes_when_they_are_there_or_not(store: Store, key: Key) -> None:
    given(store, key, mark="x", status="RUNNING")

    store.write(Update(key, remove=("mark", "never-there")))

    assert store.get(key) == item(key, status="RUNNING")


def test_update_does_all_its_parts_when_it_has_several(store: Store, key: Key) -> None:
    given(store, key, status="PENDING", version=1, progress={"a": 1}, mark="x")

    store.write(
        Update(
            key,
            set={"status": "RUNNING", "wave": 2},
            add={"version": 1, "looks": 1},
            put_in={"progress": {"b": 2}},
            remove=("mark",),
            condition=Equals("version", 1),
        )
    )

    assert store.get(key) == item(key, status="RUNNING", wave=2, version=2, looks=1, progress={"a": 1, "b": 2})


def test_update_changes_the_status_that_its_condition_is_on_when_it_holds(store: Store, key: Key) -> None:
    given(store, key, status="RUNNING")

    store.write(Update(key, set={"status": "HELD"}, condition=Equals("status", "RUNNING")))

    assert store.get(key) == item(key, status="HELD")


def test_update_puts_in_nothing_when_the_members_are_none(store: Store, key: Key) -> None:
    store.write(Update(key, set={"status": "RUNNING"}, put_in={"progress": {}}))

    assert store.get(key) == item(key, status="RUNNING")


def test_check_changes_nothing_when_its_condition_holds(store: Store, key: Key) -> None:
    old = given(store, key, status="RUNNING")

    store.write(Check(key, Equals("status", "RUNNING")))

    assert store.get(key) == old


def test_check_is_refused_with_the_item_when_its_condition_fails(store: Store, key: Key) -> None:
    old = given(store, key, status="PAUSED", waves=[1, {"n": 2}])

    with pytest.raises(TransactionRefusedError) as refused:
        store.write(Check(key, Equals("status", "RUNNING")))

    assert [reason.item for reason in refused.value.reasons] == [old]


def test_delete_removes_the_item_when_its_condition_holds(store: Store, key: Key) -> None:
    given(store, key, holder="execution-1")

    store.write(Delete(key, condition=Equals("holder", "execution-1")))

    assert store.get(key) is None


def test_delete_is_refused_when_its_condition_fails(store: Store, key: Key) -> None:
    old = given(store, key, holder="execution-2")

    with pytest.raises(TransactionRefusedError):
        store.write(Delete(key, condition=Equals("holder", "execution-1")))

    assert store.get(key) == old


def test_delete_does_nothing_when_the_item_is_absent(store: Store, key: Key) -> None:
    store.write(Delete(key))

    assert store.get(key) is None


def test_write_keeps_the_values_of_enums_when_they_are_given(store: Store, key: Key) -> None:
    given(store, key, status=_Status.RUNNING, priority=_Priority.HIGH)

    store.write(Update(key, add={"priority": _Priority.HIGH}, condition=Equals("status", _Status.RUNNING)))

    assert store.get(key) == item(key, status="RUNNING", priority=4)
    assert type((store.get(key) or {})["status"]) is str
