"""Looks at executions: at all that are open, at one, or at one for as long as it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import JsonValue

from groundswell.domain.ids import ExecutionId
from groundswell.domain.records import Resource
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell_cli.errors import refused
from groundswell_cli.exits import Exit
from groundswell_cli.filtering import Filter
from groundswell_cli.finding import find
from groundswell_cli.hub import Hub
from groundswell_cli.standing import Standing
from groundswell_cli.summary import first_failed, print_summary
from groundswell_cli.surroundings import Surroundings
from groundswell_cli.terminal import open_console, print_json
from groundswell_cli.views.execution import execution_view
from groundswell_cli.views.executions import executions_view
from groundswell_cli.waiting import waits_of
from groundswell_cli.watching import read_standing, watch

if TYPE_CHECKING:
    from rich.console import Console


LATEST = 10
"""Executions that are over and are listed beside the open ones."""
_MOST = 500
"""Executions that are over and are looked through where some are chosen."""


def list_executions(hub: Hub, around: Surroundings, chosen: Filter, *, as_json: bool) -> Exit:
    """List the open executions and the latest that ended; the exit status says whether one waits for a person."""
    opened = sorted(reading.open_executions(hub.store), key=lambda each: each.created_at, reverse=True)
    count = 0 if chosen.only_open else _MOST if chosen.is_any else LATEST
    ended = reading.latest_ended(hub.store, count) if count else []
    found = [each for each in (*opened, *ended) if chosen.takes(each)]
    standings = [Standing(each, reading.waves(hub.store, each.execution_id)) for each in found]
    if as_json:
        print_json([_told(standing) for standing in standings])
    else:
        open_console().print(executions_view(standings, around.clock.now(), hub.place.command, is_chosen=chosen.is_any))
    return Exit.WAITING if any(standing.waits_for_person for standing in standings) else Exit.OK


def _told(standing: Standing, failed: Sequence[Resource] = ()) -> dict[str, JsonValue]:
    """How it stands and what waits, for scripts."""
    return {**standing.as_json(failed), "waits": [wait.as_json() for wait in waits_of(standing)]}


def the_open_one(hub: Hub) -> str:
    """The id of the only open execution.

    Raises:
        CliError: none is open, or several are.
    """
    found = [each.execution_id for each in reading.open_executions(hub.store)]
    if len(found) == 1:
        return found[0]
    told = f"{len(found)} executions are open" if found else "no execution is open"
    raise refused(f"{told}: name the one to watch; dr status lists them")


def show(hub: Hub, around: Surroundings, typed: str, *, as_json: bool) -> Exit:
    """Show one execution as it stands.

    Raises:
        CliError: there is no such execution.
    """
    standing = read_standing(hub.store, find(hub.store, typed).execution_id)
    failed = first_failed(hub.store, standing)
    if as_json:
        print_json(_told(standing, failed))
        return standing.exit_status
    console, now = open_console(), around.clock.now()
    console.print(execution_view(standing.execution, standing.waves, now))
    if standing.execution.dry_run:
        _print_plan(console, hub.store, standing.execution.execution_id)
    print_summary(console, hub.place, standing, failed, now)
    return standing.exit_status


def _print_plan(console: Console, store: Store, execution_id: ExecutionId) -> None:
    """A dry run has no waves, only the plan that it was accepted with."""
    from groundswell_cli.answering import acceptance
    from groundswell_cli.views.plan import accepted_view

    accepted = acceptance(store, execution_id)
    if accepted:
        console.print(accepted_view(accepted))


def follow(hub: Hub, around: Surroundings, typed: str, *, seconds: float | None, as_json: bool) -> Exit:
    """Show one execution until it ends, waits for a person, or the seconds are over.

    Raises:
        CliError: there is no such execution.
    """
    console = open_console(stderr=as_json)
    found = find(hub.store, typed)
    watched = watch(hub.store, around, found.execution_id, console=console, seconds=seconds)
    failed = first_failed(hub.store, watched.standing)
    print_summary(console, hub.place, watched.standing, failed, around.clock.now())
    if as_json:
        print_json(_told(watched.standing, failed))
    return watched.exit_status
