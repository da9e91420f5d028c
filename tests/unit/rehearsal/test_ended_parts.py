"""A rehearsal of which a part has died says which, and where its log is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from rehearsal.emulator import Emulator
from rehearsal.estate.scenario.load import load_scenario
from rehearsal.estate_process import EstateProcess
from rehearsal.processes import GuardedProcess, ProcessFailedError
from rehearsal.rehearsal import Rehearsal, naming_what_ended
from rehearsal.stack import EmbeddedStack
from rehearsal.standby import wait_while_running

pytestmark = pytest.mark.enable_socket
ENDS, STAYS = "print('out of memory'); raise SystemExit(3)", "import signal; signal.pause()"


def program(name: str, code: str, directory: Path) -> GuardedProcess:
    log, scratch = directory / f"{name.replace(' ', '-')}.log", directory / name
    scratch.mkdir()
    started = GuardedProcess.start(
        name, [sys.executable, "-c", code], environment={"PATH": os.defpath}, log=log, scratch=scratch
    )
    if code == ENDS:
        started.guardian.wait()
    return started


def rehearsal_of(emulator: GuardedProcess, estate: GuardedProcess) -> Rehearsal:
    """A rehearsal with these processes in place of its own."""
    emulated, simulated = Emulator(emulator.log), EstateProcess()
    emulated._process, simulated._process = emulator, estate
    return Rehearsal(EmbeddedStack(emulated, {}, emulator.log.parent), simulated, load_scenario("default"))


@pytest.mark.parametrize(
    ("of_emulator", "of_estate", "told"),
    [
        (ENDS, STAYS, "the emulator ended with code 3; log: .*emulator.log"),
        (STAYS, ENDS, "the estate ended with code 3"),
    ],
)
def test_standing_by_ends_with_the_part_that_ended(of_emulator: str, of_estate: str, told: str, tmp_path: Path) -> None:
    with (
        program("the emulator", of_emulator, tmp_path) as emulator,
        program("the estate", of_estate, tmp_path) as estate,
        pytest.raises(ProcessFailedError, match=f"{told}[^\n]*\nout of memory"),
    ):
        wait_while_running(rehearsal_of(emulator, estate))


@pytest.mark.parametrize(
    ("of_emulator", "told"), [(ENDS, "ended with code 3"), (STAYS, "does not answer: .*; log: .*emulator.log")]
)
def test_a_call_that_nobody_answers_names_the_emulator(of_emulator: str, told: str, tmp_path: Path) -> None:
    with (
        program("the emulator", of_emulator, tmp_path) as emulator,
        program("the estate", STAYS, tmp_path) as estate,
        pytest.raises(ProcessFailedError, match=f"the emulator {told}"),
        naming_what_ended(rehearsal_of(emulator, estate)),
    ):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
