"""What counts as growth in a soak."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rehearsal.soak import soak_estate
from rehearsal.soak_growth import Held, Worker, growth

LEVEL = [200.0] * 6


def rounds(workers: Sequence[float], emulator: Sequence[float] = LEVEL, function: str = "recover-drs") -> list[Held]:
    """Rounds after which the function's largest worker, of 512 MB, and the emulator held so many megabytes."""
    return [
        Held([Worker(function, held, 512), Worker(function, 60, 512)], of_emulator, 90.0)
        for held, of_emulator in zip(workers, emulator, strict=True)
    ]


def test_nothing_grew_when_workers_level_off_and_the_emulator_grows_evenly() -> None:
    found = list(growth(rounds([60, 95, 110, 112, 114, 115], [200, 230, 260, 290, 320, 350])))

    assert found == []


def test_workers_grew_when_they_go_on_growing_in_the_second_half() -> None:
    (found,) = growth(rounds([60, 75, 90, 105, 120, 135]))

    assert found.what == "a worker of recover-drs held 90 MB at most in the first half, 135 MB in the second"


def test_workers_grew_when_they_go_on_growing_a_little() -> None:
    (found,) = growth(rounds([60, 75, 77, 79, 81, 83]))

    assert found.what == "a worker of recover-drs held 77 MB at most in the first half, 83 MB in the second"


def test_workers_grew_when_the_one_that_grew_died_before_the_last_round() -> None:
    (found,) = growth(rounds([60, 75, 90, 105, 120, 60]))

    assert found.what == "a worker of recover-drs held 90 MB at most in the first half, 120 MB in the second"


def test_workers_grew_when_those_of_another_function_are_larger() -> None:
    larger = rounds([150] * 6, function="plan-execution")
    smaller = rounds([60, 75, 90, 105, 120, 135])
    both = [Held([*one.workers, *other.workers], 200.0, 90.0) for one, other in zip(larger, smaller, strict=True)]

    (found,) = growth(both)

    assert found.what.startswith("a worker of recover-drs held 90 MB")


def test_worker_is_too_large_when_it_holds_more_than_half_of_what_its_function_is_given() -> None:
    (found,) = growth(rounds([100, 250, 257, 257, 257, 257]))

    assert found.what == "a worker of recover-drs holds 257 MB of 512 MB"


@pytest.mark.parametrize("worker", [250.0, 256.0])
def test_worker_is_not_too_large_when_it_holds_half_of_what_its_function_is_given(worker: float) -> None:
    assert list(growth(rounds([worker] * 6))) == []


def test_nothing_is_known_when_there_are_too_few_rounds_to_compare() -> None:
    (found,) = growth(rounds([60, 75, 76], [200] * 3))

    assert found.what == "3 rounds are too few to see whether memory levels off"
    assert found.look_at == "`rehearsal soak --help`: take 4 rounds at least"


def test_emulator_grew_when_it_grows_faster_and_faster() -> None:
    (found,) = growth(rounds([75] * 6, [200, 210, 220, 230, 300, 400]))

    assert found.what == "the emulated AWS grew by 30 MB in the first half and by 170 MB in the second"


def test_largest_worker_is_none_when_no_function_runs() -> None:
    assert Held([], 200.0, 90.0).largest is None


def test_each_round_has_an_environment_of_its_own() -> None:
    servers = soak_estate(customers=20, rounds=3)["servers"]

    assert isinstance(servers, list)
    assert {each["tags"]["Environment"] for each in servers} == {"round-01", "round-02", "round-03"}
