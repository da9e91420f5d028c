"""The request of the options, and the AWS CLI's line for it."""

from __future__ import annotations

import json
import subprocess

import pytest

from groundswell.domain.request import read_request
from groundswell_cli.asking import Option, body_of, command_line, entry_of, request_of
from groundswell_cli.errors import CliError
from groundswell_cli.hub import Place

PLACE = Place(stack="groundswell", region="us-west-2", bus="the-bus", endpoint="http://127.0.0.1:4566")
SCOPE: dict[str, Option] = {"customer": "customer-a", "environment": "production"}
AWKWARD = """it's "dark"; $HOME `id` \\ *"""


def test_request_leaves_out_what_was_not_said() -> None:
    options: dict[str, Option] = {**SCOPE, "operation": "failover", "waves": None, "dry_run": False, "relaunch": []}

    assert body_of(request_of(options)) == {
        "operation": "failover",
        "customer": "customer-a",
        "environment": "production",
    }


def test_request_takes_an_operation_with_a_hyphen() -> None:
    assert request_of({**SCOPE, "operation": "bubble-test"}).operation == "bubble_test"


def test_request_is_understood_as_the_same_when_the_planner_reads_it() -> None:
    more: dict[str, Option] = {"waves": [1, 3], "technologies": ["drs"], "reason": AWKWARD}
    request = request_of({**SCOPE, "operation": "failover", **more})

    assert read_request(json.loads(entry_of(request).detail)) == request


def test_request_names_all_faults_when_it_is_refused() -> None:
    with pytest.raises(CliError, match=r"unknown operation .*environment is missing"):
        request_of({"operation": "fail", "customer": "customer-a"})


def test_command_line_survives_a_shell_when_the_reason_is_awkward() -> None:
    entry = entry_of(request_of({**SCOPE, "operation": "failover", "reason": AWKWARD}))
    line = command_line(PLACE, entry)

    script = f'aws() {{ for word in "$@"; do printf "%s\\n" "$word"; done; }}; {line}'
    words = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.splitlines()

    assert words[:4] == ["events", "put-events", "--region", "us-west-2"]
    assert words[4:-1] == ["--endpoint-url", "http://127.0.0.1:4566", "--entries"]
    assert json.loads(words[-1]) == [
        {"EventBusName": "the-bus", "Source": "groundswell.cli", "DetailType": "DRRequested", "Detail": entry.detail}
    ]
