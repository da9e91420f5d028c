"""A wave that is late: people hear of it once, it is held for them, and the work goes on to its end."""

from datetime import timedelta

import pytest

from groundswell.domain.ids import ExecutionId
from groundswell.domain.instants import from_text, to_text
from groundswell.domain.states import ExecutionStatus
from groundswell_cli.standing import Standing
from tests.flow.desk import RUN_SECONDS, Desk, production
from tests.flow.embedded import wait_until
from tests.flow.faults import broken
from tests.flow.function_calls import configured
from tests.flow.notices import Notices, subscribe

CUSTOMER = "customer-k"


@pytest.fixture(scope="module")
def notices(desk: Desk) -> Notices:
    return subscribe(desk.embedded, "deadlines")


@pytest.fixture(scope="module")
def late(desk: Desk, notices: Notices) -> Standing:
    """Wave 1 is due a second after acceptance, and nothing launches before the sweep has seen that it is late."""
    assert notices.texts == []
    with broken(desk.embedded.estate, unreachable=[{"service": "drs", "operations": ["DescribeJobs"]}]):
        with configured(desk, "plan-execution", WAVE_DEADLINE_SECONDS="1,3600"):
            execution_id = desk.ask(production(CUSTOMER))
            desk.wait_for_answer(execution_id)
        wait_until(lambda: _sweep_tells(desk, execution_id), what="word of the missed deadline")
        desk.sweep()
    standing = wait_until(
        lambda: desk.standing(execution_id),
        done=lambda found: found is not None and found.is_over,
        what=f"the end of {execution_id}",
        timeout_seconds=RUN_SECONDS,
    )
    assert standing is not None
    return standing


def _due(standing: Standing) -> str:
    """When the first wave was due, as long as nobody was waited for."""
    assert standing.execution.accepted_at is not None
    return to_text(from_text(standing.execution.accepted_at) + timedelta(seconds=1))


def _sweep_tells(desk: Desk, execution_id: ExecutionId) -> bool:
    desk.sweep()
    return bool(desk.told(execution_id, "WaveDeadlineMissed"))


def test_missed_deadline_is_told_once_when_the_sweep_sees_it_again(desk: Desk, late: Standing) -> None:
    (told,) = desk.told(late.execution.execution_id, "WaveDeadlineMissed")

    assert told["wave"] == 1
    assert told["deadline_at"] == _due(late)
    assert isinstance(told["counts"], dict)
    assert told["counts"]["remaining"] > 0


def test_wave_is_held_when_its_deadline_is_missed(desk: Desk, late: Standing) -> None:
    (told,) = desk.told(late.execution.execution_id, "WaveHeld")

    assert told["wave"] == 1


def test_work_goes_on_when_a_deadline_is_missed(late: Standing) -> None:
    assert late.execution.status is ExecutionStatus.COMPLETED
    assert [bool(wave.deadline_missed_at) for wave in late.waves] == [True, False, False]


def test_people_are_told_when_a_deadline_is_missed(late: Standing, notices: Notices) -> None:
    execution_id = late.execution.execution_id

    notice = notices.wait_for("DEADLINE MISSED", execution_id)

    assert f"DEADLINE MISSED: wave 1 of execution {execution_id} was due at {_due(late)[:19]}" in notice
    assert "resources are still to come. The work goes on." in notice
    assert f"dr resources {execution_id} --state IN_PROGRESS" in notice
    assert sum("DEADLINE MISSED" in text for text in notices.texts) == 1


def test_status_says_by_how_much_the_deadline_was_missed(desk: Desk, late: Standing) -> None:
    printed = desk.embedded.operator.run_well("dr", "status", late.execution.execution_id)

    assert printed.count("MISSED by") == 1
