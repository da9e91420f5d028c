"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import typer

OperationArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="OPERATION",
        help="failover, switchover, failback, bubble_test, cleanup or replicate.",
        show_default=False,
    ),
]
ExecutionArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="EXECUTION",
        help="The execution's id, its request's id, or the first characters of the id of an open execution.",
        show_default=False,
    ),
]
CustomerOption: TypeAlias = Annotated[str | None, typer.Option("--customer", metavar="C", help="Whose resources.")]
EnvironmentOption: TypeAlias = Annotated[
    str | None, typer.Option("--environment", metavar="E", help="Which environment of the customer's.")
]
AllOption: TypeAlias = Annotated[
    bool, typer.Option("--all", help="Every customer and environment, instead of naming one.")
]
WavesOption: TypeAlias = Annotated[
    list[int] | None, typer.Option("--wave", metavar="N", min=1, help="Only this wave; repeat it for more.")
]
TechnologiesOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--technology", metavar="T", help="Only this technology; repeat it for more.")
]
ApprovalOption: TypeAlias = Annotated[
    list[int] | None,
    typer.Option(
        "--approval", metavar="N", min=1, help="This wave begins only when a person approves it; repeat it for more."
    ),
]
RelaunchOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--relaunch", metavar="ID", help="Replace this resource's live copy in the target Region; repeat it for more."
    ),
]
AcceptExistingOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-existing",
        metavar="ID",
        help="Count this resource's live copy as recovered, however old; repeat it for more, or say all.",
    ),
]
PlanOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--plan", metavar="P", help="Follow this named plan, e.g. erp, or its third version: erp@3."),
]
MaxResourcesOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--max-resources",
        metavar="N",
        min=1,
        help="How many may be touched, where plan or hub allow fewer.",
        show_default=False,
    ),
]
DryRunOption: TypeAlias = Annotated[bool, typer.Option("--dry-run", help="Plan and say so; hold and change nothing.")]
TimeoutOption: TypeAlias = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", min=0, help="Stop watching after this long, with exit status 5."),
]
WaveOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--wave", metavar="N", min=1, help="The wave; needless where only one waits for it.", show_default=False
    ),
]
ChosenOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--resource",
        metavar="ID",
        help="This resource, by its id; repeat it for more. Without it: all that have failed.",
    ),
]
ReasonOption: TypeAlias = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept beside the decision.")
]
ConfirmedOption: TypeAlias = Annotated[bool, typer.Option("--yes", help="Do not ask to confirm; for scripts.")]
CommandIdOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--command-id",
        metavar="ID",
        help="The decision's identity: said twice with one id, it takes effect once. 8 to 64 letters, digits, hyphens.",
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
StackOption: TypeAlias = Annotated[
    str, typer.Option("--stack", metavar="NAME", envvar="DR_STACK", help="The hub's CloudFormation stack.")
]
RegionOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--region", metavar="REGION", help="The hub's Region.", show_default="that of your AWS settings"),
]

_PLACE = ("--stack", "--region")
_GROUPS = ("plans", "inventory")


def with_place_last(typed: Sequence[str]) -> list[str]:
    """What was typed, with stack and Region behind the command where they stand before it, as other tools take them."""
    before, left = list[str](), list(typed)
    words = list[str]()
    while left:
        name, is_joined, _ = left[0].partition("=")
        if name in _PLACE:
            before += [left.pop(0) for _ in range(1 if is_joined else 2) if left]
        elif left[0] in _GROUPS:
            words.append(left.pop(0))
        else:
            break
    end = left.index("--") if "--" in left else len(left)
    return [*words, *left[:end], *before, *left[end:]]
