from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from groundswell.domain.dry_run import NotKnownYetError
from groundswell.domain.errors import UnreachableAccountError
from groundswell.domain.operations import Phase
from groundswell.reactions.dry_run.calls import PATIENCE
from groundswell.technologies.contract import Done, Failed, InProgress, Observation, Waiting
from tests.unit.reactions.dry_runs import Trial, server, source_of, told

LAUNCH, START = Phase.INSTANTIATE, Phase.ACTIVATE
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "not authorized"}}, "DescribeJobs")
GONE = Failed.because("server s-a is gone", advice="bring it back")


def raising(error: Exception) -> Any:
    def raise_it(*_: object) -> None:
        raise error

    return raise_it


def launched(name: str) -> dict[tuple[Phase, str], Observation]:
    return {(LAUNCH, name): Done({"instance": f"i-{name}"})}


def test_sheet_says_who_would_call_what_where_and_for_which_resources() -> None:
    (launch, _) = Trial().sheet(server("a"), server("b")).calls

    assert (launch.wave, launch.technology, launch.phase) == (1, "drs", LAUNCH)
    assert (launch.account, launch.region, launch.role) == ("222222222201", "us-west-2", "groundswell-drs")
    assert (launch.service, launch.operation) == ("drs", "StartRecovery")
    assert (launch.resources, launch.count, launch.condition, launch.note) == (("a", "b"), 2, "", "")
    assert launch.parameters == {
        "sourceServers": [{"sourceServerID": source_of("a")}, {"sourceServerID": source_of("b")}],
        "tags": {"k": "<execution, known once it runs>.<call, known once it runs>"},
    }


def test_what_an_earlier_call_would_tell_is_said_to_be_unknown_in_a_later_one() -> None:
    (_, start) = Trial().sheet(server("a")).calls

    assert start.parameters == {"InstanceIds": ["<instance, known after INSTANTIATE>"]}


def test_calls_are_listed_by_wave_account_and_phase() -> None:
    resources = [server("a", wave=2), server("b", account="222222222202"), server("c")]

    sheet = Trial().sheet(*resources)

    places = [(call.wave, call.account, call.phase, [*call.resources]) for call in sheet.calls]
    assert places == [
        (1, "222222222201", LAUNCH, ["c"]),
        (1, "222222222201", START, ["c"]),
        (1, "222222222202", LAUNCH, ["b"]),
        (1, "222222222202", START, ["b"]),
        (2, "222222222201", LAUNCH, ["a"]),
        (2, "222222222201", START, ["a"]),
    ]


def test_calls_are_cut_as_work_orders_are() -> None:
    sheet = Trial(order_size=2).sheet(*(server(name) for name in "cab"))

    assert told(sheet.calls) == [
        (1, "drs:StartRecovery", ["a", "b"]),
        (1, "ec2:StartInstances", ["a", "b"]),
        (1, "drs:StartRecovery", ["c"]),
        (1, "ec2:StartInstances", ["c"]),
    ]


def test_calls_are_cut_by_batch_and_group_of_the_step() -> None:
    steps = {LAUNCH: {"batch": 2, "group": lambda target: str(target.parameters["zone"])}}
    resources = [
        server(name, parameters={"source_server_id": name, "zone": zone})
        for name, zone in zip("abcd", "xyxx", strict=True)
    ]

    sheet = Trial(steps=steps).sheet(*resources)

    assert [[*call.resources] for call in sheet.calls if call.phase is LAUNCH] == [["a", "c"], ["d"], ["b"]]


def test_what_is_done_needs_no_call_and_is_named() -> None:
    trial = Trial({**launched("a"), (START, "a"): Done()})

    sheet = trial.sheet(server("a"))

    assert sheet.calls == ()
    assert [(remark.subject, remark.reason) for remark in sheet.remarks] == [
        ("a", "INSTANTIATE needs no call: it is done"),
        ("a", "ACTIVATE needs no call: it is done"),
    ]


def test_call_is_made_with_what_was_seen_when_an_earlier_phase_is_done() -> None:
    sheet = Trial(launched("a")).sheet(server("a"))

    assert [(call.phase, call.parameters) for call in sheet.calls] == [(START, {"InstanceIds": ["i-a"]})]


def test_what_is_known_and_what_is_not_are_looked_at_apart() -> None:
    trial = Trial(launched("a"))

    trial.sheet(server("a"), server("b"))

    assert trial.looked_at == [(LAUNCH, ["a", "b"]), (START, ["a"]), (START, ["b"])]


def test_call_is_conditional_when_it_hangs_on_what_an_earlier_one_leaves() -> None:
    def look(_: Any, phase: Phase, __: Any) -> None:
        if phase is START:
            raise NotKnownYetError("later")

    trial = Trial(observing=look, steps={START: {"only_if": "the instance is stopped"}})

    (launch, start) = trial.sheet(server("a")).calls

    assert (launch.condition, start.condition, start.note) == ("", "if needed: the instance is stopped", "")


def test_call_of_a_phase_that_always_acts_is_unconditional_when_nothing_can_be_read() -> None:
    (launch, _) = Trial(observing=raising(DENIED)).sheet(server("a")).calls

    assert launch.condition == ""
    assert launch.note.startswith("it could not be looked at: ")
    assert "not authorized" in launch.note


def test_call_that_has_to_wait_says_for_what() -> None:
    (launch, _) = Trial({(LAUNCH, "a"): Waiting("in another job")}).sheet(server("a")).calls

    assert launch.condition == "once it may be done; now: in another job"


def test_calls_under_different_conditions_are_listed_apart() -> None:
    sheet = Trial({(LAUNCH, "a"): Waiting("in another job")}).sheet(server("a"), server("b"))

    assert [[*call.resources] for call in sheet.calls] == [["a"], ["b"], ["a", "b"]]


def test_what_is_on_its_way_needs_no_call_and_leaves_the_next_phase_open() -> None:
    sheet = Trial({(LAUNCH, "a"): InProgress("in job 1")}).sheet(server("a"))

    assert [remark.reason for remark in sheet.remarks] == ["INSTANTIATE needs no call: in job 1"]
    assert [call.parameters for call in sheet.calls] == [{"InstanceIds": ["<instance, known after INSTANTIATE>"]}]


def test_what_would_fail_is_named_and_gets_no_later_call() -> None:
    sheet = Trial({(LAUNCH, "a"): GONE}).sheet(server("a"), server("b"))

    assert [[*call.resources] for call in sheet.calls] == [["b"], ["b"]]
    assert [remark.reason for remark in sheet.remarks] == ["INSTANTIATE would fail: server s-a is gone; bring it back"]


def test_call_is_due_when_another_try_may_help() -> None:
    sheet = Trial({(LAUNCH, "a"): Failed.because("no", advice="again", retry=True)}).sheet(server("a"))

    assert told(sheet.calls)[0] == (1, "drs:StartRecovery", ["a"])


@pytest.mark.parametrize(
    ("seen", "words"), [(Done(), "it is done"), (InProgress("starting"), "starting"), (GONE, "server s-a is gone")]
)
def test_later_call_is_never_left_out_while_an_earlier_one_is_still_to_change_things(
    seen: Observation, words: str
) -> None:
    (_, start) = Trial({(START, "a"): seen}).sheet(server("a")).calls

    assert start.condition.startswith(f"if needed; as things are now: {words}")


def test_call_is_listed_by_its_right_when_its_parameters_cannot_be_found_out() -> None:
    (launch, start) = Trial(acting=raising(ValueError("no number"))).sheet(server("a")).calls

    assert (launch.service, launch.operation, launch.resources) == ("drs", "StartRecovery", ("a",))
    assert launch.parameters == {}
    assert launch.note == "parameters not known: ValueError: no number"
    assert (start.service, start.operation) == ("ec2", "StartInstances")


def test_call_is_listed_by_its_right_when_the_technology_asks_for_nothing() -> None:
    (launch, _) = Trial(acting=lambda *_: None).sheet(server("a")).calls

    assert launch.note == "parameters not known: the technology asked for nothing"


def test_call_is_not_planned_when_its_parameters_are_none_of_the_operations() -> None:
    def misspell(look: Any, *_: object) -> None:
        look.clients.client("drs").start_recovery(source_servers=[])

    (launch, _) = Trial(acting=misspell).sheet(server("a")).calls

    assert launch.parameters == {}
    assert 'Missing required parameter in input: "sourceServers"' in launch.note


def test_account_that_cannot_be_reached_hides_no_call() -> None:
    trial = Trial(observing=lambda look, *_: look.clients.client("drs").describe_jobs())
    trial.accounts.error = UnreachableAccountError("role cannot be assumed")

    (launch, _) = trial.sheet(server("a")).calls

    assert launch.note == "it could not be looked at: role cannot be assumed"
    assert launch.parameters["sourceServers"] == [{"sourceServerID": source_of("a")}]


def test_nothing_more_is_looked_at_when_the_time_for_it_is_over() -> None:
    def look(look: Any, phase: Phase, *_: object) -> None:
        if phase is LAUNCH:
            trial.clock.advance(PATIENCE.total_seconds() + 1)
        else:
            look.clients.client("ec2").describe_instances()

    trial = Trial(observing=look)

    (launch, start) = trial.sheet(server("a")).calls

    assert launch.note == ""
    assert start.note == "it could not be looked at: the time for looking was over; ask again, or for fewer waves"


def test_services_are_read_with_the_inventory_role_as_the_execution() -> None:
    trial = Trial()

    trial.sheet(server("a"))

    assert set(trial.accounts.opened) == {("222222222201", "us-west-2", "groundswell-inventory", "dr-1")}


def test_step_is_told_which_live_copies_may_be_replaced() -> None:
    trial = Trial()

    trial.sheet(server("a"), server("b", relaunch=True))

    assert {target.resource_id: target.relaunch for target in trial.targets} == {"a": False, "b": True}


def test_technology_that_never_acts_is_not_looked_at() -> None:
    only_checks = {"act": None, "writes": ()}
    trial = Trial(steps={LAUNCH: only_checks, START: only_checks})

    assert trial.sheet(server("a")).calls == ()
    assert trial.looked_at == []


def test_phase_that_only_checks_is_looked_at_for_what_it_tells_the_next() -> None:
    trial = Trial(launched("a"), steps={LAUNCH: {"act": None, "writes": ()}})

    sheet = trial.sheet(server("a"))

    assert [(call.phase, call.parameters) for call in sheet.calls] == [(START, {"InstanceIds": ["i-a"]})]
    assert sheet.remarks == ()


def test_program_that_is_not_ours_is_listed_with_the_order_that_it_would_get() -> None:
    tape = server("a", technology="tape", parameters={"library": "west"})

    (asked,) = Trial(foreign=True).sheet(tape).calls

    assert (asked.service, asked.operation, asked.role, asked.phase) == ("groundswell", "RecoveryRequested", "", None)
    assert asked.note == "asked of tape's own program, which makes its own calls"
    assert asked.parameters["resources"] == [{"resource_id": "a", "name": "a", "parameters": {"library": "west"}}]
    assert asked.parameters["token"] == "<token, known once it runs>"
    assert (asked.resources, asked.parameters["phases"]) == (("a",), ["INSTANTIATE", "ACTIVATE"])
