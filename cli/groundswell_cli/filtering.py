"""Which executions are listed: of whom, since when, open or all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from groundswell.domain.instants import from_text
from groundswell.domain.records import Execution
from groundswell.domain.states import OPEN_EXECUTION
from groundswell_cli.errors import refused

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Filter:
    """What is listed; what is None or False chooses nothing."""

    customer: str | None = None
    environment: str | None = None
    only_open: bool = False
    since: datetime | None = None

    @property
    def is_any(self) -> bool:
        """Whether it leaves something out."""
        return self != Filter()

    def takes(self, execution: Execution) -> bool:
        """Whether an execution is listed; one for everybody is everybody's."""
        if self.only_open and execution.status not in OPEN_EXECUTION:
            return False
        if self.since and from_text(execution.created_at) < self.since:
            return False
        scope = execution.scope
        if scope is None or scope.all:
            return True
        is_customers = self.customer in (None, scope.customer)
        return is_customers and self.environment in (None, scope.environment)


def instant_of(typed: str, now: datetime) -> datetime:
    """`90m`, `2h`, `3d` before now, or an instant with its offset.

    Raises:
        CliError: it is neither.
    """
    ago = _AGO.fullmatch(typed.strip().lower())
    try:
        if ago:
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return from_text(typed.strip())
    except (ValueError, OverflowError):
        example = "90m, 2h, 3d, or 2026-01-31T03:00:00Z"
        raise refused(f"{typed!r} is no time for --since: say e.g. {example}") from None
