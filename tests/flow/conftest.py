"""One embedded stack for all flow tests that ask for it, on one worker; a bare emulator for those that need no more."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from rehearsal.emulator import Emulator
from rehearsal.estate_process import EstateProcess
from rehearsal.processes import log_end
from rehearsal.stack import StackSettings, embedded_stack
from tests.flow.embedded import Embedded

HERE = Path(__file__).parent
SHARED = {"embedded", "emulator"}
SCENARIO = "smoke"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this directory; those that share a fixture stay together, on one worker."""
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker("flow")
        for fixture in SHARED.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(fixture))


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with nothing deployed."""
    emulator = Emulator(tmp_path_factory.mktemp("emulator") / "emulator.log")
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def embedded() -> Iterator[Embedded]:
    """Everything deployed and connected, as `make demo` has it."""
    estate = EstateProcess(SCENARIO)
    with embedded_stack(StackSettings("flow"), estate) as stack:
        yield Embedded(stack, estate)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Behind a failure, show what the emulator and its functions complained about lately."""
    report = yield
    embedded = getattr(item, "funcargs", {}).get("embedded")
    if report.failed and isinstance(embedded, Embedded):
        report.sections.append(("emulator log", log_end(embedded.stack.directory / "emulator.log")))
    return report
