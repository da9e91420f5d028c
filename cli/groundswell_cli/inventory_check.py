"""What a plan would say of files of the inventory: the same reader and the same judgements, on what lies here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from groundswell.adapters.yaml_reader import read_yaml
from groundswell.domain.customers import is_map, read_speakers
from groundswell.domain.inventory import Declaration, Entry, entries_of, finding_of, is_inventory_file, read_entry
from groundswell.domain.near_misses import unread_tags_of
from groundswell.domain.protection import Broken, Finding, judge
from groundswell.domain.written import UnreadableTextError, path_of
from groundswell.reactions.survey import flaws_of
from groundswell.technologies import registry
from groundswell_cli.file_faults import raw_of


@dataclass
class Checked:
    """What was found out about files."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    entries: int = 0
    switched_off: int = 0
    seen: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Where each technology, account and id was declared first."""
    maps: list[Entry] = field(default_factory=list)
    """What says which accounts may speak for which customers, or is meant to."""

    @property
    def summary(self) -> str:
        """How much there is in them."""
        off = f", {self.switched_off:,} of them not to be recovered (dr:enabled is false)" if self.switched_off else ""
        return f"{self.entries:,} {'entry' if self.entries == 1 else 'entries'}{off}"


def check_files(files: Sequence[Path]) -> Checked:
    """Every fault of every file; an id that two of them declare is one.

    Raises:
        CliError: a file cannot be read.
    """
    checked = Checked()
    for path in files:
        _check(path, raw_of(path), checked)
    speakers = read_speakers(checked.maps, hub="")
    checked.faults += [each for each in (speakers.fault, *speakers.misread.values()) if each]
    return checked


def _check(path: Path, raw: bytes, checked: Checked) -> None:
    if not is_inventory_file(path.name):
        checked.faults.append(f"{path}: it is not read under this name: let it end in .yaml, .yml or .json")
        return
    try:
        content = read_yaml(raw)
    except UnreadableTextError as error:
        where = "" if error.line is None else f":{error.line}:{error.column}"
        checked.faults.append(f"{path}{where}: {error.told}")
        return
    for entry in entries_of("", content):
        checked.entries += 1
        if is_map(replace(entry, place=f"{path.name}{entry.place}")):
            checked.maps.append(replace(entry, place=f"{path}{entry.place}"))
        else:
            _check_entry(path, entry, checked)


def _check_entry(path: Path, entry: Entry, checked: Checked) -> None:
    at, name = f"{path}:{entry.written.line}:{entry.written.column}", entry.place.strip() or "the file"
    declared = read_entry(entry.written)
    if not isinstance(declared, Declaration):
        for fault in declared:
            within = f" {path_of(fault.place)}" if fault.place else ""
            checked.faults.append(f"{path}:{fault.line}:{fault.column}: {name}{within}: {fault.told}")
        return
    finding = finding_of(declared)
    checked.faults += [f"{at}: {name} ({declared.resource_id}): {told}" for told in _faults(finding, at, checked)]
    checked.warnings += [f"{at}: {name} ({declared.resource_id}) has {told}" for told in unread_tags_of(finding)]


def _faults(finding: Finding, at: str, checked: Checked) -> Iterator[str]:
    key = (finding.technology, finding.account, finding.resource_id)
    if key in checked.seen:
        yield f"its id is declared at {checked.seen[key]} too: a plan would not know which is meant, and is refused"
    checked.seen.setdefault(key, at)
    technology = registry.load(finding.technology) if finding.technology in registry.BUILT_IN else None
    judged = judge(finding.model_copy(update={"faults": tuple(flaws_of(finding, technology))}))
    if isinstance(judged, Broken):
        yield judged.remark.reason
    checked.switched_off += judged is None
