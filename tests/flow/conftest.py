"""One embedded stack for all flow tests that ask for it; a bare emulator for those that need no more."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from rehearsal.emulator import Emulator, EmulatorSettings
from rehearsal.processes import log_end
from rehearsal.rehearsal import rehearsal
from tests.flow.desk import Desk
from tests.flow.embedded import SCENARIO, Embedded
from tests.flow.whole_failover import Failover, fail_over

HERE = Path(__file__).parent
FACTOR = 300.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this directory."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("flow")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with nothing deployed, where everybody may do everything."""
    log = tmp_path_factory.mktemp("emulator") / "emulator.log"
    emulator = Emulator(log, EmulatorSettings(enforce_permissions=False))
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def embedded() -> Iterator[Embedded]:
    """Everything deployed and connected, as `make demo` has it; each test has customers of its own in it."""
    with rehearsal(str(SCENARIO), factor=FACTOR) as running:
        yield Embedded(running.stack, running.estate)


@pytest.fixture(scope="session")
def desk(embedded: Embedded) -> Desk:
    """Where requests are put and followed."""
    return Desk(embedded)


@pytest.fixture(scope="session")
def failover(desk: Desk) -> Failover:
    """A failover that went well, for all tests that only look at one."""
    return fail_over(desk)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Behind a failure, show what the emulator and its functions complained about lately."""
    report = yield
    embedded = getattr(item, "funcargs", {}).get("embedded")
    if report.failed and isinstance(embedded, Embedded):
        report.sections.append(("emulator log", log_end(embedded.stack.directory / "emulator.log")))
    return report
