"""Who may say what on which bus, by IAM and the buses' own policies together."""

from __future__ import annotations

import pytest

from generate.schemas import models
from groundswell.domain.events.facts import FACT_TYPES
from groundswell.technologies.registry import BUILT_IN
from tests.template.callers import STRANGER, WORKERS, WORKLOAD, bus, functions, telling, with_right_to_put
from tests.template.policies import Caller, is_allowed, may, statements_of_role
from tests.template.samples import COMMANDS
from tests.template.stack import ACCOUNT, Stack

DETAIL_TYPES = sorted({model.detail_type for model in models()})
OUTCOMES = {"ResourceRecovered", "ResourceFailed", "ResourceProgressed"}
DECISIONS = {command.detail_type for command in COMMANDS}
SOURCES = [
    "groundswell",
    "groundswell.door",
    *(f"groundswell.technology.{name}" for name in BUILT_IN),
    "groundswell.technology.their-own",
    "groundswell.cli",
    "aws.drs",
    "somebody",
]
SAYS: dict[str, tuple[str, set[str]]] = {
    "PlanExecution": ("groundswell", {"DRAccepted", "DRRejected"}),
    "FanOutWave": ("groundswell", {"RecoveryRequested"}),
    "WakeWork": ("groundswell", {"RecoveryRequested"}),
    "Door": ("groundswell.door", {"DRRequested", *DECISIONS}),
    "RelayEvents": ("groundswell", set(FACT_TYPES)),
    "Sweep": ("groundswell", {*FACT_TYPES, "RecoveryRequested", "DRRequested"}),
    **{WORKERS[name]: (f"groundswell.technology.{name}", OUTCOMES) for name in BUILT_IN},
}
"""All that the functions may put on the hub's bus: the source, and the types of events. The others may put nothing."""


def who_may_tell(hub: Stack, bus_name: str, source: str, detail_type: str) -> set[str]:
    guarded, told = bus(hub, bus_name), telling(source, detail_type)
    return {name for name, caller in functions(hub).items() if may(caller, "events:PutEvents", guarded, told)}


@pytest.mark.parametrize("source", SOURCES)
def test_event_is_told_by_those_functions_only_whose_it_is(hub: Stack, source: str) -> None:
    told = {detail_type: who_may_tell(hub, "Bus", source, detail_type) for detail_type in DETAIL_TYPES}

    assert told == {
        detail_type: {name for name, (own, types) in SAYS.items() if own == source and detail_type in types}
        for detail_type in DETAIL_TYPES
    }


@pytest.mark.parametrize("source", SOURCES)
def test_functions_own_rights_are_as_narrow_when_the_bus_denies_nothing(hub: Stack, source: str) -> None:
    arn = hub.attribute("Bus", "Arn")

    allowed = {
        (name, each)
        for name, caller in functions(hub).items()
        for each in DETAIL_TYPES
        if is_allowed(caller.rights, "events:PutEvents", arn, telling(source, each))
    }

    assert allowed == {(name, each) for name, (own, types) in SAYS.items() for each in types if own == source}


@pytest.mark.parametrize("source", SOURCES)
def test_no_function_puts_anything_on_the_bus_for_aws_events(hub: Stack, source: str) -> None:
    assert not [each for each in DETAIL_TYPES if who_may_tell(hub, "AwsEventsBus", source, each)]


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_administrator_of_the_hub_cannot_speak_as_groundswell(hub: Stack, detail_type: str) -> None:
    admin = with_right_to_put(f"arn:aws:iam::{ACCOUNT}:role/admin")
    guarded = bus(hub, "Bus")

    heard = {source for source in SOURCES if may(admin, "events:PutEvents", guarded, telling(source, detail_type))}

    assert heard == {"groundswell.technology.their-own", "groundswell.cli", "aws.drs", "somebody"}


def test_function_cannot_speak_for_others_even_with_every_right_to_put(hub: Stack) -> None:
    spoken_for: dict[str, set[str]] = {}
    for name, caller in functions(hub).items():
        freed = with_right_to_put(caller.arn)
        spoken_for[name] = {
            source
            for source in SOURCES
            if source.startswith("groundswell")
            and may(freed, "events:PutEvents", bus(hub, "Bus"), telling(source, "x"))
        } - {"groundswell.technology.their-own", "groundswell.cli"}

    assert spoken_for == {name: {SAYS[name][0]} if name in SAYS else set() for name in functions(hub)}


@pytest.mark.parametrize("account", [WORKLOAD, STRANGER])
@pytest.mark.parametrize("source", SOURCES)
def test_hubs_bus_takes_nothing_from_another_account(hub: Stack, account: str, source: str) -> None:
    admin = with_right_to_put(f"arn:aws:iam::{account}:role/admin")

    assert not may(admin, "events:PutEvents", bus(hub, "Bus"), telling(source, "DRRequested"))


@pytest.mark.parametrize(("account", "expected"), [(WORKLOAD, {"aws.drs", "aws.rds"}), (STRANGER, set())])
def test_bus_for_aws_events_takes_them_from_workload_accounts_only(
    hub: Stack, account: str, expected: set[str]
) -> None:
    admin = with_right_to_put(f"arn:aws:iam::{account}:role/admin")
    guarded = bus(hub, "AwsEventsBus")

    heard = {each for each in [*SOURCES, "aws.rds"] if may(admin, "events:PutEvents", guarded, telling(each, "x"))}

    assert heard == expected


def test_bus_for_aws_events_takes_no_call_with_one_entry_of_another_source(hub: Stack) -> None:
    admin = with_right_to_put(f"arn:aws:iam::{WORKLOAD}:role/admin")
    mixed = {"events:source": ["aws.drs", "groundswell"], "events:detail-type": ["x", "WaveCompleted"]}

    assert not may(admin, "events:PutEvents", bus(hub, "AwsEventsBus"), mixed)


def test_forwarding_role_reaches_the_bus_for_aws_events_and_nothing_else(hub: Stack, workload: Stack) -> None:
    role = Caller(f"arn:aws:iam::{WORKLOAD}:role/forwarding", statements_of_role(workload, "ForwardingRole"))
    aws_event = telling("aws.drs", "DRS Source Server Launch Result")

    assert may(role, "events:PutEvents", bus(hub, "AwsEventsBus"), aws_event)
    assert not may(role, "events:PutEvents", bus(hub, "Bus"), aws_event)
    assert not may(role, "events:PutEvents", bus(hub, "Bus"), telling("operator", "DRRequested"))
    assert {action for each in role.rights for action in [each["Action"]]} == {"events:PutEvents"}
