"""`dr` as it is typed, as a process of its own: errors are one line, and the exit status says what kind they are of."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from groundswell.ledger import keys
from groundswell.ports.store import Update
from groundswell_cli import terminal
from groundswell_cli.ending import ended
from groundswell_cli.errors import explain
from groundswell_cli.exits import Exit
from groundswell_cli.options import with_place_last
from tests.unit.cli.fake_hub import terminal_of
from tests.unit.cli.stories import complete, half_recovered, running
from tests.unit.cli.tiny_aws import OUTPUTS, settings, tiny_aws

DR = Path(sys.executable).with_name("dr")
NOWHERE = "http://127.0.0.1:1"


def dr(*words: str, environment: Mapping[str, str] | None = None, **also: object) -> subprocess.CompletedProcess[str]:
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **also}
    chosen = environment or settings()
    return subprocess.run([DR, *words], env=chosen, text=True, timeout=120, check=False, **given)  # type: ignore[call-overload, no-any-return] # options of run that differ from test to test


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"AWS_ENDPOINT_URL": "no address"}, "cannot call AWS: Invalid endpoint"),
        ({"AWS_ENDPOINT_URL": NOWHERE}, "cannot reach AWS"),
        ({"AWS_REGION": None, "AWS_ENDPOINT_URL": NOWHERE}, "no Region is set"),
        ({"AWS_ACCESS_KEY_ID": None, "AWS_ENDPOINT_URL": NOWHERE}, "cannot sign in to AWS: Unable to locate credent"),
        ({"AWS_SECRET_ACCESS_KEY": None, "AWS_ENDPOINT_URL": NOWHERE}, "cannot sign in to AWS: Partial credentials"),
        ({"AWS_PROFILE": "nobody", "AWS_ENDPOINT_URL": NOWHERE}, "cannot sign in to AWS: The config profile (nobody)"),
        ({"AWS_REGION": "us west", "AWS_ENDPOINT_URL": NOWHERE}, "cannot call AWS"),
    ],
    ids=range(7),
)
def test_settings_that_lead_nowhere_are_one_line(changes: dict[str, str | None], told: str) -> None:
    result = dr("status", environment=settings(**changes))

    assert (result.returncode, result.stdout) == (Exit.UNREACHABLE, "")
    assert result.stderr.startswith(f"dr: {told}")
    assert result.stderr.count("\n") == 1


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("code", "told"),
    [("ExpiredToken", "the sign-in to AWS has expired (ExpiredToken): sign in"), ("AccessDenied", "AWS denies")],
)
def test_sign_in_that_is_over_is_said(code: str, told: str) -> None:
    with tiny_aws(code) as aws:
        result = dr("status", environment=settings(AWS_ENDPOINT_URL=aws.url))

    assert (result.returncode, result.stderr.count("\n")) == (Exit.UNREACHABLE, 1)
    assert told in result.stderr


@pytest.mark.enable_socket
def test_region_is_taken_before_the_command_too_and_an_empty_id_is_no_id() -> None:
    with tiny_aws() as aws:
        environment = settings(AWS_ENDPOINT_URL=aws.url, AWS_REGION=None)
        listed = dr("--region", "us-west-2", "status", environment=environment)
        empty = dr("--region=us-west-2", "--stack", "groundswell", "status", "", environment=environment)

    assert (listed.returncode, listed.stderr) == (Exit.OK, "")
    assert "There has been no execution yet" in listed.stdout
    assert (empty.returncode, empty.stdout) == (Exit.REFUSED, "")
    assert empty.stderr.startswith("dr: an empty text is no execution's id")


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("--region r status dr-1 --json", "status dr-1 --json --region r"),
        ("--stack=s --region r plans list", "plans list --stack=s --region r"),
        ("plans --region r get erp", "plans get erp --region r"),
        ("--region r status -- dr-1", "status --region r -- dr-1"),
        ("status --region r", "status --region r"),
        ("--region", "--region"),
        ("", ""),
    ],
)
def test_place_may_stand_before_the_command(typed: str, understood: str) -> None:
    assert with_place_last(typed.split()) == understood.split()


@pytest.mark.enable_socket
def test_status_goes_on_with_what_is_known_of_the_stack_when_cloudformation_is_away(tmp_path: Path) -> None:
    with tiny_aws() as aws:
        environment = settings(AWS_ENDPOINT_URL=aws.url, XDG_CACHE_HOME=str(tmp_path))
        first = dr("status", environment=environment)
        aws.away = "cloudformation"
        second = dr("status", environment=environment)
        (file,) = (tmp_path / "groundswell").iterdir()
        file.chmod(0o666)
        third = dr("status", environment=environment)

    assert (first.returncode, first.stderr) == (Exit.OK, "")
    assert (second.returncode, second.stdout) == (Exit.OK, first.stdout)
    assert "Going on with what is known of stack groundswell since 20" in second.stderr
    assert (third.returncode, third.stdout) == (Exit.UNREACHABLE, ""), "others may have written it"


@pytest.mark.enable_socket
def test_what_is_known_of_a_stack_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    with tiny_aws() as aws:
        dr("status", environment=settings(AWS_ENDPOINT_URL=aws.url, XDG_CACHE_HOME=str(tmp_path)))

    (file,) = (tmp_path / "groundswell").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.enable_socket
@pytest.mark.parametrize("how", ["option", "variable"])
def test_outputs_that_are_given_need_no_cloudformation(how: str) -> None:
    given = ",".join(f"{name}={value}" for name, value in OUTPUTS.items())
    with tiny_aws() as aws:
        aws.away = "cloudformation"
        named = {"DR_STACK": given} if how == "variable" else {}
        words = ["status", "--stack", given] if how == "option" else ["status"]
        result = dr(*words, environment=settings(AWS_ENDPOINT_URL=aws.url, **named))

    assert (result.returncode, result.stderr, aws.asked.count("cloudformation")) == (Exit.OK, "", 0)


def test_request_says_the_line_that_asks_without_the_hub_when_it_is_not_found() -> None:
    result = dr("request", "failover", "--all", environment=settings(AWS_ENDPOINT_URL=NOWHERE))

    assert result.returncode == Exit.UNREACHABLE
    title, line, error = result.stderr.splitlines()
    assert title.startswith("The hub is not found. To ask without dr")
    words = shlex.split(line)
    assert words[:5] == ["aws", "events", "put-events", "--region", "us-west-2"]
    (entry,) = json.loads(words[-1])
    assert (entry["EventBusName"], json.loads(entry["Detail"])["all"]) == ("groundswell", True)
    assert error.startswith("dr: cannot reach AWS")


def test_full_disk_is_said_and_no_success() -> None:
    with Path("/dev/full").open("w") as full:
        result = dr("--help", stdout=full)

    assert (result.returncode, result.stderr.count("\n")) == (Exit.UNWRITTEN, 1)
    assert "dr: cannot write the output: No space left on device" in result.stderr


@pytest.mark.enable_socket
@pytest.mark.parametrize("words", [["status"], ["status", "--json"]])
def test_closed_pipe_is_no_error(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    with tiny_aws() as aws:
        result = dr(*words, stdout=writer, environment=settings(AWS_ENDPOINT_URL=aws.url))

    os.close(writer)
    assert (result.returncode, result.stderr) == (Exit.UNREAD, "")


def test_interruption_at_the_start_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt")

    result = dr("status", environment=settings(PYTHONPATH=str(tmp_path)))

    assert (result.returncode, result.stdout) == (Exit.INTERRUPTED, "")
    assert result.stderr.strip().startswith("dr: interrupted: only this command has ended")


def test_interruption_at_a_prompt_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    class Keyboard:
        def readline(self) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Keyboard())

    status = ended(lambda: terminal.confirm(terminal.open_console(), "customer-a/production"))

    assert status == Exit.INTERRUPTED


def test_nothing_is_asked_about_an_execution_that_is_over() -> None:
    story = running()
    complete(story)
    terminal = terminal_of(story)

    result = terminal.type("cancel", story.execution.execution_id)

    assert (result.exit_code, result.stdout, terminal.hub.said) == (Exit.REFUSED, "", [])
    assert "is over (COMPLETED since 2026-01-31" in result.stderr
    assert "there is nothing left to cancel; see: dr report" in result.stderr


def test_what_a_request_did_not_say_is_unknown_in_the_list() -> None:
    story = running()
    key = keys.execution_key(story.execution.execution_id)
    story.store.write(Update(key, remove=("operation", "scope")))

    result = terminal_of(story).type("status")

    assert "None" not in result.stdout
    assert "unknown" in result.stdout


@pytest.mark.parametrize("command", ["status", "resources", "report", "events"])
def test_nothing_is_cut_off_on_a_narrow_terminal(command: str) -> None:
    story = half_recovered()
    terminal = terminal_of(story)
    terminal.columns = 40

    result = terminal.type(command, story.execution.execution_id)

    words = "".join(result.stdout.split())
    assert "…" not in result.stdout
    facts = {
        "status": ["COMPLETED", "2of2", "HELD", "1of3", "27m49sleft", "drs/app-2"],
        "resources": ["aurora/db", "drs/app-1", "RECOVERED", "FAILED(optional)", "222222222201"],
        "report": ["COMPLETED", "1+1opt", "drs/dc", "0.75s"],
        "events": ["ResourceRecovered", "WaveCompleted", "RecoveryRequested"],
    }
    assert all(fact in words for fact in facts[command])


def test_an_error_of_ours_is_no_error_of_a_persons() -> None:
    assert explain(RuntimeError("a defect")) is None
