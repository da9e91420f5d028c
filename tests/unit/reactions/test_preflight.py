from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from groundswell.domain.errors import UnreachableAccountError
from groundswell.domain.operations import Operation
from groundswell.domain.plan import Plan
from groundswell.domain.preflight import PreflightCheck, Verdict
from groundswell.domain.protection import Protected
from groundswell.reactions.preflight import BUDGET, PATIENCE, TRIES
from groundswell.technologies.contract import Look, Unread
from tests.unit.domain.builders import finding, protected
from tests.unit.reactions.checkpoint import (
    ACCOUNTS,
    BAD,
    DENIED,
    GOOD,
    THROTTLED,
    Checkpoint,
    Hook,
    server,
    technology,
)
from tests.unit.reactions.planning_office import Office


def saying(*checks: PreflightCheck | Unread) -> Hook:
    return lambda *_: iter(checks)


def raising(error: Exception, *before: PreflightCheck) -> Hook:
    def hook(*_: object) -> Iterator[PreflightCheck]:
        yield from before
        raise error

    return hook


def failing_first(times: int, error: Exception) -> tuple[Hook, list[int]]:
    """A hook that cannot be read so many times, and the tries."""
    tries = list[int]()

    def hook(*_: object) -> Iterator[PreflightCheck | Unread]:
        tries.append(1)
        yield Unread("drs", "EBS storage", error) if len(tries) <= times else GOOD

    return hook, tries


def test_checks_of_a_technology_are_made_in_each_account_that_the_plan_touches() -> None:
    looks = list[tuple[str, str, Operation, list[str]]]()

    def hook(look: Look, resources: Sequence[Protected]) -> list[PreflightCheck]:
        looks.append((look.account, look.region, look.operation, [each.name for each in resources]))
        return [GOOD]

    made = Checkpoint().check(hook, server("a"), server("b", ACCOUNTS[1]), server("c"))

    assert made == [GOOD, GOOD]
    assert looks == [
        (ACCOUNTS[0], "us-west-2", Operation.SWITCHOVER, ["a", "c"]),
        (ACCOUNTS[1], "us-west-2", Operation.SWITCHOVER, ["b"]),
    ]


def test_accounts_are_entered_as_the_read_only_role_at_the_pace_of_the_technology() -> None:
    at = Checkpoint()

    at.check(saying(GOOD), server(), calls_per_second=5.0)

    assert at.accounts.opened == [(ACCOUNTS[0], "groundswell-inventory", "dr-1", 5.0)]


def test_role_of_the_technology_is_checked_also_where_it_has_no_checks_of_its_own() -> None:
    (made,) = Checkpoint().preflight(technology(None)).check(Operation.SWITCHOVER, [server()], session_name="dr-1")

    assert (made.subject, made.check, made.verdict) == (
        f"role groundswell-drs in account {ACCOUNTS[0]}",
        "recovery role",
        Verdict.PASSED,
    )


@pytest.mark.parametrize("name", ["mainframe", "drs"])
def test_nothing_is_checked_of_what_nobody_here_knows_or_supports(name: str) -> None:
    at = Checkpoint()
    runner = at.preflight(technology(saying(BAD), "drs"))

    operation = Operation.CLEANUP if name == "drs" else Operation.SWITCHOVER

    made = runner.check(operation, [server(technology=name)], session_name="dr-1")

    assert made == []
    assert at.accounts.opened == []


def test_no_account_is_entered_for_what_is_checked_from_the_hub() -> None:
    at = Checkpoint()

    assert at.check(saying(BAD), from_hub=True) == []
    assert at.accounts.opened == []


def test_check_is_unknown_in_awss_words_when_it_could_not_be_made() -> None:
    made = Checkpoint().check(saying(Unread("drs here", "EBS storage", DENIED), GOOD))

    unknown, good = made
    assert (unknown.subject, unknown.check, unknown.verdict) == ("drs here", "EBS storage", Verdict.UNKNOWN)
    assert "(AccessDenied) when calling the DescribeVolumes operation: not authorized" in unknown.found
    assert "Check that role groundswell-inventory may read it" in unknown.advice
    assert good == GOOD


@pytest.mark.parametrize("error", [DENIED, KeyError("a bug")])
def test_one_check_is_unknown_and_hides_nothing_when_a_technology_raises(error: Exception) -> None:
    hook = raising(error, GOOD)

    good, unknown = Checkpoint().check(hook)

    assert good == GOOD
    assert (unknown.subject, unknown.verdict) == (f"drs in account {ACCOUNTS[0]}/us-west-2", Verdict.UNKNOWN)


def test_account_is_unknown_when_it_cannot_be_entered() -> None:
    at = Checkpoint()
    at.accounts.error = UnreachableAccountError("the role cannot be assumed")

    (made,) = at.check(saying(GOOD))

    assert (made.verdict, made.found) == (Verdict.UNKNOWN, "could not be read: the role cannot be assumed")


def test_place_is_checked_again_when_something_was_refused_in_passing() -> None:
    hook, tries = failing_first(TRIES - 1, THROTTLED)

    assert Checkpoint().check(hook) == [GOOD]
    assert len(tries) == TRIES


@pytest.mark.parametrize(("times", "error", "tried"), [(9, THROTTLED, TRIES), (9, DENIED, 1)])
def test_place_is_given_up_when_it_does_not_help(times: int, error: Exception, tried: int) -> None:
    hook, tries = failing_first(times, error)

    (made,) = Checkpoint().check(hook)

    assert made.verdict is Verdict.UNKNOWN
    assert len(tries) == tried


def test_place_is_not_checked_again_when_patience_is_over() -> None:
    at = Checkpoint()
    tries = list[int]()

    def hook(*_: object) -> Iterator[Unread]:
        tries.append(1)
        at.clock.advance(PATIENCE.total_seconds())
        yield Unread("drs", "EBS storage", THROTTLED)

    at.check(hook)

    assert len(tries) == 1


def test_what_was_not_finished_in_time_is_unknown_and_what_was_made_counts() -> None:
    at, stuck, over = Checkpoint(), threading.Event(), threading.Event()

    def hook(look: Look, _: Sequence[Protected]) -> Iterator[PreflightCheck]:
        yield GOOD
        if look.account == ACCOUNTS[0]:
            stuck.set()
            over.wait(20)

    def leave_the_first(things: Sequence[Callable[[], object]], *, within: timedelta) -> None:
        assert within == BUDGET
        threading.Thread(target=things[0], daemon=True).start()
        things[1]()
        assert stuck.wait(20)

    at.side_by_side = leave_the_first

    first, unfinished, second = at.check(hook, server(), server("b", ACCOUNTS[1]))
    over.set()

    assert (first, second) == (GOOD, GOOD)
    assert (unfinished.verdict, unfinished.found) == (Verdict.UNKNOWN, "not finished after 15 s")
    assert unfinished.subject == f"drs in account {ACCOUNTS[0]}/us-west-2"


def besides(office: Office, *resources: Protected, session_name: str = "dr-other") -> list[object]:
    """What a technology is told that others will take room for."""
    seen = list[object]()

    def hook(look: Look, _: Sequence[Protected]) -> list[PreflightCheck]:
        seen.extend(look.besides)
        return [GOOD]

    runner = office.preflight(technology(hook))
    runner.check(Operation.SWITCHOVER, resources or (server("b"),), session_name=session_name)
    return seen


def asked() -> Office:
    """An execution is open that has a server to recover in our account, and one in another."""
    here = finding("a", parameters={"source_server_id": "s-a"})
    office = Office([here, finding("c", account=ACCOUNTS[1], parameters={"source_server_id": "s-c"})])
    office.ask()
    return office


def test_technology_is_told_what_other_open_executions_have_still_to_recover_in_the_account() -> None:
    assert besides(asked()) == [{"source_server_id": "s-a"}]


def test_technology_is_not_told_of_the_execution_that_is_being_planned() -> None:
    office = asked()

    assert besides(office, session_name=office.execution().execution_id) == []


def test_technology_is_told_once_of_what_the_plan_has_too() -> None:
    office = asked()

    assert besides(office, protected("a"), server("b")) == []


def test_plan_has_what_was_found_and_what_follows() -> None:
    runner = Checkpoint().preflight(technology(saying(BAD)))

    plan = runner.judge(Plan([server()], faults=["a replica lags"]), Operation.SWITCHOVER, session_name="dr-1")

    assert [check.verdict for check in plan.preflight] == [Verdict.FAILED, Verdict.PASSED]
    assert plan.faults == ["a replica lags", "preflight failed: drs, vCPUs: 9 of 5; Raise it."]
