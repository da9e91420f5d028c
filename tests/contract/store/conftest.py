"""The contract of the store port runs against each implementation of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from groundswell.ports.store import Key, Store
from tests.contract.store.implementations import (
    ENDPOINT,
    MOTO,
    drop_endpoint_table,
    implementations,
    is_emulated,
    opened,
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "moto_differs(why): moto is known to differ from DynamoDB here")
    config.addinivalue_line("markers", "emulator_differs(why): emulators at a loopback endpoint may differ here")


@pytest.fixture(params=implementations())
def implementation(request: pytest.FixtureRequest) -> str:
    """Its name; where it is marked as differing from DynamoDB, the test is expected to fail, for the reason given."""
    name = str(request.param)
    if name == MOTO:
        _expect_failure(request, "moto_differs", strict=True)
    if name == ENDPOINT and is_emulated():
        _expect_failure(request, "emulator_differs", strict=False)
    return name


def _expect_failure(request: pytest.FixtureRequest, mark: str, *, strict: bool) -> None:
    differs = request.node.get_closest_marker(mark)
    if differs is not None:
        request.applymarker(pytest.mark.xfail(reason=f"not as DynamoDB: {differs.args[0]}", strict=strict))


@pytest.fixture
def store(implementation: str) -> Iterator[Store]:
    with opened(implementation) as store:
        yield store


@pytest.fixture
def pk() -> str:
    """The name of a partition that no other test uses."""
    return f"EXECUTION#{uuid.uuid4()}"


@pytest.fixture
def key(pk: str) -> Key:
    """The key of an item that is not there."""
    return Key(pk, "META")


@pytest.fixture
def shard(pk: str) -> str:
    """An index partition of the test's own."""
    return f"due-{pk}"


@pytest.fixture(scope="session", autouse=True)
def _endpoint_table_dropped() -> Iterator[None]:
    yield
    drop_endpoint_table()
