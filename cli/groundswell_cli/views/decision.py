"""What came of a decision, in words."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue
from rich.console import Group, RenderableType
from rich.text import Text

from groundswell_cli.views.words import ATTENTION, BAD, GOOD, number

_TOLD = {
    "DRPaused": "PAUSED: nothing more is begun; what runs in AWS is followed to its end",
    "DRResumed": "RESUMED: it goes on where it was paused",
    "DRCancelling": "CANCELLING: nothing more is begun; it ends as cancelled once nothing is in flight",
    "WaveApproved": "APPROVED: wave {wave} may begin",
    "WaveRejected": "REJECTED: wave {wave} does not begin, and the execution is cancelled",
    "ResourcesRetried": "RETRYING {resources} of wave {wave}",
    "ResourcesSkipped": "SKIPPED {resources} of wave {wave}: the execution goes on without them",
    "CommandRefused": "REFUSED, and nothing was changed: {reason}",
}


def decided_view(detail_type: str, data: Mapping[str, JsonValue], resources: int) -> RenderableType:
    """What the ledger says of a decision, and who took it."""
    told = _TOLD[detail_type].format(wave=data.get("wave"), reason=data.get("reason"), resources=_some(resources))
    style = BAD if detail_type == "CommandRefused" else GOOD
    return Group(Text(told, style=style), Text(f"decided by {data['decided_by']}", style=style))


def next_after(detail_type: str, execution_id: str) -> str:
    """What to type after the answer, behind `dr`."""
    if detail_type == "DRPaused":
        return f"resume {execution_id}"
    return f"status {execution_id}" + ("" if detail_type == "CommandRefused" else " --watch")


def no_answer_text(command: str, command_id: str, seconds: float) -> Text:
    """What is known when the time for an answer is over."""
    told = (
        f"NO ANSWER within {seconds:.0f} s: whether {command} takes effect is unknown yet. If it stays so, look at the "
        "queue of control_execution, its dead letters and its log. "
        f"Saying it again with --command-id {command_id} is safe: it cannot take effect twice."
    )
    return Text(told, style=ATTENTION)


def _some(resources: int) -> str:
    return number(resources, "resource")
