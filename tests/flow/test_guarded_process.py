"""No process of a rehearsal outlives it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rehearsal.processes import GuardedProcess, ProcessFailedError
from tests.flow.embedded import wait_until
from tests.flow.foreground import hear_ctrl_c

FAMILY = """
import os, subprocess
subprocess.Popen(["sleep", "600"])
print(os.getpid(), flush=True)
os.wait()
"""
DEAF = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(600)
"""
OWNER = """
import sys, time
from pathlib import Path
from rehearsal.processes import GuardedProcess
scratch, log = Path(sys.argv[1]), Path(sys.argv[2])
GuardedProcess.start("family", [sys.executable, "-c", sys.argv[3]], environment={}, log=log, scratch=scratch)
time.sleep(600)
"""


def start_family(directory: Path) -> GuardedProcess:
    scratch = directory / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-c", FAMILY]
    return GuardedProcess.start("family", command, environment={}, log=directory / "log", scratch=scratch)


def group_started(log: Path) -> int:
    return int(wait_until(lambda: log.exists() and log.read_text().strip(), what="the family's number in its log"))


def members(group: int) -> list[str]:
    listing = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listing.splitlines()]
    return [args for pgid, state, args in rows if int(pgid) == group and not state.startswith("Z")]


def test_guarded_process_ends_its_family_and_scratch_when_stopped(tmp_path: Path) -> None:
    family = start_family(tmp_path)
    group = group_started(family.log)
    assert len(members(group)) == 2

    family.stop()

    assert members(group) == []
    assert not (tmp_path / "scratch").exists()
    assert not family.is_running()


def test_guarded_process_is_ended_when_it_ignores_the_request(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DEAF]
    family = GuardedProcess.start("deaf", command, environment={}, log=tmp_path / "log", scratch=tmp_path / "none")
    group = group_started(family.log)

    family.stop()

    assert members(group) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_guarded_process_ends_its_family_and_scratch_when_the_owner_dies(
    tmp_path: Path, number: signal.Signals
) -> None:
    scratch, log = tmp_path / "scratch", tmp_path / "log"
    scratch.mkdir()
    command = [sys.executable, "-c", OWNER, str(scratch), str(log), FAMILY]
    owner = subprocess.Popen(command, stderr=subprocess.DEVNULL, preexec_fn=hear_ctrl_c)
    group = group_started(log)

    os.kill(owner.pid, number)
    owner.wait(10)

    wait_until(lambda: members(group), done=lambda left: not left, what="the family gone", timeout_seconds=10)
    wait_until(scratch.exists, done=lambda there: not there, what="the scratch directory gone", timeout_seconds=10)


def test_guarded_process_says_how_it_ended_when_it_fails(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('no such port'); sys.exit(3)"]
    process = GuardedProcess.start(
        "the server", command, environment={}, log=tmp_path / "log", scratch=tmp_path / "none"
    )

    wait_until(process.is_running, done=lambda running: not running, what="its end")

    with pytest.raises(ProcessFailedError, match=r"(?s)the server ended with code 3; log: .*no such port"):
        process.check_running()


def test_wait_until_says_what_it_saw_when_time_is_up() -> None:
    started = time.monotonic()

    with pytest.raises(AssertionError, match=r"the gate open: not within 0.1 s; seen last: 'shut'"):
        wait_until(lambda: "shut", done=lambda gate: gate == "open", what="the gate open", timeout_seconds=0.1)

    assert time.monotonic() - started < 5
