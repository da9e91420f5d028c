"""`rehearsal demo`, as its user runs it: it ends with the status that tells how it went, and leaves nothing behind."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from rehearsal.processes import log_end
from rehearsal.tools import ROOT
from tests.flow.embedded import wait_until
from tests.flow.foreground import hear_ctrl_c

SCENARIOS = Path(__file__).parent / "scenarios"
PROGRAM = ROOT / ".venv" / "bin" / "rehearsal"
STORY_FACTOR = 100
"""With a larger one nothing of the story would be late."""
DEMO_SECONDS, END_SECONDS = 240.0, 60.0
"""Bounds for a machine that does three other things at once; alone it takes half a minute, and ends in two seconds."""


@dataclass(frozen=True)
class Demo:
    """A demonstration that runs, or has ended."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def printed(self) -> str:
        """What it printed so far, errors included."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, text: str) -> None:
        """Until it has printed this."""

        def shows(printed: str) -> bool:
            assert self.process.poll() is None or text in printed, log_end(self.log)
            return text in printed

        wait_until(lambda: self.printed, done=shows, what=f"{text!r} in {self.log}", timeout_seconds=DEMO_SECONDS)

    def press_ctrl_c(self) -> None:
        """As a terminal does: the signal goes to everything in the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self, seconds: float = DEMO_SECONDS) -> int:
        """Its exit status."""
        return self.process.wait(seconds)

    @property
    def left_behind(self) -> list[str]:
        """The processes that serve its emulated AWS, run its functions or simulate its estate."""
        port = re.search(r"http://127\.0\.0\.1:(\d+)", self.printed)
        assert port, self.printed
        listing = subprocess.run(["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
        marks = (f"GATEWAY_PORT={port[1]} ", f"--sts-endpoint http://127.0.0.1:{port[1]} ")
        return [line for line in listing.stdout.splitlines() if any(mark in f"{line} " for mark in marks)]


@contextmanager
def demo(directory: Path, scenario: str, factor: int = 300) -> Iterator[Demo]:
    """Start it in the foreground of a terminal of its own, so to speak; a scenario of the tests, or a shipped one."""
    log, own = directory / f"{scenario}.log", SCENARIOS / f"{scenario}.yaml"
    named = str(own) if own.exists() else scenario
    command = [str(PROGRAM), "demo", "--scenario", named, "--factor", str(factor)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=hear_ctrl_c,
        )
    running = Demo(process, log)
    try:
        yield running
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.parametrize("moment", ["Deploying the stack", "wave 1 RUNNING"])
def test_demo_takes_everything_down_when_interrupted(tmp_path: Path, moment: str) -> None:
    with demo(tmp_path, "small") as running:
        running.wait_for(moment)
        assert running.left_behind

        running.press_ctrl_c()

        assert running.wait(END_SECONDS) == 130, running.printed
    assert running.left_behind == []
    assert "Interrupted; everything is taken down." in running.printed
    assert "Traceback" not in running.printed


def test_demo_ends_with_0_and_its_figures_when_the_failover_completes(tmp_path: Path) -> None:
    with demo(tmp_path, "small") as running:
        status = running.wait()

    assert status == 0, running.printed
    assert "Report of execution dr-" in running.printed
    assert "2: 2 recovered, 0 critical failed" in running.printed
    assert "launched more than once: none" in running.printed
    assert running.left_behind == []


def test_demo_ends_with_2_and_the_cause_when_a_wave_is_held(tmp_path: Path) -> None:
    with demo(tmp_path, "held") as running:
        status = running.wait()

    words = " ".join(running.printed.split())
    assert status == 2, running.printed
    assert "wave 1 HELD" in words
    assert "You are not authorized to perform ec2:RunInstances (tried 3 times)" in words
    assert running.left_behind == []


def test_demo_tells_the_story_of_an_engineer_who_decides(tmp_path: Path) -> None:
    with demo(tmp_path, "decisions", factor=STORY_FACTOR) as running:
        status = running.wait(2 * DEMO_SECONDS)

    assert status == 0, running.printed
    assert re.findall(r"^you: dr (\w+) dr-", running.printed, re.MULTILINE) == [
        "resources",
        "approve",
        "resources",
        "retry",
        "pause",
        "skip",
        "resume",
    ]
    for answer in ("APPROVED: wave 2", "RETRYING 2", "PAUSED: nothing", "SKIPPED 1", "RESUMED: it goes on"):
        assert answer in running.printed, answer
    assert "wave 1 HELD: 0 of 2 recovered, 0 failed, 0 skipped, 2 to come; its deadline is MISSED" in running.printed
    assert "status         COMPLETED_WITH_EXCEPTIONS" in running.printed
    (kept,) = re.findall(r"The report is kept in (\S+)", running.printed)
    assert "23 recovered, 0 critical failed" in (ROOT / kept).read_text(encoding="utf-8")
    assert running.left_behind == []


def test_demo_names_every_fault_when_a_scenario_is_broken(tmp_path: Path) -> None:
    scenario = tmp_path / "broken.yaml"
    scenario.write_text("accounts: ['222222222201']\nseed: many\nservers: [{name: a, wave: 1, colour: blue}]\n")

    ended = subprocess.run([PROGRAM, "demo", "--scenario", scenario], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert f"The scenario {scenario} has 2 fault(s)" in ended.stderr
    assert "line 2, seed: " in ended.stderr
    assert (
        "line 3, servers[0]: unknown: colour; allowed here: application, copy_private_ip, disk_gib, enabled,"
        in ended.stderr
    )
    assert "Traceback" not in ended.stderr


def test_demo_names_the_shipped_scenarios_when_there_is_none_of_the_name() -> None:
    ended = subprocess.run([PROGRAM, "demo", "--scenario", "typhoon"], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "give a path or one of the shipped scenarios: decisions, default, faults, smoke" in " ".join(
        ended.stderr.split()
    )
