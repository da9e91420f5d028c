"""`dr plans`: named plans, put, looked at, and checked before they are put."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundswell_cli import options
from groundswell_cli.errors import CliError, refused
from groundswell_cli.exits import Exit
from groundswell_cli.surroundings import surroundings
from groundswell_cli.terminal import open_console, print_json

if TYPE_CHECKING:
    from groundswell.domain.named_plan import NamedPlan
    from groundswell.ledger.plans import KeptPlan
    from groundswell.ports.store import Store

plans = typer.Typer()

_File = Annotated[Path, typer.Argument(metavar="FILE", help="The plan, as YAML (docs/plans.md).", show_default=False)]
_Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="The plan's name; NAME@3 is its third version.", show_default=False),
]


@plans.callback(invoke_without_command=True)
def show_help(context: typer.Context) -> None:
    """Named plans: waves, their resources, rules and checks."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@plans.command("list")
def list_plans(
    context: typer.Context,
    *,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """List the plans, with the latest version of each and who put it."""
    from groundswell.ledger.plans import every_latest
    from groundswell_cli.views.plans import plans_view

    hub = surroundings(context).connect(stack, region)
    kept = every_latest(hub.store)
    if as_json:
        print_json([each.model_dump(mode="json", exclude={"body"}) for each in kept])
    else:
        open_console().print(plans_view(kept, hub.place.command("plans put FILE")))
    return Exit.OK


@plans.command("get")
def get_plan(
    context: typer.Context,
    name: _Name,
    *,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Print a plan as the YAML that it can be put with again."""
    from groundswell_cli.plan_file import as_yaml

    kept = _kept(surroundings(context).connect(stack, region).store, name)
    if as_json:
        print_json(kept.model_dump(mode="json"))
    else:
        sys.stdout.write(as_yaml(kept))
    return Exit.OK


@plans.command("validate")
def validate_plan(file: _File) -> int:
    """Check a plan's file, here and now: every fault with its line, or the waves that it comes to."""
    from groundswell_cli.views.plans import stages_view

    plan = _read(file)
    console = open_console()
    console.print(f"{file} is a good plan, {plan.plan}. Its waves:")
    console.print(stages_view(plan))
    return Exit.OK


@plans.command("put")
def put_plan(
    context: typer.Context,
    file: _File,
    *,
    after: Annotated[
        int | None,
        typer.Option(
            "--after",
            metavar="N",
            min=0,
            help="The version that the file was made from: refused if somebody put another since.",
            show_default="the latest",
        ),
    ] = None,
    reason: options.ReasonOption = None,
    as_json: options.JsonOption = False,
    stack: options.StackOption = "groundswell",
    region: options.RegionOption = None,
) -> int:
    """Put a plan as its next version, and show what changes; executions keep the version that they began with."""
    from groundswell.ledger import plans as kept_plans

    plan = _read(file)
    hub = surroundings(context).connect(stack, region)
    latest = kept_plans.latest(hub.store, plan.plan)
    known = after if after is not None else latest.version if latest else 0
    console = open_console(stderr=as_json)
    if latest:
        for line in _difference(_kept(hub.store, plan.plan), plan):
            console.print(line, soft_wrap=True)
    body = plan.model_dump(mode="json", exclude_defaults=True)
    kept = hub.put_plan({"plan": body, "after": known, "reason": reason})
    told = "is that already; nothing was put" if kept.unchanged else "was put"
    console.print(f"Plan {kept.plan}, version {kept.version}, {told}.")
    console.print(f"next: {hub.place.command(f'plan failover --plan {kept.plan} …')}", soft_wrap=True)
    if as_json:
        print_json(kept.model_dump(mode="json"))
    return Exit.OK


def _read(file: Path) -> NamedPlan:
    from groundswell_cli.file_faults import FileFaultsError
    from groundswell_cli.plan_file import read_plan_file

    try:
        return read_plan_file(file)
    except FileFaultsError as error:
        console = open_console(stderr=True)
        for fault in error.faults:
            console.print(fault, soft_wrap=True)
        raise


def _kept(store: Store, name: str) -> KeptPlan:
    """A version of a plan, the latest where none is said.

    Raises:
        CliError: there is none.
    """
    from groundswell.ledger import plans as kept_plans

    plain, _, said = name.partition("@")
    latest = kept_plans.latest(store, plain)
    if latest is None:
        known = ", ".join(each.plan for each in kept_plans.every_latest(store)) or "none yet"
        raise refused(f"there is no plan {plain!r}: known are {known}")
    kept = kept_plans.version_of(store, plain, _number(said) if said else latest.version)
    if kept is None:
        raise refused(f"plan {plain} has no version {said}: the latest is {latest.version}")
    return kept


def _number(said: str) -> int:
    if not said.isdecimal():
        raise _no_version(said)
    return int(said)


def _no_version(said: str) -> CliError:
    return refused(f"{said!r} is no version: give its number, e.g. erp@3")


def _difference(kept: KeptPlan, plan: NamedPlan) -> Iterator[str]:
    from groundswell_cli.plan_file import body_as_yaml

    before = body_as_yaml(kept.body).splitlines()
    after = body_as_yaml(plan.model_dump(mode="json", exclude_defaults=True)).splitlines()
    return difflib.unified_diff(before, after, f"{kept.plan}@{kept.version}", "the file", lineterm="")
