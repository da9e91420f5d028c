"""Usual times reach whoever asks what a request comes to, and whoever has put it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from groundswell.domain.acceptance import Asked
from groundswell.domain.estimate import PhaseTime
from groundswell.domain.plan import Served
from groundswell.reactions.preview_plan import Preview, WaveForecast
from tests.unit.reactions.planning_office import REQUEST, Office, servers

SERVED = Served(supports=lambda *_: True, answers=lambda _: True, times=lambda *_: (PhaseTime(timedelta(minutes=20)),))
LATE = "usually ends 20 min after acceptance, and its deadline is 15 min"


def test_preview_has_the_usual_time_of_each_wave_and_warns_of_the_late_ones() -> None:
    office = Office([*servers("a"), *servers("b", wave=2)])

    told = replace(office.previewer(), served=SERVED).plan(REQUEST)

    assert [(each.wave, each.seconds, each.ends_seconds) for each in told.estimates] == [
        (1, 1200, 1200),
        (2, 1200, 2400),
    ]
    assert [(each.subject, each.reason.split(":")[0]) for each in told.warnings] == [
        ("wave 1", LATE),
        ("wave 2", "usually ends 40 min after acceptance, and its deadline is 30 min"),
    ]


def test_preview_names_what_it_knows_no_times_of() -> None:
    told = Office(servers("a")).previewer().plan(REQUEST)

    assert told.estimates == (WaveForecast(wave=1, seconds=0, ends_seconds=0, unknown=("drs",), without=("drs",)),)
    assert told.warnings == ()


def test_preview_of_a_hub_without_estimates_can_be_read() -> None:
    told = Office(servers("a")).previewer().plan(REQUEST).model_dump(mode="json")
    del told["estimates"]

    assert Preview.model_validate(told).estimates == ()


def test_accepted_plan_keeps_the_warning_of_a_wave_that_usually_is_late() -> None:
    office = Office(servers("a"))
    asked = Asked("event-1", "operator", "111111111111", office.bench.clock.now(), REQUEST)

    replace(office.planner(), served=SERVED).plan(asked)

    (warning,) = office.execution().warnings
    assert (warning.subject, warning.reason.split(":")[0]) == ("wave 1", LATE)
