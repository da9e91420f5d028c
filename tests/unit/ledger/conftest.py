"""Each transition is tested on the store in memory and on DynamoDB's store over moto."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from groundswell.ports.store import Store
from tests.contract.store.implementations import MEMORY, MOTO, opened


@pytest.fixture(params=[MEMORY, MOTO])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with opened(str(request.param)) as store:
        yield store
