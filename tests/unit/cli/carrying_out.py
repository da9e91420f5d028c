"""What the hub does with a decision that was put on its bus."""

from __future__ import annotations

import json

from groundswell.entry.messages import COMMANDS
from groundswell.reactions.control_execution import Commanded, Controller
from tests.unit.cli.fake_hub import FakeHub


def carry_out(controller: Controller, hub: FakeHub) -> None:
    """Decide what was published last, as the function does that reads it from its queue."""
    entry = hub.published[-1]
    event = {
        "id": "id-1",
        "source": entry.source,
        "account": "111111111111",
        "time": "2026-01-31T03:00:00Z",
        "detail-type": entry.detail_type,
        "detail": json.loads(entry.detail),
    }
    message = COMMANDS.validate_python({"messageId": "m-1", "body": json.dumps(event)}).body
    told = message.detail.metadata
    controller.decide(
        Commanded(message.source, told.event_id, told.execution_id, told.occurred_at, message.detail.data)
    )
