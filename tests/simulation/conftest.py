"""What a world changes in the modules that it runs is put back, for the tests after it."""

from __future__ import annotations

import pytest

from groundswell.ledger import holding


@pytest.fixture(autouse=True)
def usual_chunk_of_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world sets how many resources a transaction of the planner holds."""
    monkeypatch.setattr(holding, "CHUNK", holding.CHUNK)
