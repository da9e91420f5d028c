"""Unit tests open no sockets, and know no credentials but made-up ones; servers' tests say `enable_socket`."""

from __future__ import annotations

from pathlib import Path

import pytest

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Switch sockets off for every unit test that does not ask for them."""
    for item in items:
        if _HERE in item.path.parents and item.get_closest_marker("enable_socket") is None:
            item.add_marker(pytest.mark.disable_socket)


@pytest.fixture(autouse=True)
def made_up_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the SDK gets credentials of nobody, and does not go looking for the machine's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(autouse=True)
def made_up_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions know which hub they are of, as the template tells them."""
    monkeypatch.setenv("HUB", "groundswell")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Groundswell")
