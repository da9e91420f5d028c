"""The HTTP server: who calls, lost replies, the control API, events to a bus, and the command."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError

from rehearsal.estate.wire.identity import StsAccounts
from rehearsal.estate.wire.server import EstateServer
from tests.unit.estate.builders import ACCOUNT
from tests.unit.estate.wire_bench import AT_ONCE, EmulatorStandIn, Sdk, control, estate_server

pytestmark = pytest.mark.enable_socket

KEY = "ASIA0123456789ABCDEF"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def emulator() -> Iterator[EmulatorStandIn]:
    with EmulatorStandIn({KEY: ACCOUNT}) as stand_in:
        yield stand_in


@pytest.fixture
def server() -> Iterator[EstateServer]:
    with estate_server() as running:
        yield running


def start_all(sdk: Sdk) -> None:
    drs = sdk.client("drs")
    servers = drs.describe_source_servers()["items"]
    drs.start_recovery(sourceServers=[{"sourceServerID": item["sourceServerID"]} for item in servers])


def test_account_is_asked_of_sts_once_when_the_key_is_a_session_key(emulator: EmulatorStandIn) -> None:
    with estate_server(StsAccounts(emulator.url)) as server:
        drs = Sdk(server.url, KEY).client("drs")

        for _ in range(3):
            seen = drs.describe_source_servers()["items"]

    assert len(seen) == 3
    assert emulator.asked == [KEY]


def test_call_is_refused_when_sts_does_not_know_the_key(emulator: EmulatorStandIn) -> None:
    with estate_server(StsAccounts(emulator.url)) as server, pytest.raises(ClientError) as refused:
        Sdk(server.url, "ASIAUNKNOWN000000000").client("ec2").describe_instances()

    assert refused.value.response["Error"]["Code"] == "InvalidClientTokenId"


def test_call_is_refused_when_it_is_not_signed(server: EstateServer) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{server.url}/DescribeJobs", data=b"{}"), timeout=5)  # noqa: S310 - loopback

    assert refused.value.code == 403
    assert b"MissingAuthenticationToken" in refused.value.read()


def test_connection_closes_without_a_reply_when_the_reply_is_lost(server: EstateServer) -> None:
    control(server.url, "faults", {"lost_replies": [{"operations": ["StartRecovery"], "times": 1}]})

    with pytest.raises(ConnectionClosedError):
        start_all(Sdk(server.url))

    assert set(control(server.url, "launches")["launches"].values()) == {1}


def test_launch_is_refused_as_a_conflict_when_the_sdk_repeats_a_call_whose_reply_was_lost(server: EstateServer) -> None:
    control(server.url, "faults", {"lost_replies": [{"operations": ["StartRecovery"], "times": 1}]})

    with pytest.raises(ClientError) as refused:
        start_all(Sdk(server.url, attempts=2))

    assert refused.value.response["Error"]["Code"] == "ConflictException"
    assert set(control(server.url, "launches")["launches"].values()) == {1}


def test_no_reply_comes_when_the_region_is_down(server: EstateServer) -> None:
    control(server.url, "outage", {"region": "us-east-1", "down": True})

    with pytest.raises((ConnectionClosedError, EndpointConnectionError)):
        Sdk(server.url).client("rds", "us-east-1").describe_db_clusters()
    control(server.url, "outage", {"region": "us-east-1", "down": False})

    assert Sdk(server.url).client("rds", "us-east-1").describe_db_clusters()["DBClusters"]


def test_log_tells_mutating_calls_apart_when_asked_for_them(server: EstateServer) -> None:
    start_all(Sdk(server.url))

    log = control(server.url, "log?mutating=true&service=drs")

    assert log["total"] == 2
    assert [record["operation"] for record in log["records"]] == ["StartRecovery"]
    assert (log["records"][0]["account"], log["records"][0]["outcome"]) == (ACCOUNT, "ok")
    assert control(server.url, "launches")["more_than_once"] == []


def test_faults_are_replaced_and_reset_when_the_control_api_says_so(server: EstateServer) -> None:
    fault = {"failing_operations": [{"service": "drs", "code": "InternalServerException"}]}

    put = control(server.url, "faults", fault, "PUT")
    reset = control(server.url, "faults", method="DELETE")

    assert put["failing_operations"][0]["code"] == "InternalServerException"
    assert reset["failing_operations"] == []


def test_fault_in_a_body_is_told_when_it_cannot_be_used(server: EstateServer) -> None:
    with pytest.raises(HTTPError) as refused:
        control(server.url, "faults", {"trottling": []})

    assert refused.value.code == 400
    assert "allowed here: failing_documents, failing_failovers" in json.load(refused.value)["error"]


def test_routes_are_listed_when_a_path_is_unknown(server: EstateServer) -> None:
    with pytest.raises(HTTPError) as refused:
        control(server.url, "nothing")

    assert "GET /_estate/launches" in json.load(refused.value)["routes"]


def test_inventory_and_scenario_are_told_when_asked(server: EstateServer) -> None:
    inventory = control(server.url, "inventory")

    assert [entry["parameters"]["routing"] for entry in inventory] == ["weighted", "failover"]
    assert control(server.url, "scenario")["target_region"] == "us-west-2"
    assert control(server.url, "health")["status"] == "ok"


def test_events_arrive_on_the_bus_of_their_account_and_region_when_an_endpoint_is_named(
    emulator: EmulatorStandIn,
) -> None:
    with estate_server(factor=AT_ONCE) as server:
        control(server.url, "event-endpoint", {"endpoint": emulator.url})
        start_all(Sdk(server.url))

        assert emulator.arrived.wait(10)

    entry = emulator.entries[0]
    assert (entry["Source"], entry["DetailType"]) == ("aws.drs", "DRS Source Server Launch Result")
    assert json.loads(entry["Detail"])["state"] == "RECOVERY_LAUNCH_SUCCEEDED"
    assert f"Credential={ACCOUNT}/" in emulator.credentials[0]
    assert "/us-west-2/events/" in emulator.credentials[0]


def test_command_prints_its_port_and_ends_on_sigterm_when_run() -> None:
    command = [sys.executable, "-m", "rehearsal.estate", "--scenario", "smoke", "--port", "0", "--factor", "60"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        health = control(ready["url"], "health")
        process.send_signal(signal.SIGTERM)
        code = process.wait(10)

    assert (health["scenario"], health["factor"], code) == ("smoke", 60.0, 0)


def test_command_names_the_faults_when_the_scenario_is_broken(tmp_path: Path) -> None:
    broken = tmp_path / "mine.yaml"
    broken.write_text("accounts: []\n")

    done = subprocess.run(
        [sys.executable, "-m", "rehearsal.estate", "--scenario", str(broken)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "mine.yaml has 1 fault(s)" in done.stderr
    assert "line 1, accounts" in done.stderr
