"""Plans made under a named plan, and under limits to what may be touched."""

from __future__ import annotations

from typing import Any

import pytest

from groundswell.domain.named_plan import NamedPlan
from groundswell.domain.plan_terms import Terms, check_findings
from groundswell.domain.protection import Finding
from tests.unit.domain.builders import finding, request
from tests.unit.domain.plans import answered_by, plan, said, supported

CHECK: dict[str, Any] = {"name": "log-on", "technology": "https", "parameters": {"url": "https://login.example.com/"}}
WAVES: list[dict[str, Any]] = [
    {"name": "directory", "resources": [{"tags": {"Application": "directory"}}], "checks_after": [CHECK]},
    {"name": "shop", "resources": [{"tags": {"Application": "shop"}}]},
]
NAMED = NamedPlan.model_validate({"plan": "erp", "waves": WAVES})
DIRECTORY = finding("dc-01", tags={"Application": "directory"})
SHOP = finding("app-01", tags={"Application": "shop"})


def checks(named: NamedPlan = NAMED, **asked: Any) -> tuple[Finding, ...]:
    return tuple(check_findings(named, request(**asked), "111111111111", "us-west-2"))


def test_resources_are_in_the_waves_of_the_named_plan_whatever_their_tags_say() -> None:
    made = plan(DIRECTORY, finding("app-01", tags={"Application": "shop", "dr:wave": "7"}), terms=Terms(NAMED))

    assert {wave: [each.name for each in found] for wave, found in made.waves.items()} == {1: ["dc-01"], 3: ["app-01"]}
    assert not made.faults


def test_resource_without_a_wave_is_good_when_the_named_plan_has_one_for_it() -> None:
    made = plan(finding("app-01", tags={"Application": "shop", "dr:wave": ""}), terms=Terms(NAMED))

    assert [each.wave for each in made.resources] == [3]


def test_resource_that_no_wave_takes_is_named_and_not_recovered() -> None:
    made = plan(SHOP, finding("other"), finding("foreign", tags={"Customer": "customer-b"}), terms=Terms(NAMED))

    assert [each.name for each in made.resources] == ["app-01"]
    assert said(made.left_out) == [("drs/222222222201/other", "no wave of plan erp takes it: see dr plans get erp")]


def test_checks_are_resources_of_their_own_wave_under_the_requests_scope() -> None:
    made = plan(DIRECTORY, SHOP, checks=checks(), terms=Terms(NAMED))

    (check,) = made.waves[2]
    assert check.resource_id == "https/111111111111/check/customer-a/production/erp/directory: checks after/log-on"
    assert (check.technology, check.account, check.region) == ("https", "111111111111", "us-west-2")
    assert (check.customer, check.parameters) == ("customer-a", CHECK["parameters"])


def test_checks_are_of_all_when_the_request_is() -> None:
    everything: dict[str, Any] = {"customer": None, "environment": None, "all": True}

    made = plan(DIRECTORY, checks=checks(**everything), terms=Terms(NAMED), **everything)

    assert made.waves[2][0].resource_id.startswith("https/111111111111/check/all/erp/")


def test_checks_are_made_in_their_own_account_when_they_name_one() -> None:
    own = {**CHECK, "account": "222222222201"}
    named = NamedPlan.model_validate({"plan": "erp", "waves": [{**WAVES[1], "checks_before": [own]}]})

    assert [each.account for each in checks(named)] == ["222222222201"]


@pytest.mark.parametrize(
    ("findings", "asked", "waves"),
    [
        ((SHOP,), {}, [3]),
        ((DIRECTORY, SHOP), {"waves": [1]}, [1]),
        ((DIRECTORY, SHOP), {"waves": [1, 2]}, [1, 2]),
        ((DIRECTORY, SHOP), {"technologies": ["drs"]}, [1, 2, 3]),
    ],
)
def test_checks_are_made_only_of_waves_that_have_something_to_do(
    findings: tuple[Finding, ...], asked: dict[str, Any], waves: list[int]
) -> None:
    made = plan(*findings, checks=checks(), terms=Terms(NAMED), **asked)

    assert list(made.waves) == waves


def test_wave_that_only_checks_is_always_made() -> None:
    named = NamedPlan.model_validate(
        {"plan": "erp", "waves": [{"name": "network", "checks_before": [CHECK]}, WAVES[1]]}
    )

    made = plan(SHOP, checks=checks(named), terms=Terms(named))

    assert list(made.waves) == [1, 2]


def test_check_that_cannot_be_made_is_a_fault_and_not_left_out() -> None:
    broken = checks()[0].model_copy(update={"faults": ("its parameters lack url",)})

    made = plan(DIRECTORY, SHOP, checks=(broken,), terms=Terms(NAMED))

    assert made.faults == ["check https log-on in 111111111111/us-west-2: its parameters lack url; correct plan erp"]


def test_check_for_which_nobody_answers_is_a_fault() -> None:
    made = plan(DIRECTORY, SHOP, checks=checks(), terms=Terms(NAMED), served=answered_by("drs"))

    assert [fault.partition(": nobody")[0] for fault in made.faults] == [
        "https/111111111111/check/customer-a/production/erp/directory: checks after/log-on"
    ]


def test_check_whose_technology_does_not_know_the_operation_is_a_fault() -> None:
    served = supported(lambda technology, _: technology != "https")

    made = plan(DIRECTORY, SHOP, checks=checks(), terms=Terms(NAMED), served=served)

    assert [fault.startswith("failover is not supported by https") for fault in made.faults] == [True]


LIMITED = NAMED.model_copy(update={"max_resources": 1})


@pytest.mark.parametrize(
    ("terms", "asked", "whose"),
    [
        (Terms(max_resources=1), {}, "this hub allows 1"),
        (Terms(LIMITED, max_resources=9), {}, "plan erp allows 1"),
        (Terms(NAMED, max_resources=1), {}, "this hub allows 1"),
        (Terms(max_resources=9), {"max_resources": 1}, "the request allows 1"),
    ],
)
def test_plan_that_touches_more_than_is_allowed_says_how_to_ask_for_so_many(
    terms: Terms, asked: dict[str, Any], whose: str
) -> None:
    (fault,) = plan(DIRECTORY, SHOP, terms=terms, **asked).faults

    assert fault.startswith(f"it would touch 2 resources, and {whose}: narrow the request")
    assert fault.endswith('say so with "max_resources": 2 (dr request … --max-resources 2)')


@pytest.mark.parametrize(
    ("terms", "asked"),
    [
        (Terms(max_resources=2), {}),
        (Terms(LIMITED, max_resources=1), {"max_resources": 2}),
        (Terms(NAMED, max_resources=2), {}),
    ],
)
def test_plan_may_touch_what_is_allowed_or_said_outright(terms: Terms, asked: dict[str, Any]) -> None:
    assert not plan(DIRECTORY, SHOP, checks=checks(), terms=terms, **asked).faults


def test_waves_have_the_rules_and_names_of_the_named_plan() -> None:
    terms = Terms(NAMED, deadlines=(60, 120))

    assert [terms.policy(wave).deadline_seconds for wave in (1, 2, 3, 4)] == [60, 60, 120, 120]
    assert [terms.name_of(wave) for wave in (1, 2, 3, 4)] == ["directory", "directory: checks after", "shop", ""]
