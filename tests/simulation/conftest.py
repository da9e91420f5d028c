"""What a world changes in the modules that it runs is put back, for the tests after it."""

from __future__ import annotations

import os

import pytest

from groundswell.ledger import holding
from tests.simulation.garbage import collect_seldom


@pytest.fixture(scope="session", autouse=True)
def modest() -> None:
    """Worlds only compute: tests that wait for real time beside them go first."""
    os.nice(5)
    collect_seldom()


@pytest.fixture(autouse=True)
def usual_chunk_of_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world sets how many resources a transaction of the planner holds."""
    monkeypatch.setattr(holding, "CHUNK", holding.CHUNK)
