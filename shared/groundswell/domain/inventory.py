"""What cannot be tagged is declared in an inventory, in the same words as tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from groundswell.domain.events.facts import Remark
from groundswell.domain.events.work import EVIDENCE_LIMIT
from groundswell.domain.evidence import keepable
from groundswell.domain.protection import ID_TAG, Finding


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


def read_declarations(entries: Iterable[tuple[str, JsonValue]]) -> tuple[list[Finding], list[Remark]]:
    """The findings that entries declare, and a remark for each entry that cannot be understood, by its place."""
    findings, remarks = list[Finding](), list[Remark]()
    for place, entry in entries:
        try:
            findings.append(_finding(Declaration.model_validate(entry)))
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, fault['loc'])) or 'entry'}: {fault['msg']}" for fault in error.errors())
            remarks.append(Remark(subject=f"inventory {place}", reason="; ".join(faults)))
    return findings, remarks


def _finding(declared: Declaration) -> Finding:
    return Finding(
        technology=declared.technology,
        account=declared.account,
        region=declared.region,
        source_region=declared.source_region,
        name=declared.name or declared.resource_id,
        own_name=declared.resource_id,
        tags={ID_TAG: declared.resource_id, **declared.tags},
        parameters=declared.parameters,
    )
