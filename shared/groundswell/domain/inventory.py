"""What cannot be tagged is declared in an inventory, in the same words as tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic_core import ErrorDetails

from groundswell.domain.events.facts import Remark
from groundswell.domain.events.work import EVIDENCE_LIMIT
from groundswell.domain.evidence import keepable
from groundswell.domain.protection import ID_TAG, Finding
from groundswell.domain.spelling import nearest
from groundswell.domain.written import Fault, Place, Written

MOST_REMARKS = 200
"""Entries that are named as broken, each with its faults; how many more there are is said."""
_ENDINGS = (".yaml", ".yml", ".json")
_TOLD = {
    "missing": "it is missing",
    "extra_forbidden": "unknown field: correct its name, or leave it out (docs/tags-and-inventory.md has all)",
    "string_type": "it is no text: write it in quotes",
}


@dataclass(frozen=True)
class Entry:
    """One entry of a file; a file that is no list is one entry."""

    place: str
    """Its file and position."""
    written: Written


@dataclass(frozen=True)
class Contents:
    """All that is in an inventory."""

    entries: Sequence[Entry] = ()
    unread: Sequence[tuple[str, str]] = ()
    """Files of which nothing could be read, each with the reason."""
    passed_over: Sequence[Remark] = ()
    """What is no file of entries, and was not looked into."""


def _carriable(parameters: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """As they are, if the ledger can keep them and the event of a work order can carry those of 90 entries."""
    if keepable(parameters) != parameters:
        raise ValueError(
            f"they are at most {EVIDENCE_LIMIT} bytes of JSON, without fractions, empty names and deep nesting; "
            "write such values as text"
        )
    return parameters


class Declaration(BaseModel):
    """One entry of an inventory: a DNS record set, a listener rule, a foreign resource."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resource_id: str = Field(min_length=1)
    technology: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    account: str = Field(pattern=r"^[0-9]{12}$", description="The account that owns it; the hub's where it is foreign.")
    region: str = Field(min_length=1, description="The Region that it is recovered into.")
    source_region: str | None = None
    name: str | None = Field(default=None, max_length=256)
    tags: dict[str, str]
    parameters: Annotated[dict[str, JsonValue], AfterValidator(_carriable)] = Field(default_factory=dict)


def is_inventory_file(name: str) -> bool:
    """Whether a file of this name is read, by its ending; capitals are as good."""
    return name.lower().endswith(_ENDINGS)


def entries_of(name: str, content: Written) -> Iterator[Entry]:
    """The entries of a file, by their positions."""
    if not isinstance(content.value, list):
        yield Entry(name, content)
        return
    for step, written in content.within.items():
        yield Entry(f"{name} entry {int(step) + 1}", written)


def read_declarations(entries: Iterable[Entry]) -> tuple[list[Finding], list[Remark]]:
    """The findings that entries declare, and a remark for each entry that cannot be understood, by its place."""
    findings, remarks = list[Finding](), list[Remark]()
    for entry in entries:
        declared = read_entry(entry.written)
        if isinstance(declared, Declaration):
            findings.append(finding_of(declared))
        else:
            remarks.append(Remark(subject=f"inventory {entry.place}", reason="; ".join(map(str, declared))))
    return findings, bounded(remarks)


def read_entry(written: Written) -> Declaration | Sequence[Fault]:
    """What an entry declares, or every fault of it with its line and column."""
    try:
        declared = Declaration.model_validate(written.value)
    except ValidationError as error:
        return written.with_wrong(map(_in_words, error.errors(include_url=False)))
    return written.faults or declared


def unread_files(unread: Iterable[tuple[str, str]]) -> list[Remark]:
    """What a plan says of files of which nothing could be read."""
    return bounded(
        [Remark(subject=f"inventory {name}", reason=f"nothing of it is planned: {why}") for name, why in unread]
    )


def bounded(remarks: Sequence[Remark]) -> list[Remark]:
    """As many as people read; how many more there are is said in the last."""
    if len(remarks) <= MOST_REMARKS:
        return list(remarks)
    more = f"{len(remarks) - MOST_REMARKS:,} more cannot be understood: dr inventory validate names them all"
    return [*remarks[:MOST_REMARKS], Remark(subject="inventory", reason=more)]


def _in_words(fault: ErrorDetails) -> tuple[Place, str]:
    place = fault["loc"]
    if not place:
        return (), "it is no entry: one is a mapping with resource_id, technology, account, region and tags"
    if fault["type"] == "extra_forbidden" and (near := nearest(str(place[-1]), Declaration.model_fields)):
        return place, f"unknown field: did you mean {near}?"
    return place, _TOLD.get(fault["type"], f"{fault['msg'][0].lower()}{fault['msg'][1:]}")


def finding_of(declared: Declaration) -> Finding:
    """What an entry declares, as if it had been found with these tags."""
    return Finding(
        technology=declared.technology,
        account=declared.account,
        region=declared.region,
        source_region=declared.source_region,
        name=declared.name or declared.resource_id,
        declared=True,
        own_name=declared.resource_id,
        tags={ID_TAG: declared.resource_id, **declared.tags},
        parameters=declared.parameters,
    )
