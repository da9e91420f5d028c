"""What a plan says beforehand of waves and resources that usually are late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from groundswell.domain.estimate import PhaseTime
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan, Served
from groundswell.domain.plan_terms import Terms
from groundswell.domain.plan_times import in_words
from groundswell.domain.protection import Finding
from tests.unit.domain.builders import finding
from tests.unit.domain.plans import plan, said

TEN_MINUTES = PhaseTime(timedelta(minutes=10))


def times(technology: str, _: Operation) -> Sequence[PhaseTime] | None:
    """Ten minutes, of what is not foreign."""
    return None if technology == "mainframe" else (TEN_MINUTES,)


def planned(*findings: Finding, deadlines: tuple[int, ...] = (900, 1800, 3600)) -> Plan:
    """A plan under these deadlines, with usual times."""
    served = Served(supports=lambda *_: True, answers=lambda _: True, times=times)
    return plan(*findings, served=served, terms=Terms(deadlines=deadlines))


def server(name: str, wave: int = 1, technology: str = "drs", *, rto: int | None = None) -> Finding:
    """One of a wave, with a target in minutes."""
    target = {} if rto is None else {"dr:rto-target": str(rto)}
    return finding(name, technology=technology, tags={"dr:wave": str(wave), "dr:resource-id": name, **target})


def test_plan_has_the_estimate_of_each_wave() -> None:
    result = planned(server("a"), server("b", 3))

    assert [(each.wave, each.seconds, each.ends_seconds) for each in result.estimates] == [
        (1, 600, 600),
        (3, 600, 1200),
    ]
    assert result.warnings == []


def test_plan_warns_when_a_wave_usually_ends_after_its_deadline() -> None:
    result = planned(server("a"), server("b", 2), deadlines=(600, 1199))

    assert said(result.warnings) == [
        (
            "wave 2",
            "usually ends 20 min after acceptance, and its deadline is 19 min 59 s: give it a later deadline, recover "
            "part of it in another wave, or expect it to be late",
        )
    ]


def test_plan_does_not_warn_when_a_wave_usually_ends_at_its_deadline() -> None:
    assert planned(server("a"), server("b", 2), deadlines=(600, 1200)).warnings == []


def test_warning_says_what_it_does_not_know_when_a_wave_waits_for_a_foreign_technology() -> None:
    result = planned(server("host", 1, "mainframe"), server("a", 2), deadlines=(900, 500))

    ((subject, reason),) = said(result.warnings)
    assert subject == "wave 2"
    assert "10 min after acceptance, and later by what mainframe takes, of which nobody declares times" in reason


def test_plan_warns_once_a_wave_of_targets_that_usually_are_missed_and_names_the_tightest() -> None:
    targets = {"a": 15, "b": 12, "c": 60, "d": None}
    result = planned(server("first"), *(server(name, 2, rto=rto) for name, rto in targets.items()))

    assert said(result.warnings) == [
        (
            "wave 2",
            "usually recovered after their dr:rto-target: 2 of the 3 that have one; the tightest is "
            "drs/222222222201/b: 12 min, usually recovered 20 min after acceptance: recover them in an earlier wave, "
            "or correct their targets",
        )
    ]


def test_target_is_judged_by_the_time_of_its_own_technology() -> None:
    slow, quick = PhaseTime(timedelta(minutes=30)), PhaseTime(timedelta(minutes=1))
    served = Served(
        supports=lambda *_: True, answers=lambda _: True, times=lambda name, _: (slow if name == "drs" else quick,)
    )

    result = plan(server("a"), server("db", technology="aurora", rto=5), served=served, terms=Terms(deadlines=(3600,)))

    assert result.warnings == []


@pytest.mark.parametrize("rto", [10, 11])
def test_target_of_a_resource_is_met_when_it_is_usually_recovered_by_then(rto: int) -> None:
    assert planned(server("a", rto=rto)).warnings == []


def test_target_of_a_foreign_resource_is_not_judged() -> None:
    assert planned(server("host", technology="mainframe", rto=0)).warnings == []


def test_late_waves_come_before_all_other_warnings() -> None:
    unfit = server("b", 2).model_copy(update={"warnings": ("its keys are old",)})
    result = planned(unfit, deadlines=(300,))

    assert [subject for subject, _ in said(result.warnings)] == ["wave 2", "drs/222222222201/b"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (90, "1 min 30 s"), (7200, "120 min")]
)
def test_durations_are_said_in_minutes(seconds: int, words: str) -> None:
    assert in_words(seconds) == words
