"""What speaks against a decision, in words that name what to do instead."""

from __future__ import annotations

from typing import Any

import pytest

from groundswell.domain.control import AboutResources, named_in_full, objection, objection_to_resources
from groundswell.domain.events.commands import (
    Command,
    DRCancelRequested,
    DRPauseRequested,
    DRResumeRequested,
    ResourceRetryRequested,
    ResourceSkipRequested,
    WaveApproveRequested,
    WaveRejectRequested,
)
from groundswell.domain.identity import Names
from groundswell.domain.ids import ResourceId
from groundswell.domain.records import Resource
from groundswell.domain.states import EXECUTION_TRANSITIONS, ExecutionStatus, ResourceState, WaveStatus, is_final
from tests.unit.domain.builders import AT, KINDS, execution, wave

ANY_KIND = list(KINDS)
ABOUT_WAVES: list[type[WaveApproveRequested | WaveRejectRequested]] = [WaveApproveRequested, WaveRejectRequested]
ABOUT_RESOURCES: list[type[AboutResources]] = [ResourceRetryRequested, ResourceSkipRequested]
ENDED = [each for each in ExecutionStatus if is_final(EXECUTION_TRANSITIONS, each)]


def command(kind: type[Command], **data: Any) -> Any:
    return kind.model_validate({"decided_by": "alice", **KINDS[kind], **data})


def resource(name: str, state: ResourceState) -> tuple[ResourceId, Resource]:
    given = {"execution_id": "dr-1", "resource_id": name, "wave": 1, "technology": "drs", "account": "2", "region": "r"}
    more = {"name": name, "customer": "customer-a", "environment": "production", "impact": "critical"}
    return ResourceId(name), Resource.model_validate({**given, **more, "state": state})


def faults(kind: type[AboutResources], names: tuple[str, ...] = (), **states: ResourceState) -> str | None:
    known = dict(resource(name, state) for name, state in states.items())
    return objection_to_resources(command(kind, resource_ids=names), known, {})


@pytest.mark.parametrize("kind", ANY_KIND)
@pytest.mark.parametrize("status", ENDED)
def test_decision_comes_too_late_when_the_execution_is_over(kind: type[Command], status: ExecutionStatus) -> None:
    against = objection(command(kind), execution(status=status, ended_at=AT), [wave()])

    assert against == f"dr-1 is over since {AT}: it is {status}"


@pytest.mark.parametrize("kind", ANY_KIND)
def test_decision_comes_too_early_when_the_execution_is_being_planned(kind: type[Command]) -> None:
    against = objection(command(kind), execution(status=ExecutionStatus.PLANNING), [])

    assert against == "dr-1 is still being planned; decide when it is accepted, see: dr status dr-1"


@pytest.mark.parametrize("kind", ANY_KIND)
def test_nothing_can_be_decided_when_the_execution_is_being_cancelled(kind: type[Command]) -> None:
    against = objection(command(kind), execution(status=ExecutionStatus.CANCELLING), [wave()])

    assert against == ("dr-1 is being cancelled; it ends once nothing is in flight, see: dr status dr-1 --watch")


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (DRPauseRequested, ExecutionStatus.RUNNING, None),
        (DRPauseRequested, ExecutionStatus.PAUSED, f"dr-1 is paused already, since {AT}"),
        (DRResumeRequested, ExecutionStatus.RUNNING, "dr-1 is not paused: it is RUNNING"),
        (DRResumeRequested, ExecutionStatus.PAUSED, None),
        (DRCancelRequested, ExecutionStatus.RUNNING, None),
        (DRCancelRequested, ExecutionStatus.PAUSED, None),
    ],
)
def test_pause_resume_and_cancel_need_the_status_that_they_change(
    kind: type[Command], status: ExecutionStatus, expected: str | None
) -> None:
    assert objection(command(kind), execution(status=status, paused_at=AT), [wave()]) == expected


@pytest.mark.parametrize("kind", [*ABOUT_WAVES, *ABOUT_RESOURCES])
@pytest.mark.parametrize(("numbers", "known"), [((2, 3), "2, 3"), ((), "none")])
def test_waves_are_named_when_the_one_that_is_meant_is_not_there(
    kind: type[Command], numbers: tuple[int, ...], known: str
) -> None:
    against = objection(command(kind), execution(), [wave(number) for number in numbers])

    assert against == f"the execution has no wave 1; its waves are {known}"


@pytest.mark.parametrize("kind", ABOUT_WAVES)
@pytest.mark.parametrize("status", [ExecutionStatus.RUNNING, ExecutionStatus.PAUSED])
@pytest.mark.parametrize("of_wave", [WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL])
def test_wave_that_needs_an_approval_may_be_decided_about_until_it_begins(
    kind: type[Command], status: ExecutionStatus, of_wave: WaveStatus
) -> None:
    assert objection(command(kind), execution(status=status), [wave(status=of_wave, approval=True)]) is None


@pytest.mark.parametrize("kind", ABOUT_WAVES)
@pytest.mark.parametrize("status", list(WaveStatus))
def test_wave_that_needs_no_approval_cannot_be_approved_or_rejected(kind: type[Command], status: WaveStatus) -> None:
    against = objection(command(kind), execution(), [wave(status=status)])

    assert against == "wave 1 needs no approval; to stop it: dr pause, or dr cancel"


@pytest.mark.parametrize("kind", ABOUT_WAVES)
@pytest.mark.parametrize("status", [WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL])
def test_approved_wave_is_not_decided_about_again(kind: type[Command], status: WaveStatus) -> None:
    against = objection(command(kind), execution(), [wave(status=status, approval=True, approved=True)])

    assert against == ("wave 1 was approved before and begins when its turn comes; to stop it: dr pause, or dr cancel")


BEGUN = [each for each in WaveStatus if each not in (WaveStatus.PENDING, WaveStatus.AWAITING_APPROVAL)]


@pytest.mark.parametrize("kind", ABOUT_WAVES)
@pytest.mark.parametrize("status", BEGUN)
@pytest.mark.parametrize("approved", [False, True])
def test_wave_that_has_begun_cannot_be_approved_or_rejected(
    kind: type[Command], status: WaveStatus, approved: bool
) -> None:
    against = objection(command(kind), execution(), [wave(status=status, approval=True, approved=approved)])

    assert against == f"wave 1 is {status}: there is nothing left to approve"


@pytest.mark.parametrize("kind", ABOUT_RESOURCES)
@pytest.mark.parametrize(
    ("status", "why"),
    [
        (WaveStatus.PENDING, "it has not begun"),
        (WaveStatus.AWAITING_APPROVAL, "it has not begun"),
        (WaveStatus.RUNNING, None),
        (WaveStatus.HELD, None),
        (WaveStatus.COMPLETED, "it is over"),
        (WaveStatus.FAILED, "it is over"),
        (WaveStatus.SKIPPED, "it is over"),
        (WaveStatus.CANCELLED, "it is over"),
    ],
)
def test_resources_are_decided_about_only_while_their_wave_is_worked(
    kind: type[Command], status: WaveStatus, why: str | None
) -> None:
    against = objection(command(kind), execution(), [wave(status=status)])

    expected = why and f"wave 1 is {status}: {why}, and its resources are not to be decided about"
    assert against == expected


@pytest.mark.parametrize(
    ("state", "to_retry", "to_skip"),
    [
        (ResourceState.PENDING, "a is PENDING: it has not failed", None),
        (ResourceState.IN_PROGRESS, "a is IN_PROGRESS: wait until it ends", "a is IN_PROGRESS: wait until it ends"),
        (ResourceState.RECOVERED, "a is RECOVERED: it has not failed", "a is RECOVERED: it has not failed"),
        (ResourceState.FAILED, None, None),
        (ResourceState.SKIPPED, "a is SKIPPED: it has not failed", "a is SKIPPED: it has not failed"),
    ],
)
def test_named_resource_must_be_in_a_state_that_can_be_decided_about(
    state: ResourceState, to_retry: str | None, to_skip: str | None
) -> None:
    assert faults(ResourceRetryRequested, ("a",), a=state) == to_retry
    assert faults(ResourceSkipRequested, ("a",), a=state) == to_skip


@pytest.mark.parametrize("kind", ABOUT_RESOURCES)
def test_named_resource_is_looked_for_in_the_wave_alone(kind: type[AboutResources]) -> None:
    assert faults(kind, ("z",)) == "z is not in wave 1, see: dr resources"


@pytest.mark.parametrize("kind", ABOUT_RESOURCES)
def test_decision_about_all_that_failed_needs_one_that_did(kind: type[AboutResources]) -> None:
    assert faults(kind) == "nothing in wave 1 has failed"
    assert faults(kind, a=ResourceState.FAILED) is None


def test_every_fault_is_named_when_there_are_a_few() -> None:
    against = faults(ResourceRetryRequested, ("a", "b", "z"), a=ResourceState.PENDING, b=ResourceState.FAILED)

    assert against == "a is PENDING: it has not failed; z is not in wave 1, see: dr resources"


def test_first_faults_are_named_and_the_rest_counted_when_there_are_many() -> None:
    names = tuple(f"z{number}" for number in range(7))

    against = faults(ResourceSkipRequested, names)

    assert against is not None
    assert [name for name in names if name in against] == list(names[:5])
    assert against.endswith("; and 2 more")


@pytest.mark.parametrize("names", [("a",), ()])
def test_resource_is_not_tried_again_when_nobody_knows_what_became_of_a_call_for_it(names: tuple[str, ...]) -> None:
    known = dict(resource(name, ResourceState.FAILED) for name in "ab")
    doubt = {ResourceId("a"): "key-1"}

    against = objection_to_resources(command(ResourceRetryRequested, resource_ids=names), known, doubt)

    assert against == (
        "what became of call key-1 for a is not known: look at it in its account's console; if it runs, or "
        "cannot be mended, skip it with that reason"
    )


@pytest.mark.parametrize(
    ("kind", "names"), [(ResourceRetryRequested, ("b",)), (ResourceSkipRequested, ("a",)), (ResourceSkipRequested, ())]
)
def test_doubt_does_not_stand_in_the_way_of_a_skip_or_of_others(
    kind: type[AboutResources], names: tuple[str, ...]
) -> None:
    known = dict(resource(name, ResourceState.FAILED) for name in "ab")

    assert objection_to_resources(command(kind, resource_ids=names), known, {ResourceId("a"): "key-1"}) is None


ALICE, BOB = "arn:aws:iam::1:user/alice", "arn:aws:iam::1:user/bob"
TWO: dict[str, Any] = {"plan": "erp", "four_eyes": True, "requester": ALICE}
ASKED = wave(status=WaveStatus.AWAITING_APPROVAL, approval=True)


@pytest.mark.parametrize(
    "who",
    [
        ALICE,
        "arn:aws:iam::1:user/Alice",
        "arn:aws:sts::1:assumed-role/recovery/alice",
        "arn:aws:iam::2:user/team/alice",
    ],
)
def test_wave_is_not_approved_by_who_asked_when_two_people_are_to_agree(who: str) -> None:
    against = objection(command(WaveApproveRequested, decided_by=who), execution(**TWO), [ASKED])

    assert against == f"plan erp asks for two people: {ALICE} asked for dr-1, so somebody else approves wave 1"


@pytest.mark.parametrize(
    "changes", [{}, {"four_eyes": False, "requester": BOB}, {"four_eyes": False, "requester": None}]
)
def test_wave_is_approved_by_somebody_else_or_when_one_person_is_enough(changes: dict[str, Any]) -> None:
    against = objection(command(WaveApproveRequested, decided_by=BOB), execution(**TWO | changes), [ASKED])

    assert against is None


def test_wave_is_approved_by_nobody_when_it_is_not_known_who_asked() -> None:
    against = objection(command(WaveApproveRequested, decided_by=BOB), execution(**TWO | {"requester": None}), [ASKED])

    assert against


def test_whoever_asked_may_reject_a_wave_when_two_people_are_to_agree() -> None:
    assert objection(command(WaveRejectRequested, decided_by=ALICE), execution(**TWO), [ASKED]) is None


def test_names_are_taken_for_the_ids_that_they_can_only_mean() -> None:
    names = Names(map(ResourceId, ["drs/222222222201/a", "drs/222222222201/b"]))
    said = command(ResourceSkipRequested, resource_ids=("a", "drs/222222222201/a", "z"))

    meant, doubt = named_in_full(said, names)

    assert (meant.resource_ids, doubt) == (("drs/222222222201/a", "z"), None)


def test_name_that_may_mean_several_is_refused_with_the_candidates() -> None:
    names = Names(map(ResourceId, ["drs/222222222201/a", "drs/222222222202/a"]))

    _, doubt = named_in_full(command(ResourceRetryRequested, resource_ids=("a",)), names)

    assert doubt == "a may be drs/222222222201/a, drs/222222222202/a: write the one that is meant in full"
