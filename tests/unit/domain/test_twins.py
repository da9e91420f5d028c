from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from groundswell.domain.protection import Finding, Fitness
from tests.unit.domain.builders import FIT, finding
from tests.unit.domain.plans import LAGGING, UNREAD, names, plan, said

HOME, AWAY = "222222222201", "222222222209"
GONE = Fitness(fit=False, state="DISCONNECTED", is_over=True)


def server(service_id: str, name: str = "web-1", **changes: Any) -> Finding:
    return finding(name, service_id=service_id, **changes)


@pytest.mark.parametrize(("better", "worse"), [(FIT, UNREAD), (UNREAD, LAGGING), (LAGGING, GONE), (FIT, GONE)])
def test_fit_twin_is_taken_in_whatever_order_they_are_listed(better: Fitness, worse: Fitness) -> None:
    twins = [server("s-2", fitness=worse), server("s-9", fitness=better), server("s-5", fitness=worse)]

    for listed in permutations(twins):
        result = plan(*listed)

        assert [resource.service_id for resource in result.resources] == ["s-9"]
        assert result.faults == []


def test_twins_are_named_with_what_their_service_calls_them_and_their_states() -> None:
    result = plan(server("s-1", fitness=GONE), server("s-2"))

    assert said(result.left_out) == [
        (
            "drs s-1 (DISCONNECTED) in 222222222201/us-west-2",
            "it is a twin of s-2 (CONTINUOUS) in 222222222201/us-west-2, which goes by the id "
            "drs/222222222201/web-1 too and was taken; if both are meant, give each a dr:resource-id of its own",
        )
    ]


@pytest.mark.parametrize("fitness", [FIT, UNREAD, LAGGING, GONE])
def test_twins_are_a_fault_when_none_is_fitter_than_the_other(fitness: Fitness) -> None:
    (fault,) = plan(server("s-1", fitness=fitness), server("s-2", fitness=fitness)).faults

    assert fault.startswith("drs/222222222201/web-1 may be any of s-1 (")
    assert "s-2 (" in fault
    assert "give all but one a dr:resource-id of their own" in fault


def test_twins_are_none_when_only_one_of_them_is_asked_for() -> None:
    result = plan(server("s-1"), server("s-2", tags={"Customer": "customer-b"}))

    assert (len(result.resources), result.left_out, result.faults) == (1, [], [])


def test_replicas_of_one_server_in_one_account_are_twins_whatever_they_are_called() -> None:
    result = plan(server("s-1", "old", origin="i-1", fitness=GONE), server("s-2", "new", origin="i-1"))

    assert (names(result), len(result.left_out), result.faults) == (["new"], 1, [])


def test_name_takes_nothing_out_of_another_accounts_failover() -> None:
    db = server("s-1", "db", account=HOME)
    thief = server("s-0", "x", account="222222222200", tags={"dr:resource-id": "db", "Customer": "playground"})

    result = plan(thief, db)

    assert (names(result), result.left_out, result.faults) == (["db"], [], [])


def test_whole_id_of_another_account_is_a_fault_of_who_writes_it_and_takes_nothing() -> None:
    thief = server("s-0", "x", account="222222222200", tags={"dr:resource-id": f"drs/{HOME}/db"})

    result = plan(thief, server("s-1", "db", account=HOME))

    assert (names(result), result.faults) == (["db"], [])
    assert "names another account's" in result.left_out[0].reason


def test_plan_is_refused_when_a_tag_gives_things_of_two_accounts_one_name() -> None:
    ours = server("s-1", "db", account=HOME)
    theirs = server("s-2", "x", account=AWAY, tags={"dr:resource-id": "db"})

    (fault,) = plan(ours, theirs).faults

    assert fault.startswith("drs/222222222201/db, drs/222222222209/db pass for one drs resource in several accounts")
    assert "s-1 (CONTINUOUS) in 222222222201" in fault
    assert "s-2 (CONTINUOUS) in 222222222209" in fault


def test_plan_is_refused_when_replicas_in_two_accounts_are_of_one_server() -> None:
    ours = server("s-1", "a", account=HOME, origin="333333333333/i-1")
    theirs = server("s-2", "b", account=AWAY, origin="333333333333/i-1")

    assert "pass for one drs resource in several accounts" in plan(ours, theirs).faults[0]


@pytest.mark.parametrize(
    ("tags", "technology"),
    [({}, "drs"), ({"dr:resource-id": f"drs/{AWAY}/web-1"}, "drs"), ({"dr:resource-id": "web-1"}, "aurora")],
)
def test_things_of_two_accounts_are_no_twins_when_their_names_merely_coincide(
    tags: dict[str, str], technology: str
) -> None:
    result = plan(server("s-1", account=HOME), server("s-2", account=AWAY, technology=technology, tags=tags))

    assert (len(result.resources), result.faults) == (2, [])


def test_many_twins_are_named_in_part() -> None:
    (fault,) = plan(*(server(f"s-{number}") for number in range(9))).faults

    assert "s-4 (CONTINUOUS) in 222222222201/us-west-2 and 4 more" in fault


def test_entry_that_stands_twice_alike_counts_once_and_is_named() -> None:
    made = plan(server("s-1", fitness=FIT), server("s-1", fitness=FIT))

    assert (names(made), made.faults) == (["web-1"], [])
    assert [remark.reason for remark in made.left_out] == ["it is declared twice, each time alike, and counts once"]
