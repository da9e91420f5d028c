"""How tests are shared out among workers: those on the embedded stack stay together, all others go one by one."""

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped] # xdist ships no types
from xdist.scheduler.loadscope import LoadScopeScheduling  # type: ignore[import-untyped] # nor here

FLOW = "tests/flow/"


class FlowTogether(LoadScopeScheduling):  # type: ignore[misc] # its base has no types
    """xdist's own `loadgroup` would do, but xdist 3.8 does not find the groups with pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return FLOW if nodeid.startswith(FLOW) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FlowTogether | None:
    """Stand in for `--dist loadgroup`; leave other ways of sharing out alone."""
    return FlowTogether(config, log) if config.getvalue("dist") == "loadgroup" else None
