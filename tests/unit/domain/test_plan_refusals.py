from __future__ import annotations

from typing import Any

import pytest

from groundswell.domain.events.facts import Remark
from groundswell.domain.operations import Operation
from groundswell.domain.protection import Fitness
from tests.unit.domain.builders import finding
from tests.unit.domain.plans import LAGGING, UNREAD, names, plan, supported


def test_plan_is_refused_when_a_technology_does_not_support_the_operation() -> None:
    found = [finding("a"), finding("b"), finding("c", technology="route53")]
    served = supported(lambda technology, operation: (technology, operation) != ("drs", Operation.FAILBACK))

    result = plan(*found, served=served, operation="failback")

    assert result.faults == [
        'failback is not supported by drs (2 resources); leave it out with "technologies", or ask for another operation'
    ]


def test_plan_is_accepted_when_the_unsupported_technology_is_left_out_by_the_request() -> None:
    served = supported(lambda technology, _: technology != "drs")

    result = plan(finding("a"), finding("b", technology="route53"), served=served, technologies=["route53"])

    assert (names(result), result.faults) == (["b"], [])


def test_plan_is_refused_with_the_known_customers_when_the_customer_is_unknown() -> None:
    result = plan(finding(tags={"Customer": "customer-c"}), finding("b"), customer="customer-x")

    assert result.faults == [
        "unknown customer 'customer-x': customers with protected resources are customer-a, customer-c"
    ]


def test_nothing_is_called_unknown_where_a_place_could_not_be_read() -> None:
    unread = (Remark(subject="drs in account 222222222201/us-west-2", reason="could not be read: no connection"),)

    (fault,) = plan(finding(), customer="customer-x", unread=unread).faults

    assert "unknown" not in fault
    assert "1 place where it may be could not be read, first drs in account 222222222201/us-west-2" in fault


def test_plan_is_refused_without_a_list_when_nothing_is_protected_at_all() -> None:
    result = plan(customer="customer-x")

    assert result.faults == [
        "unknown customer 'customer-x': there are none; tag resources with dr:enabled=true in the target Region"
    ]


def test_plan_is_refused_with_the_first_customers_when_there_are_many() -> None:
    found = [finding(f"app-{number}", tags={"Customer": f"c{number:03}"}) for number in range(40)]

    (fault,) = plan(*found, customer="customer-x").faults

    assert fault.endswith("c029 and 10 more")


def test_plan_is_refused_with_the_known_environments_when_the_environment_is_unknown() -> None:
    found = [
        finding(),
        finding("b", tags={"Environment": "test"}),
        finding("c", tags={"Customer": "b", "Environment": "x"}),
    ]

    result = plan(*found, environment="prod")

    assert result.faults == [
        "customer-a has no protected resource in environment 'prod': its environments are production, test"
    ]


def test_plan_is_refused_when_no_wave_or_technology_asked_for_has_a_resource() -> None:
    result = plan(finding(), waves=[9])

    assert result.faults == [
        "nothing to recover in customer-a/production with these waves and technologies: "
        "is dr:enabled=true set in the target Region?"
    ]


def test_plan_is_refused_when_all_is_asked_for_and_there_is_nothing() -> None:
    result = plan(customer=None, environment=None, all=True)

    assert result.faults == ["nothing to recover in all: is dr:enabled=true set in the target Region?"]


@pytest.mark.parametrize("asked", [{}, {"customer": "customer-x"}, {"environment": "prod"}, {"waves": [9]}])
def test_refusal_names_what_was_left_out_first_when_that_may_be_the_reason(asked: dict[str, Any]) -> None:
    unread = Remark(subject="drs in account 222222222201/us-west-2", reason="could not be read")
    found = [finding("other", tags={"Environment": "test"})] if asked != {"waves": [9]} else [finding()]

    (fault,) = plan(*found, unread=(unread,), **asked).faults

    assert fault.endswith("could not be read, first drs in account 222222222201/us-west-2: could not be read")


@pytest.mark.parametrize("fitness", [LAGGING, UNREAD])
def test_switchover_is_refused_when_a_replica_is_not_known_to_be_fit(fitness: Fitness) -> None:
    result = plan(finding("good"), finding("bad", fitness=fitness), operation="switchover")

    (fault,) = result.faults
    assert fault.startswith("not fit for a switchover: drs/222222222201/bad (bad) is ")


def test_switchover_is_accepted_when_a_resource_has_no_replica() -> None:
    assert plan(finding(fitness=None), operation="switchover").faults == []


def test_switchover_names_some_and_counts_the_rest_when_many_are_unfit() -> None:
    found = [finding(f"app-{number:02}", fitness=LAGGING) for number in range(25)]

    faults = plan(*found, operation="switchover").faults

    assert len(faults) == 11
    assert faults[0].endswith("(app-00) is BACKLOG, 1800 s behind")
    assert faults[-1] == "and 15 more resources are not fit for a switchover; see dr plan"


def test_relaunch_is_refused_when_it_names_what_is_not_in_the_plan() -> None:
    result = plan(finding("a"), relaunch=["drs/222222222201/a", "drs/222222222201/b"])

    assert result.faults == ["relaunch names drs/222222222201/b, which is not in the plan"]


def test_relaunch_names_some_and_counts_the_rest_when_many_are_not_in_the_plan() -> None:
    faults = plan(finding("a"), relaunch=[f"x{number}" for number in range(100)]).faults

    assert len(faults) == 11
    assert faults[-1] == "and 90 more that relaunch names are not in the plan, or unclear"


def test_faults_are_all_named_when_a_request_has_several() -> None:
    served = supported(lambda *_: False)

    result = plan(finding("a", fitness=LAGGING), served=served, operation="switchover", relaunch=["x"])

    assert [fault.split()[0] for fault in result.faults] == ["switchover", "not", "relaunch"]
