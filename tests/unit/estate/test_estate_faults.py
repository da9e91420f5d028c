"""Faults around calls, from a scenario and from a plan of one's own."""

import pytest

from rehearsal.estate.dice import Dice
from rehearsal.estate.errors import EstateError, LostReplyError, UnreachableError
from rehearsal.estate.fault_plan import CallFacts, NoFaults, Verdict
from rehearsal.estate.scenario.faults import Faults
from rehearsal.estate.scenario_faults import ScenarioFaults
from tests.unit.estate.builders import ACCOUNT, HERE, THERE, World, dns_scenario, scenario


def faulty(**faults: object) -> World:
    return World(scenario(2, faults={"throttling": []} | faults))


THROTTLED = [
    ("drs", "DescribeSourceServers", "ThrottlingException"),
    ("ec2", "DescribeInstances", "RequestLimitExceeded"),
    ("rds", "DescribeDBClusters", "Throttling"),
    ("route53", "ListHostedZones", "Throttling"),
    ("cloudwatch", "GetMetricData", "ThrottlingException"),
    ("service-quotas", "ListServiceQuotas", "TooManyRequestsException"),
    ("ssm", "ListCommands", "ThrottlingException"),
]


@pytest.mark.parametrize(("service", "operation", "code"), THROTTLED)
def test_call_is_refused_in_the_words_of_its_service_when_throttled(service: str, operation: str, code: str) -> None:
    world = faulty(throttling=[{"chance": 1}])

    with pytest.raises(EstateError) as refused:
        world.call(service, operation, {})

    assert refused.value.code == code


def test_rate_counts_each_account_and_region_apart_when_it_is_limited() -> None:
    world = faulty(throttling=[{"service": "ec2", "per_second": 1, "burst": 1}])
    world.ec2("DescribeInstances")

    world.call("ec2", "DescribeInstances", {}, caller=THERE)
    with pytest.raises(EstateError):
        world.ec2("DescribeInstances")


def test_rate_of_route53_counts_an_account_once_when_it_is_called_from_two_regions() -> None:
    world = World(dns_scenario(faults={"throttling": [{"service": "route53", "per_second": 1, "burst": 1}]}))
    world.route53("ListHostedZones")

    with pytest.raises(EstateError):
        world.call("route53", "ListHostedZones", {}, caller=THERE)


def test_call_took_effect_when_its_reply_is_lost() -> None:
    world = faulty(lost_replies=[{"service": "drs", "operations": ["StartRecovery"], "times": 1}])
    servers = world.servers()

    with pytest.raises(LostReplyError):
        world.start(servers)
    world.clock.advance(10)

    record = world.estate.log.select("drs", "StartRecovery")[0]
    assert [job["jobID"] for job in world.drs("DescribeJobs")["items"]] == [record.effects["job"]]
    assert record.outcome == "LostReply"
    assert world.estate.launches() == dict.fromkeys(servers, 1)


def test_fault_strikes_as_often_as_it_says_when_times_is_given() -> None:
    world = faulty(failing_operations=[{"service": "drs", "code": "InternalServerException", "times": 2}])

    for _ in range(2):
        with pytest.raises(EstateError):
            world.drs("DescribeJobs")

    assert world.drs("DescribeJobs")["items"] == []


def test_call_takes_no_effect_when_the_account_is_unreachable() -> None:
    world = faulty(unreachable=[{"accounts": [ACCOUNT]}])

    with pytest.raises(UnreachableError):
        world.drs("StartRecovery", sourceServers=[])

    assert [record.outcome for record in world.estate.log.select()] == ["Unreachable"]


def test_other_accounts_are_untouched_when_a_fault_names_one() -> None:
    world = faulty(unreachable=[{"accounts": ["222222222209"]}])

    assert len(world.servers()) == 2


def test_share_of_calls_is_throttled_when_a_chance_is_given() -> None:
    world = faulty(throttling=[{"service": "drs", "chance": 0.3}])
    outcomes = []

    for _ in range(400):
        try:
            world.drs("DescribeJobs")
            outcomes.append(True)
        except EstateError:
            outcomes.append(False)

    assert 0.2 < outcomes.count(False) / 400 < 0.4


def test_delay_is_passed_to_the_pause_when_the_scenario_has_latency() -> None:
    of = scenario(1, faults={"throttling": [], "latency": [{"service": "drs", "takes": "250ms"}]})
    world, paused = World(of), list[float]()
    world.estate._pause = paused.append

    world.drs("DescribeJobs")

    assert paused == [0.25]


def test_own_plan_decides_when_it_is_given() -> None:
    class RefuseStarts(NoFaults):
        def judge(self, facts: CallFacts) -> Verdict:
            lost = facts.operation == "StartRecovery"
            return Verdict(lose_reply=lost)

    world = World(scenario(1), faults=RefuseStarts())

    with pytest.raises(LostReplyError):
        world.start(world.servers())


def test_faults_are_added_and_taken_back_when_the_estate_runs() -> None:
    faults = ScenarioFaults(Faults(throttling=()), Dice(1))
    facts = CallFacts(1, 0.0, HERE, "drs", "DescribeJobs", mutating=False, params={})

    faults.add(Faults.model_validate({"unreachable": [{"service": "drs"}]}))
    during = faults.judge(facts).unreachable
    faults.reset()

    assert (during, faults.judge(facts).unreachable) == (True, False)


def test_two_estates_behave_alike_when_their_seed_is_the_same() -> None:
    def story(seed: int) -> list[object]:
        of = scenario(5, seed=seed, faults={"throttling": [{"chance": 0.2}]})
        world, told = World(of), list[object]()
        for _ in range(50):
            world.clock.advance(20)
            try:
                told.append(world.drs("DescribeSourceServers"))
            except EstateError as error:
                told.append(error.code)
        return told

    assert story(3) == story(3)
    assert story(3) != story(4)
