"""A named plan as a YAML file: read with every fault and its line, and written as it is kept."""

from __future__ import annotations

from pathlib import Path

import yaml

from groundswell.domain.legible import legible
from groundswell.domain.named_plan import NamedPlan
from groundswell.ledger.plans import KeptPlan
from groundswell.reactions.keep_plan import read_plan
from groundswell_cli.file_faults import FileFaultsError, raw_of, written_in


def read_plan_file(path: Path) -> NamedPlan:
    """The plan in a file.

    Raises:
        CliError: it cannot be read, or it is no plan (FileFaultsError).
    """
    return parse_plan(raw_of(path), str(path))


def parse_plan(raw: bytes, source: str) -> NamedPlan:
    """The plan in a YAML text.

    Raises:
        FileFaultsError: it is none; every fault has its place.
    """
    written = written_in(raw, source, "plan", "docs/plans.md")
    if not isinstance(written.value, dict):
        faults = [written.at((), "a plan begins with plan: <its name> and has a list of waves")]
        raise FileFaultsError(source, "plan", "docs/plans.md", faults)
    plan, wrong = read_plan(written.value)
    faults = written.with_wrong(wrong)
    if plan is None or faults:
        raise FileFaultsError(source, "plan", "docs/plans.md", faults)
    return plan


def as_yaml(kept: KeptPlan) -> str:
    """A version as a file that can be put again; who put it stands above, as a comment."""
    said = f" ({kept.reason})" if kept.reason else ""
    head = legible(f"# {kept.plan}, version {kept.version}, put by {kept.put_by} at {kept.put_at}{said}")
    return f"{head}\n{body_as_yaml(kept.body)}"


def body_as_yaml(body: object) -> str:
    """A plan as YAML, its parts in the order of the docs; where a line of it could not be read, all signs are escaped.

    So it is the same plan when it is put again, and harmless on a screen.
    """
    plain = yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120)
    if all(line == legible(line) for line in plain.split("\n")):
        return plain
    return yaml.safe_dump(body, sort_keys=False, allow_unicode=False, width=120)
