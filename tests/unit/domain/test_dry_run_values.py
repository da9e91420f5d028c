from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from groundswell.domain.brief_parameters import PARAMETERS_LIMIT, brief
from groundswell.domain.dry_run import CallSheet, Foreseen, PlannedCall, known_once_it_runs, placeholders_in
from groundswell.domain.events.facts import Remark
from groundswell.domain.ids import ResourceId
from groundswell.domain.operations import Phase


def call(name: str = "a", **parameters: str) -> PlannedCall:
    return PlannedCall(
        wave=1,
        technology="drs",
        phase=Phase.INSTANTIATE,
        account="222222222201",
        region="us-west-2",
        role="groundswell-drs",
        service="drs",
        operation="StartRecovery",
        parameters=dict(parameters),
        resources=(ResourceId(name),),
    )


def sheet(calls: int, remarks: int = 0) -> CallSheet:
    said = [Remark(subject=f"r-{number}", reason="it is done") for number in range(remarks)]
    return CallSheet.of([call(f"s-{number}", text="x" * 200) for number in range(calls)], said)


def size(of: CallSheet) -> int:
    return len(of.model_dump_json().encode())


def test_evidence_answers_what_was_seen_and_has_a_placeholder_for_all_else_while_a_phase_is_to_come() -> None:
    foreseen = Foreseen({"instance": "i-1"}, Phase.INSTANTIATE)

    assert (foreseen["instance"], foreseen["volume"]) == ("i-1", "<volume, known after INSTANTIATE>")
    assert dict(foreseen) == {"instance": "i-1"}


def test_evidence_has_nothing_but_what_was_seen_when_no_phase_is_to_come() -> None:
    foreseen = Foreseen({"instance": "i-1"})

    assert foreseen.get("volume") is None
    with pytest.raises(KeyError):
        foreseen["volume"]


def test_placeholders_are_found_however_deep() -> None:
    job, instance = known_once_it_runs("job"), Foreseen({}, Phase.ACTIVATE)["instance"]

    assert list(placeholders_in({"a": [{"b": f"{job}.x"}], "c": instance, "d": b"<x>", "e": 1})) == [job, instance]


@pytest.mark.parametrize("text", ["<script>", "a < b, known once it runs", "known once it runs", ""])
def test_other_texts_are_no_placeholders(text: str) -> None:
    assert list(placeholders_in([text])) == []


def test_count_of_a_call_is_that_of_its_resources_and_is_in_its_json() -> None:
    assert json.loads(call().model_dump_json())["count"] == 1


def test_sheet_is_whole_when_it_fits() -> None:
    whole = sheet(3, 2)

    assert whole.within(10_000) == whole
    assert len(whole.calls) == whole.calls_count


def test_sheet_is_cut_from_the_end_and_says_how_many_there_are() -> None:
    cut = sheet(10, 5).within(2_000)

    assert 0 < len(cut.calls) < 10
    assert [each.resources for each in cut.calls] == [each.resources for each in sheet(10).calls[: len(cut.calls)]]
    assert (cut.calls_count, cut.remarks_count, cut.remarks) == (10, 5, ())
    assert len(cut.calls) < cut.calls_count
    assert sum(len(each.model_dump_json()) for each in cut.calls) <= 2_000


def test_parts_make_up_the_sheet_and_keep_to_the_size() -> None:
    whole = sheet(25, 40)

    parts = list(whole.parts(2_000))

    assert len(parts) > 3
    assert [each for part in parts for each in part.calls] == list(whole.calls)
    assert [each for part in parts for each in part.remarks] == list(whole.remarks)
    assert max(size(part) for part in parts) < 2_200


def test_part_has_one_call_at_least_however_large_it_is() -> None:
    parts = list(sheet(2, 1).parts(10))

    assert [(len(part.calls), len(part.remarks)) for part in parts] == [(1, 0), (1, 0), (0, 1)]


def test_empty_sheet_is_one_part() -> None:
    assert list(CallSheet().parts(100)) == [CallSheet()]


def test_parameters_stay_as_they_are_when_they_are_small() -> None:
    parameters = {"ids": ["a", "b", "c", "d", "e", "f", "g"], "flag": False, "tags": {"k": "v"}, "n": 1.5, "none": None}

    assert brief(parameters) == parameters


def test_long_list_is_shortened_with_a_count() -> None:
    shown = brief({"sourceServers": [{"sourceServerID": f"s-{number:017}"} for number in range(90)]})

    assert shown["sourceServers"] == [*({"sourceServerID": f"s-{number:017}"} for number in range(5)), "… and 85 more"]


def test_list_of_large_members_shows_fewer_of_them_and_less_of_each() -> None:
    shown = brief({"changes": [{"from": "x" * 600, "to": "y" * 400} for _ in range(30)]})

    member = {"from": f"{300 * 'x'}… and 300 more characters", "to": f"{300 * 'y'}… and 100 more characters"}
    assert shown["changes"] == [member, member, "… and 28 more"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"text": "ü" * 5_000},
        {"deep": [[["x" * 400] * 9] * 9] * 9},
        {str(number): "x" * 200 for number in range(200)},
        {"ids": ["x" * 500] * 90},
    ],
)
def test_parameters_never_take_more_than_two_kilobytes(parameters: dict[str, object]) -> None:
    shown = brief(parameters)

    assert shown
    assert len(json.dumps(shown, ensure_ascii=False).encode()) <= PARAMETERS_LIMIT


def test_values_that_json_does_not_know_are_shown_as_text() -> None:
    shown = brief({"at": datetime(2030, 1, 1, tzinfo=UTC), "blob": b"abc"})

    assert shown == {"at": "2030-01-01T00:00:00.000000Z", "blob": "<3 bytes>"}
