from __future__ import annotations

import pytest
from pydantic import JsonValue

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


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("environment",), "environment is missing: say which environment of customer-a"),
        (("customer",), 'customer is missing: say whose production, or "all": true'),
        (("customer", "environment"), 'the scope is missing: give "customer" and "environment", or "all": true'),
    ],
)
@pytest.mark.parametrize("further", [{}, {"colour": "blue"}, {"dry_run": "yes"}, {"operation": "explode"}])
def test_scope_is_demanded_when_a_part_is_missing_whatever_else_is_wrong(
    missing: tuple[str, ...], said: str, further: dict[str, JsonValue]
) -> None:
    faults = refused({**without(*missing), **further}).faults

    assert sum(fault.startswith(said) for fault in faults) == 1
    assert len(faults) == 1 + len(further)


@pytest.mark.parametrize("further", [{}, {"colour": "blue"}])
@pytest.mark.parametrize("part", ["customer", "environment"])
def test_scope_is_refused_when_it_says_all_and_whose(part: str, further: dict[str, JsonValue]) -> None:
    body: dict[str, JsonValue] = {"operation": "failover", "all": True, part: "x", **further}

    assert 'give either "all": true or a customer and environment, not both' in refused(body).faults


def test_scope_is_everything_when_all_is_said_outright() -> None:
    assert str(understood({"operation": "failover", "all": True}).scope) == "all"


def test_scope_is_refused_once_when_a_part_of_it_is_of_the_wrong_kind() -> None:
    assert refused(detail(customer=5)).faults == ("customer: input should be a valid string, but 5 was given",)


def test_scope_lacks_its_other_part_too_when_one_is_of_the_wrong_kind() -> None:
    faults = refused({"operation": "failover", "customer": 5}).faults

    assert len(faults) == 2
    assert faults[1].startswith("environment is missing: say which environment of the customer that is meant")


@pytest.mark.parametrize("part", ["customer", "environment"])
@pytest.mark.parametrize("value", ["", "x" * 257])
def test_scope_is_refused_when_a_part_is_empty_or_endless(part: str, value: str) -> None:
    (fault,) = refused(detail(**{part: value})).faults

    assert fault.startswith(f"{part}: string should have at ")
