from __future__ import annotations

import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import botocore.session
import pytest

from groundswell.adapters.assumed_clients import AssumedRoles
from rehearsal.estate.clock import VirtualClock
from tests.unit.adapters.workload_wire import INSTANCES, STARTED, FakeSts, Wire, opened, roles

FIRST_PAGE = INSTANCES.replace(b"<reservationSet/>", b"<reservationSet/><nextToken>more</nextToken>")
MOST_BYTES_A_ROLE = 10_000
"""A client of its own would be more than a hundred times as much."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The service and Region of each client that botocore makes."""
    made: list[tuple[str, str]] = []
    make = botocore.session.Session.create_client

    def noted(session: botocore.session.Session, service: Any, *, region_name: str, **options: Any) -> Any:
        made.append((service, region_name))
        return make(session, service, region_name=region_name, **options)

    monkeypatch.setattr(botocore.session.Session, "create_client", noted)
    return made


def key_of(wire: Wire, number: int) -> str:
    """The access key that a request was signed with."""
    signed = re.search(r"Credential=([^/]+)/", str(wire.requests[number].headers["Authorization"]))
    assert signed
    return signed[1]


def keys(wire: Wire) -> list[str]:
    return [key_of(wire, number) for number in range(len(wire.requests))]


def test_all_roles_of_a_region_share_a_reading_and_an_acting_client(
    clock: VirtualClock, made: list[tuple[str, str]]
) -> None:
    source = roles(FakeSts(clock))

    for number in range(5):
        clients = opened(source, account=f"22222222220{number}", session_name=f"dr-{number}")
        clients.client("ec2")
        clients.client("route53")

    assert Counter(made) == {("ec2", "us-west-2"): 2, ("route53", "us-east-1"): 2}


def test_regions_have_clients_of_their_own(clock: VirtualClock, made: list[tuple[str, str]]) -> None:
    source = roles(FakeSts(clock))

    for region in ("us-west-2", "eu-west-1"):
        opened(source, region=region).client("ec2")

    assert Counter(made) == {("ec2", "us-west-2"): 2, ("ec2", "eu-west-1"): 2}


def test_client_is_made_once_when_many_threads_ask_for_it_at_once(
    clock: VirtualClock, made: list[tuple[str, str]]
) -> None:
    source, together = roles(FakeSts(clock)), Barrier(8)

    def ask(number: int) -> None:
        clients = opened(source, session_name=f"dr-{number}")
        together.wait()
        clients.client("ec2")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))

    assert len(made) == 2


def test_role_costs_next_to_nothing_beside_its_clients(clock: VirtualClock, wire: Wire) -> None:
    source = roles(FakeSts(clock))
    look(source, "dr-first")

    tracemalloc.start()
    for number in range(20):
        look(source, f"dr-{number}")
        wire.requests.clear()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert held / 20 < MOST_BYTES_A_ROLE


def look(source: AssumedRoles, execution: str) -> None:
    """What a look does: a call, and opening the other clients that it may need."""
    clients = opened(source, session_name=execution)
    clients.client("ec2").describe_instances()
    clients.client("drs")


def test_each_call_is_signed_as_the_role_that_makes_it(clock: VirtualClock, wire: Wire) -> None:
    source = roles(FakeSts(clock))
    one, other = (opened(source, account=account).client("ec2") for account in ("222222222201", "222222222202"))

    one.describe_instances()
    other.describe_instances()
    wire.body = STARTED
    one.start_instances(InstanceIds=["i-1"])
    other.start_instances(InstanceIds=["i-2"])

    assert keys(wire) == ["key-1", "key-2", "key-1", "key-2"]


def test_pages_are_asked_for_as_the_role_that_began_when_another_calls_in_between(
    clock: VirtualClock, wire: Wire
) -> None:
    source = roles(FakeSts(clock))
    one, other = (opened(source, account=account).client("ec2") for account in ("222222222201", "222222222202"))
    wire.body = FIRST_PAGE

    pages = iter(one.get_paginator("describe_instances").paginate())
    next(pages)
    other.describe_instances()
    wire.body = INSTANCES
    rest = list(pages)

    assert len(rest) == 1
    assert keys(wire) == ["key-1", "key-2", "key-1"]


def test_call_and_its_repetitions_are_signed_as_its_role_when_threads_call_side_by_side(
    clock: VirtualClock, wire: Wire
) -> None:
    source, together = roles(FakeSts(clock)), Barrier(8, timeout=30)
    clients = [opened(source, account=f"22222222220{number}").client("ec2") for number in range(8)]
    wire.before_send, wire.status = together.wait, 500

    with ThreadPoolExecutor(8) as pool:
        for number, client in enumerate(clients, 1):
            pool.submit(client.describe_instances, InstanceIds=[f"i-{number}"])

    asked_for = [f"key-{str(request.body)[-1]}" for request in wire.requests]
    assert Counter(keys(wire)) == {f"key-{number}": 3 for number in range(1, 9)}
    assert keys(wire) == asked_for


def test_calls_are_counted_for_the_role_that_makes_them(clock: VirtualClock, wire: Wire) -> None:
    source = roles(FakeSts(clock))
    one, other = (opened(source, account=account) for account in ("222222222201", "222222222202"))

    one.client("ec2").describe_instances()

    assert (one.calls, other.calls) == ({"ec2:DescribeInstances": 1}, {})
    assert len(wire.requests) == 1


def test_nothing_is_sent_when_a_call_is_made_as_no_role(clock: VirtualClock, wire: Wire) -> None:
    waiter = opened(roles(FakeSts(clock))).client("ec2").get_waiter("instance_running")

    with pytest.raises(RuntimeError, match="made as no role, and is not sent"):
        waiter.wait(InstanceIds=["i-1"])

    assert wire.requests == []


def test_rights_of_the_function_itself_are_never_used(
    clock: VirtualClock, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-the-function")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")

    opened(roles(FakeSts(clock))).client("ec2").describe_instances()

    assert keys(wire) == ["key-1"]


def test_what_is_sent_once_goes_out_on_a_connection_of_its_own(clock: VirtualClock, wire: Wire) -> None:
    client = opened(roles(FakeSts(clock))).client("ec2")

    client.describe_instances()
    wire.body = STARTED
    client.start_instances(InstanceIds=["i-1"])

    assert [request.headers.get("Connection") for request in wire.requests] == [None, "close"]


def test_exceptions_of_the_service_are_there_to_catch(clock: VirtualClock) -> None:
    client = opened(roles(FakeSts(clock))).client("drs")

    assert issubclass(client.exceptions.ConflictException, Exception)


@pytest.fixture(autouse=True)
def _no_tracing_left() -> Iterator[None]:
    yield
    tracemalloc.stop()
