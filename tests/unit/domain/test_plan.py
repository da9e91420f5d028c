from __future__ import annotations

from unittest.mock import Mock

import pytest

from groundswell.domain.events.facts import Remark
from groundswell.domain.plan import Served
from groundswell.domain.protection import Fitness
from tests.unit.domain.builders import finding
from tests.unit.domain.plans import LAGGING, UNREAD, answered_by, names, plan, said


def test_plan_holds_the_resources_of_the_scope_only_when_there_are_others() -> None:
    result = plan(
        finding("ours"),
        finding("of another", tags={"Customer": "customer-b"}),
        finding("of the test", tags={"Environment": "test"}),
        finding("not enabled", tags={"dr:enabled": "false"}),
    )

    assert (names(result), result.left_out, result.faults) == (["ours"], [], [])


def test_plan_holds_everything_when_all_is_asked_for() -> None:
    result = plan(finding("a"), finding("b", tags={"Customer": "b"}), customer=None, environment=None, all=True)

    assert names(result) == ["a", "b"]


def test_plan_holds_the_waves_asked_for_when_some_are_named() -> None:
    result = plan(finding("a"), finding("b", tags={"dr:wave": "2"}), waves=[2])

    assert (names(result), result.warnings) == (["b"], [])


def test_plan_holds_the_technologies_asked_for_when_some_are_named() -> None:
    result = plan(finding("a"), finding("b", technology="aurora"), technologies=["aurora"])

    assert (names(result), result.warnings) == (["b"], [])


def test_plan_warns_when_the_request_names_technologies_and_waves_of_which_there_is_nothing() -> None:
    result = plan(finding("a"), technologies=["drs", "auroa"], waves=[1, 7])

    assert said(result.warnings) == [
        ("request", "technologies names auroa, of which nothing is in the plan"),
        ("request", "waves names 7, in which nothing is in the plan"),
    ]


def test_waves_are_in_order_with_their_gaps_when_some_are_not_used() -> None:
    result = plan(*(finding(f"app-{wave}", tags={"dr:wave": str(wave)}) for wave in (30, 2, 1)))

    assert {wave: [each.name for each in found] for wave, found in result.waves.items()} == {
        1: ["app-1"],
        2: ["app-2"],
        30: ["app-30"],
    }
    assert list(result.waves) == [1, 2, 30]


def test_plan_is_the_same_when_findings_come_in_another_order() -> None:
    found = [finding(f"app-{number}", account=account) for number in range(3) for account in ("1" * 12, "2" * 12)]

    assert plan(*found) == plan(*reversed(found))


def test_resource_is_named_as_left_out_when_its_tags_are_broken() -> None:
    result = plan(finding("good"), finding("bad", tags={"dr:wave": "x"}))

    assert said(result.left_out) == [
        ("drs bad in 222222222201/us-west-2", "broken tags: dr:wave is 'x'; allowed are 1 to 90")
    ]


@pytest.mark.parametrize(
    ("tags", "is_named"),
    [
        ({"Customer": "customer-b"}, False),
        ({"Environment": "test"}, False),
        ({"Customer": ""}, True),
        ({"Environment": ""}, True),
        ({"Customer": "", "Environment": "test"}, False),
    ],
)
def test_resource_with_broken_tags_is_named_only_when_it_may_be_in_the_scope(
    tags: dict[str, str], is_named: bool
) -> None:
    result = plan(finding("good"), finding("bad", tags={"dr:wave": "x", **tags}))

    assert bool(result.left_out) is is_named


def test_resource_with_broken_tags_is_named_whosever_it_is_when_all_is_asked_for() -> None:
    result = plan(
        finding("good"),
        finding("bad", tags={"dr:wave": "x", "Customer": "b"}),
        customer=None,
        environment=None,
        all=True,
    )

    assert len(result.left_out) == 1


def test_resource_is_left_out_by_name_when_nobody_answers_for_its_technology() -> None:
    result = plan(finding("a"), finding("b", technology="mainframe"), served=answered_by("drs"))

    assert names(result) == ["a"]
    assert [subject for subject, reason in said(result.left_out) if "nobody answers for technology mainframe" in reason]


def test_answerers_are_asked_once_a_technology_when_it_has_many_resources() -> None:
    answers = Mock(return_value=True)

    plan(*(finding(f"app-{number}") for number in range(20)), served=Served(lambda *_: True, answers))

    answers.assert_called_once_with("drs")


def test_what_could_not_be_read_is_named_as_left_out() -> None:
    remark = Remark(subject="drs in account 222222222202/us-west-2", reason="could not be read")

    assert plan(finding(), unread=(remark,)).left_out == [remark]


@pytest.mark.parametrize("fitness", [LAGGING, UNREAD])
def test_failover_goes_on_with_a_warning_when_a_replica_is_not_known_to_be_fit(fitness: Fitness) -> None:
    result = plan(finding("bad", fitness=fitness))

    assert result.faults == []
    assert [reason for _, reason in said(result.warnings) if reason.startswith("replica not fit: ")]


@pytest.mark.parametrize(("wave", "warns"), [("1", False), ("2", True), ("3", True)])
def test_plan_warns_when_a_resource_does_not_recover_after_what_it_depends_on(wave: str, warns: bool) -> None:
    db = finding("db", tags={"dr:wave": wave, "dr:resource-id": "db"})
    app = finding("app", tags={"dr:wave": "2", "dr:resource-id": "app", "dr:depends-on": "db"})

    warnings = said(plan(app, db).warnings)

    expected = [("drs/222222222201/app", f"it depends on db, which recovers in wave {wave}, not before wave 2")]
    assert warnings == (expected if warns else [])


def test_plan_warns_when_what_a_resource_depends_on_is_not_in_the_plan() -> None:
    app = finding("app", tags={"dr:resource-id": "app", "dr:depends-on": "db cache"})

    assert said(plan(app).warnings) == [
        ("drs/222222222201/app", "it depends on db, which is not in the plan"),
        ("drs/222222222201/app", "it depends on cache, which is not in the plan"),
    ]


def test_plan_warns_of_what_the_finding_says() -> None:
    assert said(plan(finding("a", warnings=("beware",))).warnings) == [("drs/222222222201/a", "beware")]
