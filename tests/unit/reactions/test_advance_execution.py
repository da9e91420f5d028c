from __future__ import annotations

from collections.abc import Iterator

import pytest

from groundswell.domain.conditions import Value
from groundswell.domain.errors import PermanentError, TransientError
from groundswell.domain.ids import ExecutionId, ResourceId
from groundswell.domain.states import ExecutionStatus, WaveStatus
from groundswell.ledger import keys, reading
from groundswell.ports.store import TransactionRefusedError, Update
from groundswell.reactions.advance_execution import advance
from groundswell.reactions.attempts import ATTEMPTS, STEPS, until_committed
from groundswell.reactions.close_wave import try_close
from tests.unit.ledger.stories import X, accepted, data_of, facts, server, set_status
from tests.unit.reactions.bench import Bench, Crash


def bench_with(*waves: int) -> Bench:
    """An accepted execution with one server in each of these waves."""
    bench = Bench()
    accepted(bench.store, *(server(f"s-{wave}", wave) for wave in waves))
    return bench


def step(bench: Bench) -> None:
    advance(bench.store, bench.clock, X, cause="c")


def close(bench: Bench, wave: int = 1) -> None:
    try_close(bench.store, bench.clock, X, wave, cause="c")


def set_wave(bench: Bench, wave: int = 1, **change: Value) -> None:
    bench.store.write(Update(keys.wave_key(X, wave), set=change, add={"version": 1}))


def statuses(bench: Bench) -> list[WaveStatus]:
    return [wave.status for wave in reading.waves(bench.store, X)]


def held(bench: Bench, wave: int = 1) -> bool:
    return bench.store.get(keys.hold_key(ResourceId(f"s-{wave}"))) is not None


def through(bench: Bench, wave: int) -> None:
    """Let everything of a wave be recovered."""
    set_wave(bench, wave, remaining=0, recovered=1)
    close(bench, wave)


def test_nothing_more_happens_however_often_it_is_advanced() -> None:
    bench = bench_with(1, 2)
    step(bench)
    before = facts(bench.store)

    for _ in range(5):
        step(bench)

    assert facts(bench.store) == before


def test_execution_ends_and_lets_go_of_its_resources_when_all_waves_are_through() -> None:
    bench = bench_with(1, 2)
    for wave in (1, 2):
        step(bench)
        through(bench, wave)

    step(bench)

    assert reading.execution(bench.store, X).status is ExecutionStatus.COMPLETED
    assert [kind for _, kind in facts(bench.store)] == [
        "DRAccepted",
        "WaveStarted",
        "WaveCompleted",
        "WaveStarted",
        "WaveCompleted",
        "DRCompleted",
    ]
    assert (held(bench, 1), held(bench, 2)) == (False, False)


def test_execution_ends_once_when_it_is_advanced_again() -> None:
    bench = bench_with(1)
    step(bench)
    through(bench, 1)

    for _ in range(3):
        step(bench)

    assert [kind for _, kind in facts(bench.store)].count("DRCompleted") == 1


def test_end_stands_when_the_process_dies_before_it_lets_go() -> None:
    bench = bench_with(1)
    step(bench)
    through(bench, 1)
    bench.store.writes_left = 1
    with pytest.raises(Crash):
        step(bench)
    bench.store.writes_left = None
    assert held(bench)

    step(bench)

    assert reading.execution(bench.store, X).status is ExecutionStatus.COMPLETED
    assert not held(bench)


def test_approval_is_asked_for_and_waited_for() -> None:
    bench = bench_with(1)
    policy = reading.wave(bench.store, X, 1).policy.model_copy(update={"approval": True})
    set_wave(bench, policy=policy.model_dump(mode="json"))

    step(bench)
    step(bench)

    assert statuses(bench) == [WaveStatus.AWAITING_APPROVAL]
    set_wave(bench, approved=True)
    step(bench)
    assert statuses(bench) == [WaveStatus.RUNNING]


def test_empty_waves_are_passed_at_once() -> None:
    bench = bench_with(1, 2, 3)
    for wave in (1, 2):
        set_wave(bench, wave, total=0, remaining=0)

    step(bench)

    assert statuses(bench) == [WaveStatus.COMPLETED, WaveStatus.COMPLETED, WaveStatus.RUNNING]


ADVANCED = (ExecutionStatus.PLANNING, ExecutionStatus.RUNNING, ExecutionStatus.CANCELLING)


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each not in ADVANCED])
def test_nothing_is_done_for_an_execution_that_does_not_run(status: ExecutionStatus) -> None:
    bench = bench_with(1)
    set_status(bench.store, status)

    step(bench)

    assert facts(bench.store) == [(1, "DRAccepted")]


def test_unknown_execution_is_named() -> None:
    with pytest.raises(PermanentError, match="the ledger holds no execution dr-9"):
        advance(Bench().store, Bench().clock, ExecutionId("dr-9"), cause="c")


def test_wave_stays_open_while_something_remains() -> None:
    bench = bench_with(1)
    step(bench)

    close(bench)

    assert statuses(bench) == [WaveStatus.RUNNING]


def test_execution_fails_when_a_wave_fails_that_is_to_stop_it() -> None:
    bench = bench_with(1, 2)
    policy = reading.wave(bench.store, X, 1).policy.model_copy(update={"on_failure": "stop"})
    step(bench)
    set_wave(bench, remaining=0, failed=1, policy=policy.model_dump(mode="json", warnings=False))
    close(bench)

    step(bench)

    assert reading.execution(bench.store, X).status is ExecutionStatus.FAILED
    assert statuses(bench) == [WaveStatus.FAILED, WaveStatus.PENDING]
    assert data_of(bench.store, "DRFailed")["reason"] == "wave 1 failed and its policy is to stop"


def test_decision_is_taken_again_when_somebody_else_was_first() -> None:
    refusal = TransactionRefusedError([])
    answers: Iterator[Exception | bool] = iter([refusal, refusal, False])

    def decide() -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    until_committed(decide, "advancing")

    assert next(answers, None) is None


@pytest.mark.parametrize(
    ("is_refused", "times", "words"),
    [
        (True, ATTEMPTS, "advancing dr-1: overtaken 20 times in a row; it is tried again"),
        (False, STEPS, "advancing dr-1: not done after 200 transactions; it goes on when it is tried again"),
    ],
)
def test_decision_is_given_up_for_now_when_it_never_comes_to_an_end(is_refused: bool, times: int, words: str) -> None:
    tried: list[int] = []

    def decide() -> bool:
        tried.append(1)
        if is_refused:
            raise TransactionRefusedError([])
        return True

    with pytest.raises(TransientError, match=words):
        until_committed(decide, "advancing dr-1")
    assert len(tried) == times


def test_decision_goes_on_however_often_it_is_overtaken_when_it_gets_on_between() -> None:
    answers = iter([*([TransactionRefusedError([])] * (ATTEMPTS - 1) + [None]) * 3, False])

    def decide() -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer is None

    until_committed(decide, "advancing")

    assert next(answers, "nothing left") == "nothing left"
