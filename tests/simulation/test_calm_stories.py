"""Whole executions in worlds without trouble: the real handlers on the template's queues, over a simulated estate."""

from __future__ import annotations

from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from groundswell.ledger import reading
from groundswell.technologies.registry import BUILT_IN
from rehearsal.estate.scenario.load import load_scenario
from tests.simulation import foreign
from tests.simulation.calm import CHECKS, QUICK, QUIET, everything, failing, world_of
from tests.simulation.setting import Setting
from tests.simulation.stories import mainframe
from tests.simulation.telling import ask, decide, resources, rest, said, waves, wrong, wrong_but_for_launches
from tests.simulation.truth import runs_begun
from tests.simulation.world import World


def test_smallest_estate_is_failed_over() -> None:
    world = World(Setting(load_scenario("smoke")))

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(world) == []
    assert len(world.estate.launches()) == 20


def test_servers_databases_and_names_are_failed_over_wave_by_wave_and_nothing_twice() -> None:
    world = world_of()

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(world) == []
    assert [wave.status for wave in waves(world, execution_id)] == [WaveStatus.COMPLETED] * 3
    assert {each.technology for each in resources(world, execution_id).values()} == {"drs", "aurora", "route53"}
    assert set(world.estate.launches().values()) == {1}


def test_checks_are_made_when_all_else_is_there_and_runs_are_begun_once() -> None:
    world = world_of(**CHECKS)

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(world) == []
    checked = [each for each in resources(world, execution_id).values() if each.technology in ("https", "ssm")]
    assert [each.state for each in checked] == [ResourceState.RECOVERED] * 6
    assert list(runs_begun(world.estate).values()) == [1, 1]
    assert set(world.web.asked) == {"https://shop.customer-a.example/health", "https://shop.customer-b.example/health"}


def test_wave_is_held_when_a_check_does_not_pass_and_goes_on_when_it_is_tried_again() -> None:
    faults = {"throttling": [], "failing_documents": [{"documents": "groundswell-smoke-customer-a", "times": 1}]}
    world = world_of(**CHECKS, faults=faults)
    execution_id = ask(world)
    rest(world, execution_id)
    failed = resources(world, execution_id)["smoke.customer-a"]
    held = waves(world, execution_id)[2].status

    decide(world, execution_id, "ResourceRetryRequested", wave=3, resource_ids=[failed.resource_id])

    assert held is WaveStatus.HELD
    assert failed.failure is not None
    assert "The health check answered 503" in failed.failure.cause
    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert sorted(runs_begun(world.estate).values()) == [1, 1, 1]


def test_estate_with_the_oddities_of_the_field_is_failed_over() -> None:
    oddities = {"instance_id_missing": 0.3, "launching_after_job_end": 0.3, "events_dropped": 0.7}
    world = world_of(oddities=oddities, page_size=2)

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(world) == []


def test_nothing_is_launched_twice_when_replies_are_lost() -> None:
    lost = [{"service": "drs", "operations": ["StartRecovery"]}, {"service": "rds", "operations": ["Failover*"]}]
    world = world_of(faults={"throttling": [], "lost_replies": lost})

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(world) == []


def test_wave_is_held_for_a_person_when_a_server_cannot_be_launched() -> None:
    world = failing()

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.RUNNING
    first, *others = waves(world, execution_id)
    assert [wave.status for wave in (first, *others)] == [WaveStatus.HELD, WaveStatus.PENDING, WaveStatus.PENDING]
    assert (first.failed, first.remaining, first.recovered) == (1, 0, 7)
    (held,) = said(world, "WaveHeld")
    assert "customer-a-dc-01" in held["failed_resources"][0]["subject"]
    assert wrong_but_for_launches(world) == []


def test_execution_completes_with_exceptions_when_only_an_optional_server_cannot_be_launched() -> None:
    world = failing(optional=True)

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED_WITH_EXCEPTIONS
    assert reading.wave(world.ledger, execution_id, 1).failed_optional == 1
    assert wrong_but_for_launches(world) == []


def test_server_is_tried_as_often_as_allowed_and_its_failure_says_so() -> None:
    world = failing()

    execution_id = ask(world)

    rest(world, execution_id)
    failure = resources(world, execution_id)["customer-a-dc-01"].failure
    assert failure is not None
    assert failure.cause.endswith("(tried 3 times)")
    assert sorted(set(world.estate.launches().values())) == [1, 3]


def test_server_whose_launch_fails_once_is_recovered_all_the_same() -> None:
    faults = {"throttling": [], "launch_failures": [{"servers": "customer-a-app-02", "times": 1}]}
    world = world_of(faults=faults)

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong_but_for_launches(world) == []


def test_looks_do_not_multiply_however_many_events_there_are() -> None:
    world = world_of(oddities=QUIET)

    execution_id = ask(world)

    rest(world, execution_id)
    orders = reading.orders(world.ledger, reading.execution(world.ledger, execution_id).planned_lanes)
    assert max(order.claim for order in orders) < 60
    queues = [name for name, queue in world.deployment.queues.items() if queue.handler == "recover"]
    assert len(queues) == len(BUILT_IN)
    assert not [message for name in queues for message in world.queues.unfinished(name)]


def test_switchover_of_a_healthy_estate_completes() -> None:
    world = world_of(oddities=QUIET)

    execution_id = ask(world, operation="switchover")

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    assert wrong(world) == []


def test_technology_that_is_not_ours_recovers_its_resources_in_their_waves() -> None:
    mainframes = (mainframe("customer-a", wave=1), mainframe("customer-b", wave=2))
    world = World(Setting(everything(), mainframes=mainframes))

    execution_id = ask(world)

    assert rest(world, execution_id).status is ExecutionStatus.COMPLETED
    foreigners = [each for each in resources(world, execution_id).values() if each.technology == foreign.NAME]
    assert [(each.wave, each.state) for each in foreigners] == [
        (1, ResourceState.RECOVERED),
        (2, ResourceState.RECOVERED),
    ]
    assert {each.resource_id for each in foreigners} == {name for _, name in world.mainframe.recovered}
    assert all(each.evidence == {"seen": "running"} for each in foreigners)
    assert wrong(world) == []


def test_wave_stays_open_until_a_technology_that_is_not_ours_has_answered() -> None:
    world = World(Setting(everything(times=QUICK), mainframes=(mainframe("customer-a", wave=1),)))

    rest(world, ask(world))

    told = [(entry.source, entry.detail_type) for entry in world.published]
    answered = told.index((f"groundswell.technology.{foreign.NAME}", "ResourceRecovered"))
    assert told[:answered].count(("groundswell.technology.drs", "ResourceRecovered")) == 4
    assert answered < told.index(("groundswell", "WaveCompleted"))
