"""What the sweep leaves in the log: whoever reads it must see that it was made, and what it found."""

from __future__ import annotations

import pytest

from functions.sweep import handler as sweep
from groundswell.entry.functions import logger, metrics
from groundswell.reactions.sweep import Swept
from tests.unit.entry.test_functions import failed, message


class Sweeping:
    """A sweeper that found this."""

    def __init__(self) -> None:
        self.causes: list[str] = []

    def sweep(self, *, cause: str) -> Swept:
        self.causes.append(cause)
        return Swept(open_executions=3, renewed_orders=2, relayed_facts=5, refused_facts=1, resumed_plans=4)


def test_every_sweep_logs_what_it_found(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger=logger.name)
    sweeper = Sweeping()
    monkeypatch.setattr(sweep, "sweeper", lambda: sweeper)
    monkeypatch.setattr(metrics.provider, "namespace", "Groundswell")

    assert failed(sweep.handler, message("tick-1")) == []

    (line,) = (vars(record) for record in caplog.records if record.getMessage() == "swept")
    found = {name: line[name] for name in vars(Swept()) if name in line and name != "errors"}
    assert found == {
        "open_executions": 3,
        "renewed_orders": 2,
        "relayed_facts": 5,
        "refused_facts": 1,
        "resumed_plans": 4,
    }
    assert sweeper.causes == ["tick-1"]
