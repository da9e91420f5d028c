"""What counts as growth in a soak."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.domain.ids import ExecutionId
from rehearsal.chaos import Passed
from rehearsal.soak import Round, growth, soak_estate
from rehearsal.storms import Storm


def rounds(workers: Sequence[float], emulator: Sequence[float], executions: int = 30) -> list[Round]:
    """Rounds after which the largest worker and the emulator held so many megabytes."""
    passed = Passed(Storm("round", ""), [ExecutionId("dr-1")] * executions, 0, 0, 0, 0.0, 0, 0, [])
    return [
        Round(passed, 10, worker, "recover-drs", held, 90.0) for worker, held in zip(workers, emulator, strict=True)
    ]


def test_nothing_grew_when_workers_are_level_and_the_emulator_grows_evenly() -> None:
    found = list(growth(rounds([60, 75, 76, 76, 76, 76], [200, 230, 260, 290, 320, 350])))

    assert found == []


def test_workers_grew_when_the_largest_holds_much_more_than_when_it_was_warm() -> None:
    (found,) = growth(rounds([60, 75, 90, 105, 120, 135], [200] * 6))

    assert found.what == "the largest worker (recover-drs) holds 135 MB, and the largest held 75 MB when warm"


def test_workers_may_grow_until_they_keep_as_many_roles_as_they_ever_will() -> None:
    found = list(growth(rounds([60, 75, 140, 200, 201, 202], [200] * 6, executions=13)))

    assert found == []


def test_nothing_is_known_of_workers_when_they_saw_too_few_executions() -> None:
    (found,) = growth(rounds([60, 75, 90], [200] * 3, executions=10))

    assert found.what == "30 executions are too few to see workers grow, which keep the roles of 50"


def test_emulator_grew_when_it_grows_faster_and_faster() -> None:
    (found,) = growth(rounds([75] * 6, [200, 210, 220, 230, 300, 400]))

    assert found.what == "the emulated AWS grew by 30 MB in the first half and by 170 MB in the second"


def test_each_round_has_an_environment_of_its_own() -> None:
    servers = soak_estate(customers=20, rounds=3)["servers"]

    assert isinstance(servers, list)
    assert {each["tags"]["Environment"] for each in servers} == {"round-01", "round-02", "round-03"}
