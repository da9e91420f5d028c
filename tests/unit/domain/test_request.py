from __future__ import annotations

import pytest
from pydantic import JsonValue

from groundswell.domain.operations import Operation
from groundswell.domain.request import DRRequested, InvalidRequest, read_request

BARE: dict[str, JsonValue] = {"customer": "customer-a", "environment": "production", "operation": "failover"}


def detail(**changes: JsonValue) -> dict[str, JsonValue]:
    return {**BARE, **changes}


def understood(body: dict[str, JsonValue]) -> DRRequested:
    request = read_request(body)
    assert isinstance(request, DRRequested), request.faults
    return request


def refused(body: dict[str, JsonValue]) -> InvalidRequest:
    request = read_request(body)
    assert isinstance(request, InvalidRequest)
    return request


def without(*names: str) -> dict[str, JsonValue]:
    return {name: value for name, value in BARE.items() if name not in names}


def test_request_is_understood_when_it_is_bare() -> None:
    request = understood(BARE)

    assert (request.operation, str(request.scope)) == (Operation.FAILOVER, "customer-a/production")


def test_request_means_the_safe_thing_when_it_says_nothing_more() -> None:
    request = understood(BARE)

    assert (request.all, request.dry_run, request.relaunch, request.waves, request.technologies) == (
        False,
        False,
        (),
        None,
        None,
    )


def test_request_is_understood_when_it_is_the_data_of_an_envelope() -> None:
    request = understood({"metadata": {"event_id": "any"}, "data": dict(BARE)})

    assert request == understood(BARE)


@pytest.mark.parametrize("field", ["dry_run", "dryRun", "customer"])
def test_request_is_refused_when_a_field_stands_beside_its_data(field: str) -> None:
    request = refused({"data": dict(BARE), field: True})

    assert request.faults == (f"{field} stands beside data, where it is not read: move it into data",)


@pytest.mark.parametrize(
    ("spelt", "name", "value"),
    [
        ("Customer", "customer", "customer-b"),
        ("Environment", "environment", "test"),
        ("TargetRegion", "target_region", "us-west-2"),
        ("targetRegion", "target_region", "us-west-2"),
        ("target-region", "target_region", "us-west-2"),
        ("dryRun", "dry_run", True),
        ("DryRun", "dry_run", True),
        ("DRY_RUN", "dry_run", True),
        ("RequestId", "request_id", "r-1"),
        ("RequestID", "request_id", "r-1"),
        ("RequestedBy", "requested_by", "somebody"),
    ],
)
def test_field_is_understood_when_it_is_spelt_as_elsewhere(spelt: str, name: str, value: JsonValue) -> None:
    request = understood({**without(name), spelt: value})

    assert getattr(request, name) == value


@pytest.mark.parametrize("spelt", ["failover", "Failover", "FAILOVER"])
def test_operation_is_understood_when_its_case_differs(spelt: str) -> None:
    assert understood(detail(operation=spelt)).operation is Operation.FAILOVER


@pytest.mark.parametrize("operation", list(Operation))
def test_operation_is_understood_when_it_is_one_of_ours(operation: Operation) -> None:
    assert understood(detail(operation=operation.value)).operation is operation


@pytest.mark.parametrize("value", ["explode", "", 1, None, ["failover"]])
def test_operation_is_refused_with_those_known_when_it_is_unknown(value: JsonValue) -> None:
    (fault,) = refused(detail(operation=value)).faults

    assert fault.startswith("unknown operation ")
    assert fault.endswith("known are failover, switchover, failback, bubble_test, cleanup, replicate")


def test_operation_is_demanded_when_it_is_missing() -> None:
    assert refused(without("operation")).faults == ("operation is missing",)


@pytest.mark.parametrize("field", ["all", "dry_run"])
@pytest.mark.parametrize("value", ["true", "false", "True", "False", "", 0, 1, None])
def test_flag_is_refused_when_it_is_no_boolean(field: str, value: JsonValue) -> None:
    (fault,) = refused(detail(**{field: value})).faults

    assert fault.startswith(f"{field}: input should be a valid boolean, but ")


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [
        ("dryrun", "dry_run"),
        ("dry_rum", "dry_run"),
        ("enviroment", "environment"),
        ("target_regoin", "target_region"),
        ("technology", "technologies"),
        ("wave", "waves"),
    ],
)
def test_field_is_refused_with_the_one_meant_when_it_is_misspelt(spelt: str, meant: str) -> None:
    (fault,) = refused(detail(**{spelt: True})).faults

    assert fault.startswith(
        f"unknown field {spelt}; did you mean {meant}? (known are accept_existing, all, approval, customer, "
    )


def test_field_is_refused_without_a_guess_when_it_is_like_none() -> None:
    (fault,) = refused(detail(colour="blue")).faults

    assert fault.startswith("unknown field colour (known are ")


@pytest.mark.parametrize("value", [{}, {"id": 1}, "text", 3])
def test_field_named_data_is_refused_when_it_is_no_envelope(value: JsonValue) -> None:
    body: dict[str, JsonValue] = {"data": value} if value == {} else {**BARE, "data": value}

    assert refused(body).faults


@pytest.mark.parametrize("value", [["1"], [True], [1.0], [None], "12", 1, {"1": 1}, [0], [-1], [91], [10**60]])
def test_waves_are_refused_when_they_are_no_wave_numbers(value: JsonValue) -> None:
    (fault,) = refused(detail(waves=value)).faults

    assert fault.startswith("waves")


def test_waves_are_understood_when_they_are_numbers() -> None:
    assert understood(detail(waves=[1, 90])).waves == (1, 90)


@pytest.mark.parametrize("field", ["technologies", "relaunch"])
@pytest.mark.parametrize("value", ["drs", [1], {"drs": True}])
def test_names_are_refused_when_they_are_no_list_of_texts(field: str, value: JsonValue) -> None:
    (fault,) = refused(detail(**{field: value})).faults

    assert fault.startswith(field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("relaunch", ["x" * 513]),
        ("relaunch", [f"drs/{number}" for number in range(201)]),
        ("technologies", ["x" * 41]),
        ("technologies", ["drs"] * 51),
        ("waves", [1] * 91),
    ],
)
def test_list_is_refused_when_it_is_endless(field: str, value: JsonValue) -> None:
    (fault,) = refused(detail(**{field: value})).faults

    assert fault.startswith(field)
    assert len(fault) < 200


@pytest.mark.parametrize("value", ["", "a b", "x" * 129, "ä", "a~b", 7])
def test_request_id_is_refused_when_it_is_none_that_a_request_may_have(value: JsonValue) -> None:
    request = refused(detail(request_id=value))

    assert request.faults[0].startswith("request_id: ")
    assert request.request_id is None


def test_invalid_request_keeps_its_id_when_the_id_is_good() -> None:
    assert refused(detail(request_id="r-1", colour="blue")).request_id == "r-1"


@pytest.mark.parametrize(
    ("field", "most"), [("reason", 500), ("requested_by", 500), ("target_region", 40), ("customer", 256)]
)
def test_text_is_refused_and_not_repeated_at_length_when_it_is_endless(field: str, most: int) -> None:
    (fault,) = refused(detail(**{field: "x" * 100_000})).faults

    assert fault.startswith(f"{field}: string should have at most {most} characters")
    assert len(fault) < 200


def test_field_is_refused_when_it_is_given_twice_with_different_values() -> None:
    (fault,) = refused(detail(dry_run=True, dryRun=False)).faults

    assert fault == "dry_run is given twice with different values ('dryRun' is one spelling of it)"


def test_field_is_understood_when_it_is_given_twice_with_one_value() -> None:
    assert understood(detail(dry_run=True, dryRun=True)).dry_run is True


def test_faults_are_all_named_at_once_when_there_are_several() -> None:
    body: dict[str, JsonValue] = {"operation": "explode", "dryrun": True, "waves": ["1"], "all": "true"}

    faults = refused(body).faults

    assert [fault.split()[0] for fault in faults] == ["unknown", "all:", "waves.0:", "unknown"]


def test_faults_are_cut_and_counted_when_they_would_not_fit_an_event() -> None:
    body: dict[str, JsonValue] = {f"field-{number}-{'x' * 1000}": number for number in range(5000)}

    faults = refused({**BARE, **body}).faults

    assert faults[-1] == "and 4970 more faults"
    assert sum(len(fault) for fault in faults) < 20_000


@pytest.mark.parametrize("change", [{"request_id": "r-2"}, {"reason": "a drill"}, {"requested_by": "somebody"}])
def test_content_is_the_same_when_only_who_asks_and_why_differs(change: dict[str, JsonValue]) -> None:
    assert understood(detail(**change)).content_hash == understood(BARE).content_hash


@pytest.mark.parametrize(
    "change",
    [
        {"operation": "switchover"},
        {"customer": "customer-b"},
        {"environment": "test"},
        {"waves": [1]},
        {"technologies": ["drs"]},
        {"dry_run": True},
        {"relaunch": ["drs/a"]},
        {"target_region": "us-west-2"},
    ],
)
def test_content_differs_when_anything_asked_for_differs(change: dict[str, JsonValue]) -> None:
    assert understood(detail(**change)).content_hash != understood(BARE).content_hash


def test_content_is_the_same_when_only_the_spelling_differs() -> None:
    spelt: dict[str, JsonValue] = {"Customer": "customer-a", "Environment": "production", "Operation": "FAILOVER"}

    assert understood(spelt).content_hash == understood(BARE).content_hash


def test_content_of_faulty_requests_differs_when_the_requests_differ() -> None:
    assert refused(detail(colour="blue")).content_hash != refused(detail(colour="red")).content_hash
