"""What a person should know at the end of a look: who is waited for, what failed and why, what to type next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from groundswell.domain.records import Resource
from groundswell.domain.states import ResourceState
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell_cli.hub import Place
from groundswell_cli.standing import Standing
from groundswell_cli.views.resources import failures_view
from groundswell_cli.views.waiting import attention_view

if TYPE_CHECKING:
    from rich.console import Console

MAX_FAILED = 10
"""Failed resources that a summary names."""


def first_failed(store: Store, standing: Standing, limit: int = MAX_FAILED) -> list[Resource]:
    """The first failed resources; only waves that have some are read."""
    return list(islice(_failed(store, standing), limit))


def _failed(store: Store, standing: Standing) -> Iterator[Resource]:
    for wave in standing.waves:
        if wave.failed or wave.failed_optional:
            for resource in reading.resources(store, wave.lanes):
                if resource.state is ResourceState.FAILED:
                    yield resource


def count_failed(standing: Standing) -> int:
    """Failed resources, critical and optional."""
    return sum(wave.failed + wave.failed_optional for wave in standing.waves)


def print_summary(
    console: Console, place: Place, standing: Standing, failed: Sequence[Resource], now: datetime
) -> None:
    """Print it; the command to type next comes last."""
    execution_id = standing.execution.execution_id
    if failed:
        more = place.command(f"resources {execution_id} --state FAILED")
        console.print(failures_view(failed, count=count_failed(standing), more=more))
    attention = attention_view(standing, now, place.command)
    if attention:
        console.print(attention, soft_wrap=True)
    elif standing.is_over and standing.waves:
        console.print(f"next: {place.command(f'report {execution_id}')}", soft_wrap=True)
