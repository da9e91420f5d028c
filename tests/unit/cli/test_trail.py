"""The trail tells facts, orders and outcomes, and what was not believed."""

from __future__ import annotations

from dataclasses import replace

from groundswell.domain.instants import to_text
from groundswell_cli.record import Disbelieved, read_record
from groundswell_cli.trail import Entry, make_trail
from tests.unit.cli.stories import half_recovered
from tests.unit.cli.story import START, Story, protected


def trail_of(story: Story) -> list[Entry]:
    return make_trail(read_record(story.store, story.execution))


def test_trail_tells_the_story_in_the_order_of_its_time() -> None:
    told = [(entry.sequence, entry.what) for entry in trail_of(half_recovered())]

    assert told == [
        (1, "DRAccepted"),
        (2, "WaveStarted"),
        (None, "RecoveryRequested"),
        (None, "RecoveryRequested"),
        (None, "ResourceRecovered"),
        (None, "ResourceRecovered"),
        (3, "WaveCompleted"),
        (4, "WaveStarted"),
        (None, "RecoveryRequested"),
        (None, "ResourceRecovered"),
        (None, "ResourceFailed"),
        (None, "ResourceFailed"),
        (5, "WaveHeld"),
    ]


def test_trail_says_what_a_wave_came_to() -> None:
    held = next(entry for entry in trail_of(half_recovered()) if entry.what == "WaveHeld")

    assert (held.subject, held.told) == ("wave 2", "1 of 3 recovered, 1 and 1 optional failed; 30.2 s")


def test_trail_says_why_a_request_was_rejected() -> None:
    story = Story()
    story.reject("this hub is not armed", "the request is stale")

    assert [entry.told for entry in trail_of(story)] == ["this hub is not armed; the request is stale"]


def test_trail_says_that_the_bus_refused_a_fact() -> None:
    story = Story()
    story.accept([protected("dc")])
    record = read_record(story.store, story.execution)
    refused = [fact.model_copy(update={"refused": "too large"}) for fact in record.facts]

    told = make_trail(replace(record, facts=refused))[0].told

    assert told == "1 resources in 1 waves (the bus refused it: too large)"


def test_trail_keeps_what_came_too_late_or_was_not_believed() -> None:
    story = half_recovered()
    record = read_record(story.store, story.execution)
    finding = {"outcome": "RECOVERED", "at": to_text(START), "claimed_at": to_text(START)}
    late = record.resources[0].model_copy(update={"late": {"o-9": finding}})
    doubted = Disbelieved(
        source="someone",
        detail_type="ResourceRecovered",
        order_id="o",
        resource_id="drs/dc",
        reason="the token is not the order's",
        at=to_text(START),
    )

    told = make_trail(replace(record, resources=[late], disbelieved=[doubted]))

    assert "(late outcome)" in [entry.what for entry in told]
    assert "ResourceRecovered from someone, counted nowhere: the token is not the order's" in [
        entry.told for entry in told
    ]
