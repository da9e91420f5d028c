"""The sweep's function: the heartbeat tells of the round, the alarm and the log of what did not work in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from functions.sweep import handler as sweep
from groundswell.domain.ids import ExecutionId
from groundswell.entry.functions import logger, metrics
from groundswell.reactions.sweep import Swept
from tests.unit.entry.test_functions import failed, message

HELD = ExecutionId("dr-1e5ba297de39eafc")


@dataclass(frozen=True)
class Round:
    """A sweep that ends so."""

    ends: Swept | Exception

    def sweep(self, *, cause: str) -> Swept:
        assert cause == "tick"
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(metrics.provider, "namespace", "Groundswell")
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Groundswell")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "groundswell-sweep")
    monkeypatch.setenv("HUB", "groundswell")
    caplog.set_level("INFO", logger=logger.name)


def counted(
    ends: Swept | Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, list[float]]:
    """What a sweep that ends so counts."""
    monkeypatch.setattr(sweep, "sweeper", lambda: Round(ends))
    failed(sweep.handler, message("tick"))
    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    told = [(line, metric["Name"]) for line in lines for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    return {name: line[name] for line, name in told}


def test_round_without_errors_is_a_heartbeat_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counted(Swept(open_executions=3), monkeypatch, capsys) == {"Heartbeat": [1.0]}


def test_what_was_swept_stands_in_one_line_of_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    counted(Swept(open_executions=3, renewed_orders=2), monkeypatch, capsys)

    (line,) = (vars(each) for each in caplog.records if each.message == "swept")
    assert (line["open_executions"], line["renewed_orders"], line["errors"]) == (3, 2, 0)


def test_execution_that_cannot_be_swept_rings_and_is_told_with_its_id_and_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    error = KeyError("policy")

    counts = counted(Swept(errors={HELD: error}, refused_facts=4), monkeypatch, capsys)

    assert counts == {"Heartbeat": [1.0], "SweepErrors": [1.0], "FactsRefused": [4.0]}
    (line,) = (each for each in caplog.records if each.levelname == "ERROR")
    told: dict[str, Any] = vars(line)
    assert (told["execution_id"], told["reason"]) == (HELD, "KeyError('policy')")
    assert line.exc_info
    assert line.exc_info[1] is error


def test_sweep_that_fails_counts_no_heartbeat(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counted(RuntimeError("the ledger does not answer"), monkeypatch, capsys) == {"MessagesFailed": [1.0]}
