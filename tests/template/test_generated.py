"""What is generated is up to date, and the generator refuses what it cannot know."""

from __future__ import annotations

import dataclasses

import pytest

from generate.__main__ import files, technologies
from generate.fragment import fill
from generate.marked import PlacesError, written_anew
from generate.reactions import logical_id
from generate.rights import Reach, UnknownActionError, by_reach, reach_of, reach_of_dependent
from generate.workload_account import parts
from groundswell.technologies.contract import Step

PLACE = "a\n  # --- generated: part ---\n  old\n  # --- end of generated ---\nb\n"


def test_generated_parts_are_up_to_date() -> None:
    stale = [path.name for path, text in files() if path.read_text(encoding="utf-8") != text]

    assert not stale, "run make generate and commit the result"


def test_marked_place_takes_its_part_and_keeps_the_rest() -> None:
    text = written_anew(PLACE, {"part": "new\n  deeper\n"})

    assert text == "a\n  # --- generated: part ---\n  new\n    deeper\n  # --- end of generated ---\nb\n"


def test_marked_place_is_empty_when_its_part_is() -> None:
    assert written_anew(PLACE, {"part": ""}) == PLACE.replace("  old\n", "")


@pytest.mark.parametrize("given", [{}, {"part": "x", "other": "y"}])
def test_generator_refuses_when_places_and_parts_differ(given: dict[str, str]) -> None:
    with pytest.raises(PlacesError, match="part"):
        written_anew(PLACE, given)


def test_generator_refuses_an_action_that_nobody_looked_up() -> None:
    technology = dataclasses.replace(
        technologies()[0],
        steps={
            key: dataclasses.replace(step, writes=("newservice:DoIt",)) for key, step in technologies()[0].steps.items()
        },
    )

    with pytest.raises(UnknownActionError, match="newservice:DoIt"):
        parts([technology])


def test_dependent_action_is_bound_to_the_service_that_acts() -> None:
    through_drs = reach_of_dependent("ec2:RunInstances", caller="drs")
    drs_itself = reach_of_dependent("drs:CreateRecoveryInstanceForDrs", caller="drs")

    assert "aws:ViaAWSService" in through_drs.condition
    assert drs_itself == reach_of("drs:CreateRecoveryInstanceForDrs")


def test_actions_of_equal_reach_share_a_statement() -> None:
    near, far = Reach(("a",)), Reach(())

    assert by_reach([("x:B", near), ("x:C", far), ("x:A", near)]) == {far: ["x:C"], near: ["x:A", "x:B"]}


def test_fragment_refuses_when_a_place_has_no_value() -> None:
    with pytest.raises(KeyError):
        fill("queue", name="only-a-name")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("drs", "Drs"), ("fan-out-wave", "FanOutWave"), ("sql-server", "SqlServer"), ("aws.rds", "AwsRds")],
)
def test_logical_id_is_made_of_letters_and_digits(name: str, expected: str) -> None:
    assert logical_id(name) == expected


def test_steps_with_dependent_actions_say_where_those_are_documented() -> None:
    steps: list[Step] = [step for technology in technologies() for step in technology.steps.values()]

    assert all(step.dependent_source.startswith("https://docs.aws.amazon.com/") for step in steps if step.dependent)
