"""Finds an execution by what a person types: its id, its request's id, or how the id of a recent one begins."""

from __future__ import annotations

import re

from groundswell.domain.ids import ExecutionId, execution_id_of
from groundswell.domain.records import Execution
from groundswell.ledger import reading
from groundswell.ports.store import Store
from groundswell_cli.errors import CliError, refused

RECENT = 50
"""Executions that are over and are found by how their ids begin."""

_TYPEABLE = re.compile(r"[A-Za-z0-9._:~-]{1,140}")


def find(store: Store, typed: str) -> Execution:
    """The one execution that was meant.

    Raises:
        CliError: there is none, or several begin so.
    """
    if not _TYPEABLE.fullmatch(typed):
        told = repr(typed) if typed else "an empty text"
        raise refused(f"{told} is no execution's id: dr status lists those that are open")
    found = reading.find_execution(store, ExecutionId(typed))
    found = found or reading.find_execution(store, execution_id_of(typed))
    return found or _by_prefix(store, typed)


def _by_prefix(store: Store, typed: str) -> Execution:
    recent = [*reading.open_executions(store), *reading.latest_ended(store, RECENT)]
    begin_so = [each for each in recent if _begins(each.execution_id, typed)]
    if len(begin_so) == 1:
        return reading.execution(store, begin_so[0].execution_id)
    raise _several(typed, begin_so) if begin_so else _none(typed)


def _begins(execution_id: str, typed: str) -> bool:
    return execution_id.startswith(typed) or execution_id.removeprefix("dr-").startswith(typed)


def _several(typed: str, found: list[Execution]) -> CliError:
    names = ", ".join(sorted(each.execution_id for each in found))
    return refused(f"{typed} is how {len(found)} executions begin: {names}; type more of the one you mean")


def _none(typed: str) -> CliError:
    return refused(
        f"the ledger knows no execution {typed}: dr status lists the open and the latest ones; "
        "an older one is found by its whole id, or by its request's id"
    )
