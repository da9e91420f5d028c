"""A named plan: its groups, the waves it comes to, and every way in which it does not hold together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from groundswell.domain.named_plan import Group, NamedPlan
from groundswell.domain.policy import OnFailure
from tests.unit.domain.builders import finding

SHOP: dict[str, Any] = {"name": "shop", "resources": [{"tags": {"Application": "shop"}}]}
CHECK: dict[str, Any] = {"name": "log-on", "technology": "https", "parameters": {"url": "https://login.example.com/"}}
DEADLINES = (900, 1800, 3600)


def named(*waves: dict[str, Any], **also: Any) -> NamedPlan:
    return NamedPlan.model_validate({"plan": "erp", "waves": list(waves or [SHOP]), **also})


def faults(*waves: dict[str, Any], **also: Any) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        named(*waves, **also)
    return [fault["msg"] for fault in raised.value.errors()]


@pytest.mark.parametrize(
    ("group", "takes"),
    [
        ({"technologies": ["drs"]}, True),
        ({"technologies": ["aurora", "route53"]}, False),
        ({"tags": {"Application": "shop"}}, True),
        ({"tags": {"Application": ["erp", "shop"]}}, True),
        ({"tags": {"Application": "erp"}}, False),
        ({"tags": {"Tier": "web"}}, False),
        ({"tags": {"Application": "shop"}, "technologies": ["aurora"]}, False),
        ({"resource_ids": ["drs/222222222201/app-01"]}, True),
        ({"resource_ids": ["drs/222222222201/app-02"]}, False),
    ],
)
def test_group_takes_that_of_which_everything_it_says_is_true(group: dict[str, Any], takes: bool) -> None:
    found = finding(tags={"Application": " shop "})

    assert Group.model_validate(group).takes(found) is takes


def test_group_knows_a_resource_by_the_id_that_its_tag_gives_it() -> None:
    group = Group.model_validate({"resource_ids": ["drs/222222222201/shop-server"]})

    assert group.takes(finding(tags={"dr:resource-id": "shop-server"}))


@pytest.mark.parametrize(("written", "tag"), [(1, "1"), (True, "true"), (False, "false")])
def test_tag_value_may_be_what_yaml_reads_as_a_number_or_truth(written: object, tag: str) -> None:
    group = Group.model_validate({"tags": {"Tier": written}})

    assert group.takes(finding(tags={"Tier": tag}))


def test_wave_of_a_resource_is_the_first_that_takes_it() -> None:
    plan = named(
        {**SHOP, "name": "first"},
        {**SHOP, "name": "second"},
        {"name": "rest", "resources": [{"technologies": ["drs"]}]},
    )

    assert plan.number_of(finding(tags={"Application": "shop"})) == 1
    assert plan.number_of(finding(tags={"Application": "erp"})) == 3
    assert plan.number_of(finding(technology="aurora")) is None


def test_wave_with_checks_is_up_to_three_numbered_ones() -> None:
    after = {**CHECK, "name": "shop works"}
    plan = named({**SHOP, "checks_before": [CHECK], "checks_after": [after]}, {**SHOP, "name": "erp"})

    assert [(stage.number, stage.name, [check.name for check in stage.checks]) for stage in plan.stages] == [
        (1, "shop: checks before", ["log-on"]),
        (2, "shop", []),
        (3, "shop: checks after", ["shop works"]),
        (4, "erp", []),
    ]


def test_wave_that_only_checks_is_one() -> None:
    plan = named({"name": "network", "checks_before": [CHECK]})

    assert [stage.name for stage in plan.stages] == ["network: checks before"]


def test_policy_of_a_wave_is_what_the_plan_says() -> None:
    plan = named({**SHOP, "deadline_minutes": 20, "on_failure": "stop", "least_success_percent": 90, "approval": True})

    policy = plan.stages[0].policy(DEADLINES)

    assert policy.deadline_seconds == 1200
    assert (policy.on_failure, policy.least_success_percent, policy.approval) == (OnFailure.STOP, 90, True)


def test_deadline_is_the_hubs_for_the_place_in_the_plan_when_the_plan_says_none() -> None:
    plan = named({**SHOP, "checks_before": [CHECK]}, {**SHOP, "name": "erp"})

    assert [stage.policy(DEADLINES).deadline_seconds for stage in plan.stages] == [900, 900, 1800]


def test_checks_ask_a_person_when_they_fail_whatever_their_wave_does() -> None:
    wave = {**SHOP, "on_failure": "continue", "least_success_percent": 10, "approval": True, "checks_after": [CHECK]}

    policy = named(wave).stages[1].policy(DEADLINES)

    assert (policy.on_failure, policy.least_success_percent, policy.approval) == (OnFailure.HOLD, 100, False)


@pytest.mark.parametrize(
    ("waves", "also", "fault"),
    [
        ([SHOP, SHOP], {}, "two waves are called 'shop'"),
        ([SHOP], {"four_eyes": True}, "four_eyes asks that two people agree, but no wave has approval"),
        (
            [
                {**SHOP, "deadline_minutes": 30},
                {"name": "x", "resources": [{"technologies": ["drs"]}], "deadline_minutes": 20},
            ],
            {},
            "wave 'x' is to end 20 min after acceptance, before an earlier one (30 min)",
        ),
        (
            [{**SHOP, "checks_before": [CHECK], "checks_after": [CHECK]}],
            {},
            "two checks of wave 'shop' are called 'log-on'",
        ),
        ([{"name": "empty"}], {}, "the wave has neither resources nor checks"),
        ([{"name": "shop", "resources": [{}]}], {}, "a group takes nothing that it does not name"),
        (
            [{**SHOP, "name": f"w{number}", "checks_after": [CHECK]} for number in range(46)],
            {},
            "with its checks it comes to 92 waves, and 90 is the most",
        ),
    ],
)
def test_plan_that_does_not_hold_together_says_why(
    waves: list[dict[str, Any]], also: dict[str, Any], fault: str
) -> None:
    assert any(told.startswith(fault) for told in faults(*waves, **also))


@pytest.mark.parametrize("field", [{"wavez": 1}, {"plan": "Not A Name"}, {"max_resources": 0}])
def test_plan_is_refused_when_a_field_is_unknown_or_wrong(field: dict[str, Any]) -> None:
    assert len(faults(SHOP, **field)) == 1


def test_plan_is_the_same_when_it_is_kept_and_read_again() -> None:
    plan = named({**SHOP, "checks_after": [CHECK], "on_failure": "stop"}, tell=["on-call"], max_resources=5)

    again = NamedPlan.model_validate(plan.model_dump(mode="json", exclude_defaults=True))

    assert again == plan
