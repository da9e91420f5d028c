"""A named plan as a YAML file: read with every fault and its line, and written as it is kept."""

from __future__ import annotations

from pathlib import Path

import yaml

from groundswell.domain.named_plan import NamedPlan
from groundswell.ledger.plans import KeptPlan
from groundswell.reactions.keep_plan import read_plan
from groundswell_cli.errors import CliError, refused
from groundswell_cli.exits import Exit
from groundswell_cli.yaml_places import read_yaml


class PlanFileError(CliError):
    """A file that is no plan; each of `faults` has its line."""

    def __init__(self, source: str, faults: list[str]) -> None:
        super().__init__(
            f"{source} is no plan: {len(faults)} fault(s), said above; docs/plans.md has all that it may say",
            Exit.REFUSED,
        )
        self.faults = [f"{source} {fault}" for fault in faults]


def read_plan_file(path: Path) -> NamedPlan:
    """The plan in a file.

    Raises:
        CliError: it cannot be read, or it is no plan (PlanFileError).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refused(f"cannot read {path}: {error}") from error
    return parse_plan(text, str(path))


def parse_plan(text: str, source: str) -> NamedPlan:
    """The plan in a YAML text.

    Raises:
        PlanFileError: it is none; every fault has its line.
    """
    try:
        written = read_yaml(text)
    except yaml.YAMLError as error:
        raise PlanFileError(source, [f"it is not YAML: {' '.join(str(error).split())}"]) from error
    if not isinstance(written.data, dict):
        raise PlanFileError(source, ["line 1: a plan begins with plan: <its name> and has a list of waves"])
    plan, wrong = read_plan(written.data)
    faults = [*written.doubled(), *(f"{written.where(place)}: {fault}" for place, fault in wrong)]
    if plan is None or faults:
        raise PlanFileError(source, faults)
    return plan


def as_yaml(kept: KeptPlan) -> str:
    """A version as a file that can be put again; who put it stands above, as a comment."""
    said = f" ({kept.reason})" if kept.reason else ""
    return f"# {kept.plan}, version {kept.version}, put by {kept.put_by} at {kept.put_at}{said}\n" + body_as_yaml(
        kept.body
    )


def body_as_yaml(body: object) -> str:
    """A plan as YAML, its parts in the order of the docs."""
    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120)
