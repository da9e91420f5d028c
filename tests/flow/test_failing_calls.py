"""Calls that AWS throttles, whose answers are lost, or that nobody answers: the work gets done, and once."""

from collections import Counter

from groundswell.domain.ids import ExecutionId
from groundswell.domain.states import ExecutionStatus, ResourceState, WaveStatus
from rehearsal.estate.scenario.load import load_scenario
from rehearsal.estate_calls import changes_to, launches_of
from tests.flow.desk import Desk, production
from tests.flow.embedded import SCENARIO, wait_until
from tests.flow.faults import broken

THROTTLED, LOST, EVERYWHERE, SPREAD = "customer-i", "customer-j", "everywhere", "spread"
ACCOUNTS = ("222222222201", "222222222202", "222222222203")
CUSTOMERS_OF = Counter(account for _, account in load_scenario(SCENARIO).homes())
"""Customers of each account: that is how many servers of "everywhere" and of "spread" it holds."""
OTHERS = CUSTOMERS_OF[ACCOUNTS[0]] + CUSTOMERS_OF[ACCOUNTS[2]]


def test_failover_completes_when_many_calls_are_throttled(desk: Desk) -> None:
    throttling = [
        {"service": "drs", "operations": ["DescribeJobs", "DescribeRecoveryInstances", "StartRecovery"], "chance": 0.3},
        {"service": "ec2", "chance": 0.3},
        {"service": "rds", "operations": ["DescribeDBInstances", "FailoverGlobalCluster"], "chance": 0.3},
        {"service": "route53", "chance": 0.3},
    ]

    with broken(desk.embedded.estate, throttling=throttling):
        ended = desk.run(production(THROTTLED))

    resources = desk.resources(ended.execution.execution_id).values()
    assert ended.execution.status is ExecutionStatus.COMPLETED
    assert set(launches_of(desk.embedded.estate, resources).values()) == {1}


def test_nothing_is_done_twice_when_answers_are_lost(desk: Desk) -> None:
    lost_replies = [
        {"service": "drs", "operations": ["StartRecovery"], "times": 2},
        {"service": "rds", "operations": ["FailoverGlobalCluster"], "times": 1},
        {"service": "drs", "operations": ["Describe*"], "times": 3},
    ]

    with broken(desk.embedded.estate, lost_replies=lost_replies):
        ended = desk.run(production(LOST))

    resources = desk.resources(ended.execution.execution_id)
    lost = [call for call in changes_to(desk.embedded.estate, resources.values()) if call.outcome == "LostReply"]
    assert ended.execution.status is ExecutionStatus.COMPLETED
    assert [call.operation for call in lost].count("StartRecovery") == 2
    assert set(launches_of(desk.embedded.estate, resources.values()).values()) == {1}
    assert [call.operation for call in changes_to(desk.embedded.estate, [resources[f"{LOST}-db"]])] == [
        "FailoverGlobalCluster"
    ]


def test_account_is_named_and_the_others_go_on_when_it_cannot_be_planned(desk: Desk) -> None:
    with broken(desk.embedded.estate, unreachable=[{"accounts": [ACCOUNTS[2]]}]):
        ended = desk.run(production(EVERYWHERE))

    (told,) = desk.told(ended.execution.execution_id, "DRAccepted")
    left_out = told["left_out"]
    assert isinstance(left_out, list)
    assert ended.execution.status is ExecutionStatus.COMPLETED_WITH_EXCEPTIONS
    assert ended.waves[0].recovered == CUSTOMERS_OF[ACCOUNTS[0]] + CUSTOMERS_OF[ACCOUNTS[1]]
    assert {each["subject"] for each in left_out} == {
        f"{technology} in account {ACCOUNTS[2]}/us-west-2" for technology in ("aurora", "drs")
    }
    assert all("could not be read and is not in the plan: " in each["reason"] for each in left_out)


def test_other_accounts_go_on_and_it_catches_up_when_an_account_is_away_for_a_while(desk: Desk) -> None:
    away = {"service": "drs", "operations": ["DescribeJobs", "StartRecovery"], "accounts": [ACCOUNTS[1]]}

    with broken(desk.embedded.estate, unreachable=[away]):
        execution_id = desk.ask(production(SPREAD))
        wait_until(lambda: _recovered(desk, execution_id), done=OTHERS.__eq__, what="the others", timeout_seconds=90)
        standing, resources = desk.standing(execution_id), desk.resources(execution_id).values()
    waiting = {each.account for each in resources if each.state is not ResourceState.RECOVERED}
    ended = desk.wait_until_over(execution_id)

    assert standing is not None
    assert standing.waves[0].status is WaveStatus.RUNNING
    assert waiting == {ACCOUNTS[1]}
    assert ended.execution.status is ExecutionStatus.COMPLETED
    assert set(launches_of(desk.embedded.estate, desk.resources(execution_id).values()).values()) == {1}


def _recovered(desk: Desk, execution_id: ExecutionId) -> int:
    standing = desk.standing(execution_id)
    return sum(wave.recovered for wave in standing.waves) if standing else 0
