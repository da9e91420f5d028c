"""What tests of clients in workload accounts begin with."""

from __future__ import annotations

from datetime import datetime

import pytest
from botocore.httpsession import URLLib3Session

from rehearsal.estate.clock import VirtualClock
from tests.unit.adapters.workload_wire import Wire


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime.fromisoformat("2030-01-01T00:00:00+00:00"))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(URLLib3Session, "send", lambda session, request: wire.send(session, request))
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    return wire
