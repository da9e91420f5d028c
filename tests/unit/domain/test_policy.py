from __future__ import annotations

import pytest
from pydantic import ValidationError

from groundswell.domain.policy import OnFailure, WavePolicy, default_policy


@pytest.mark.parametrize(("wave", "minutes"), [(1, 15), (2, 30), (3, 60), (4, 240), (5, 240), (90, 240)])
def test_default_policy_has_the_deadline_of_its_wave_from_acceptance(wave: int, minutes: int) -> None:
    assert default_policy(wave).deadline_seconds == minutes * 60


def test_default_policy_has_the_last_deadline_when_the_wave_is_past_it() -> None:
    assert [default_policy(wave, (10, 20)).deadline_seconds for wave in (1, 2, 3)] == [10, 20, 20]


def test_default_policy_holds_for_a_person_when_anything_critical_fails() -> None:
    policy = default_policy(1)

    assert (policy.on_failure, policy.least_success_percent, policy.approval) == (OnFailure.HOLD, 100, False)


@pytest.mark.parametrize(
    "wrong", [{"deadline_seconds": 0}, {"least_success_percent": 101}, {"least_success_percent": -1}]
)
def test_policy_is_refused_when_it_makes_no_sense(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        WavePolicy.model_validate({"deadline_seconds": 60, **wrong})
