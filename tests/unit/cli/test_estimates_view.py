"""Usual times as people see them before they ask."""

from __future__ import annotations

from groundswell.domain.operations import Operation
from groundswell.domain.protection import Impact
from groundswell.reactions.preview_plan import Preview, PreviewedResource, WaveForecast
from groundswell_cli.views.plan import plan_view, short_plan_view
from tests.unit.cli.test_views import printed


def forecast(wave: int, seconds: int, ends: int, *, unknown: str = "", without: str = "") -> WaveForecast:
    """Of a wave."""
    named = {"unknown": tuple(unknown.split()), "without": tuple((without or unknown).split())}
    return WaveForecast(wave=wave, seconds=seconds, ends_seconds=ends, **named)


def preview(*estimates: WaveForecast) -> Preview:
    """A plan of a server in each of three waves."""
    return Preview(
        accepted=True,
        operation=Operation.FAILOVER,
        target_region="us-west-2",
        deadlines={1: 900, 2: 1800, 3: 3600},
        estimates=estimates,
        resources=tuple(
            PreviewedResource(
                resource_id=f"drs/s-{wave}",
                name=f"s-{wave}",
                wave=wave,
                technology="drs",
                account="222222222201",
                region="us-west-2",
                customer="customer-a",
                environment="production",
                impact=Impact.CRITICAL,
                fitness=None,
            )
            for wave in (1, 2, 3)
        ),
        left_out=(),
        warnings=(),
        reasons=(),
    )


def rows(text: str, header: str) -> list[str]:
    """The rows below a header, blanks run together."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    start = next(number for number, line in enumerate(lines) if header in line) + 1
    return lines[start : start + 3]


def test_plan_shows_what_each_wave_takes_when_it_ends_and_its_deadline() -> None:
    text = printed(plan_view(preview(forecast(1, 840, 840), forecast(2, 960, 1801), forecast(3, 0, 1801)), "all"))

    assert rows(text, "usually takes") == [
        "1 ≈ 14 min ≈ 14 min 15 min",
        "2 ≈ 16 min ≈ 30 min 1 s 30 min BEYOND ITS DEADLINE",
        "3 seconds ≈ 30 min 1 s 60 min",
    ]


def test_plan_says_what_it_does_not_know() -> None:
    known_first = forecast(1, 840, 840), forecast(2, 60, 900, unknown="host"), forecast(3, 60, 960, without="host")

    assert rows(printed(plan_view(preview(*known_first), "all")), "usually takes") == [
        "1 ≈ 14 min ≈ 14 min 15 min",
        "2 at least 1 min ≈ 15 min and what host takes 30 min",
        "3 ≈ 1 min ≈ 16 min and what host takes 60 min",
    ]


def test_plan_says_unknown_where_nothing_is_known() -> None:
    text = printed(plan_view(preview(forecast(1, 0, 0, unknown="host")), "all"))

    assert rows(text, "usually takes")[0] == "1 unknown unknown 15 min"


def test_short_plan_has_the_usual_end_of_each_wave() -> None:
    text = printed(
        short_plan_view(preview(forecast(1, 840, 840), forecast(2, 840, 1680), forecast(3, 60, 1740)), "all")
    )

    assert rows(text, "usually ends") == [
        "1 1 1 drs ≈ 14 min 15m 00s",
        "2 1 1 drs ≈ 28 min 30m 00s",
        "3 1 1 drs ≈ 29 min 1h 00m 00s",
    ]


def test_plan_of_a_hub_without_estimates_shows_none() -> None:
    assert "usually takes" not in printed(plan_view(preview(), "all"))
    assert rows(printed(short_plan_view(preview(), "all")), "usually ends")[0] == "1 1 1 drs unknown 15m 00s"
