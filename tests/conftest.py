"""How tests are shared out among workers: those on the embedded stack stay together, and so do those of each file that
brings up a stack of its own; all others go one by one."""

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped] # xdist ships no types
from xdist.scheduler.loadscope import LoadScopeScheduling  # type: ignore[import-untyped] # nor here

FLOW = "tests/flow/"
OWN_STACKS = tuple(f"{FLOW}test_{name}.py" for name in ("chaos", "demo", "emulator", "guarded_process", "stores"))
"""Files that share nothing with the other flow tests: a second worker may take them."""
LONG = (FLOW, "tests/simulation/", "tests/template/")


class FlowTogether(LoadScopeScheduling):  # type: ignore[misc] # its base has no types
    """xdist's own `loadgroup` would do, but xdist 3.8 does not find the groups with pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        own = next((file for file in OWN_STACKS if nodeid.startswith(file)), None)
        return own or (FLOW if nodeid.startswith(FLOW) else nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What brings up a stack or lives through worlds may take its time, on a busy machine too."""
    for item in items:
        if item.nodeid.startswith(LONG):
            item.add_marker(pytest.mark.timeout(1800))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FlowTogether | None:
    """Stand in for `--dist loadgroup`; leave other ways of sharing out alone."""
    return FlowTogether(config, log) if config.getvalue("dist") == "loadgroup" else None
