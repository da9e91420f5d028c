"""What changed between two looks at an execution, in lines for a log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from groundswell.domain.instants import to_text
from groundswell.domain.records import Wave
from groundswell.domain.states import WaveStatus
from groundswell_cli.standing import Standing
from groundswell_cli.views.words import time_of_day


def progress_lines(before: Standing | None, after: Standing, now: datetime) -> Iterator[str]:
    """A line for the execution's status and for each wave, where it differs from the look before."""
    at = time_of_day(to_text(now))
    if before is None or before.execution.status is not after.execution.status:
        yield f"{at} {after.execution.execution_id} is {after.execution.status}"
    known = {wave.wave: wave for wave in before.waves} if before else {}
    for wave in after.waves:
        was = known.get(wave.wave)
        if wave.status is not WaveStatus.PENDING and (was is None or _told(was) != _told(wave)):
            yield f"{at} wave {wave.wave} {_told(wave)}"


def _told(wave: Wave) -> str:
    optional = f" and {wave.failed_optional} optional" if wave.failed_optional else ""
    counts = f"{wave.recovered:,} of {wave.total:,} recovered, {wave.failed:,}{optional} failed"
    missed = "; its deadline is MISSED" if wave.deadline_missed_at else ""
    return f"{wave.status}: {counts}, {wave.skipped:,} skipped, {wave.remaining:,} to come{missed}"
