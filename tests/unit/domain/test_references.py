from __future__ import annotations

from tests.unit.domain.builders import finding
from tests.unit.domain.plans import plan, said

AWAY = "222222222209"


def test_relaunch_marks_the_resource_when_its_name_or_its_id_is_given() -> None:
    for written in ("a", "drs/222222222201/a"):
        result = plan(finding("a"), finding("b"), relaunch=[written])

        assert {each.name: each.relaunch for each in result.resources} == {"a": True, "b": False}
        assert result.faults == []


def test_relaunch_names_the_candidates_when_a_name_is_not_clear() -> None:
    result = plan(finding("a"), finding("a", account=AWAY), relaunch=["a"])

    assert result.faults == [
        f"relaunch names a may be drs/222222222201/a, drs/{AWAY}/a: write the one that is meant in full"
    ]


def test_dependency_is_the_own_accounts_thing_when_others_have_one_of_that_name() -> None:
    app = finding("app", account=AWAY, tags={"dr:depends-on": "db", "dr:wave": "2"})
    ours, others = finding("db", account=AWAY), finding("db", tags={"dr:wave": "9"})

    assert plan(app, ours, others).warnings == []


def test_dependency_is_anothers_thing_when_only_another_account_has_it() -> None:
    app = finding("app", account=AWAY, tags={"dr:depends-on": "db", "dr:wave": "2"})

    assert plan(app, finding("db")).warnings == []


def test_dependency_names_the_candidates_when_it_is_not_clear() -> None:
    app = finding("app", tags={"dr:depends-on": "db", "dr:wave": "2"})

    result = plan(app, finding("db"), finding("db", technology="aurora"))

    assert said(result.warnings) == [
        (
            "drs/222222222201/app",
            "it depends on db may be aurora/222222222201/db, drs/222222222201/db: write the one that is meant in full",
        )
    ]
