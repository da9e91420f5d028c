"""Hosted zones, their record sets, and the changes made to them."""

from dataclasses import dataclass, field

RecordSet = dict[str, object]
RecordKey = tuple[str, str, str]


def reversed_name(name: str) -> str:
    """The name with its labels reversed and a trailing dot: Route 53's sort order (ListResourceRecordSets)."""
    return ".".join(reversed(name.rstrip(".").split("."))) + "."


def key_of(record: RecordSet) -> RecordKey:
    """What identifies a record set in its zone: reversed name, type, set identifier."""
    return reversed_name(str(record["Name"])), str(record["Type"]), str(record.get("SetIdentifier", ""))


@dataclass(slots=True)
class Zone:
    """A hosted zone. `published` are the versions that DNS servers answer from, each since its moment."""

    zone_id: str
    name: str
    account: str
    tags: dict[str, str]
    records: dict[RecordKey, RecordSet]
    published: list[tuple[float, dict[RecordKey, RecordSet]]]
    busy_until: float = 0.0
    health_checks: dict[str, str] = field(default_factory=dict)
    """The Region that each health check watches."""


@dataclass(frozen=True, slots=True)
class Change:
    """An accepted change batch."""

    change_id: str
    submitted: float
    insync_at: float
    comment: str
