"""What a command needs besides its options: a hub to connect to, the time, and a way to pass it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from groundswell.ports.world import Clock
    from groundswell_cli.hub import Hub


@dataclass(frozen=True)
class Surroundings:
    """What tests put something else for."""

    connect: Callable[[str, str | None], Hub]
    """The hub of a stack's name and a Region; None: the Region of the AWS settings."""
    clock: Clock
    pause: Callable[[float], None]
    """Waits for seconds."""
    new_request_id: Callable[[], str]
    new_command_id: Callable[[], str]


def surroundings(context: typer.Context) -> Surroundings:
    """Those that were given with the context, or the real ones; AWS's SDK is loaded no earlier than here."""
    return context.obj if isinstance(context.obj, Surroundings) else _real()


def _real() -> Surroundings:
    import time

    from groundswell.adapters.system import SystemClock
    from groundswell_cli.aws_hub import connect

    return Surroundings(connect, SystemClock(), time.sleep, _new_id, _new_id)


def _new_id() -> str:
    """Says who made it and when, and is like no other: `cli-20260131T030000Z-1f2e3d4c`."""
    import secrets
    from datetime import UTC, datetime

    return f"cli-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
