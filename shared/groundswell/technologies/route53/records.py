"""The pair of record sets behind a declared DNS name, one for each Region, as Route 53 has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from botocore.exceptions import ClientError

from groundswell.domain.ids import ResourceId
from groundswell.technologies.contract import Evidence, Failed, Look, Target
from groundswell.technologies.route53.declared_pair import spelled

if TYPE_CHECKING:
    from mypy_boto3_route53.literals import RRTypeType
    from mypy_boto3_route53.type_defs import (
        ListResourceRecordSetsRequestTypeDef,
        ListResourceRecordSetsResponseTypeDef,
        ResourceRecordSetOutputTypeDef,
    )

_Name: TypeAlias = tuple[str, str]
"""A DNS name, as Route 53 spells it, and a record type."""
_Found: TypeAlias = "Mapping[tuple[_Name, str], ResourceRecordSetOutputTypeDef]"
"""Record sets by name, type and set identifier."""

_ATTRIBUTES: dict[str, Literal["Weight", "Failover"]] = {"weighted": "Weight", "failover": "Failover"}


@dataclass(frozen=True)
class Pair:
    """The two record sets of a resource, as they are."""

    routing: str
    target: ResourceRecordSetOutputTypeDef
    source: ResourceRecordSetOutputTypeDef
    others: tuple[ResourceRecordSetOutputTypeDef, ...] = ()
    """Sets of the same name and type besides the two; nothing changes them."""

    @property
    def standing(self) -> Evidence:
        """The weight or role of both, by set identifier, the target's first: what it takes to turn a change back."""
        attribute = _ATTRIBUTES[self.routing]
        return {one.get("SetIdentifier", ""): one.get(attribute) for one in (self.target, self.source)}

    @property
    def has_traffic(self) -> bool:
        """Whether the target's set is the one that gets it."""
        return list(self.standing.values()) in ([100, 0], ["PRIMARY", "SECONDARY"])


def zone_of(target: Target) -> str:
    """The hosted zone's id without its path."""
    return target.text("hosted_zone_id").removeprefix("/hostedzone/")


def read_pairs(look: Look, targets: Sequence[Target]) -> dict[ResourceId, Pair | Failed]:
    """The pair of each target, or why it has none."""
    pairs = dict[ResourceId, Pair | Failed]()
    for zone, group in groupby(sorted(targets, key=zone_of), key=zone_of):
        members = list(group)
        found = _record_sets(look, zone, {_name(target) for target in members})
        pairs |= {target.resource_id: _pair(target, found) for target in members}
    return pairs


def _pair(target: Target, found: _Found) -> Pair | Failed:
    name, routing = _name(target), target.text("routing")
    identifiers = target.text("target_set_identifier"), target.text("source_set_identifier")
    sets = [found[name, one] for one in identifiers if (name, one) in found]
    attribute = _ATTRIBUTES.get(routing)
    if len(sets) == len(identifiers) and all(attribute in one for one in sets):
        others = [one for (seen, identifier), one in found.items() if seen == name and identifier not in identifiers]
        return Pair(routing, sets[0], sets[1], tuple(others))
    sought = f"no pair of {routing} record sets {' and '.join(identifiers)} for {' '.join(name)}"
    advice = "Compare the inventory entry (account, zone, name, type, routing, identifiers) with the hosted zone."
    return Failed.because(f"hosted zone {zone_of(target)} has {sought}", advice=advice)


def _name(target: Target) -> _Name:
    """As Route 53 answers it."""
    return spelled(target.text("record_name")), target.text("record_type").upper()


def _record_sets(look: Look, zone: str, names: Iterable[_Name]) -> _Found:
    """The record sets of these names, and those that came with them.

    Route 53 lists by reversed labels, so names that lie close together come in one page, and what lies far between
    two names is not listed.
    """
    found = dict[tuple[_Name, str], "ResourceRecordSetOutputTypeDef"]()
    complete = set[_Name]()
    for name in sorted(names, key=lambda one: one[0].split(".")[::-1]):
        if name in complete:
            continue
        for page in _pages(look, zone, name):
            listed = [(one["Name"], one["Type"]) for one in page["ResourceRecordSets"]]
            for seen, one in zip(listed, page["ResourceRecordSets"], strict=True):
                found[seen, one.get("SetIdentifier", "")] = one
            complete |= set(listed) - ({listed[-1]} if page["IsTruncated"] else set())
            if listed[-1:] != [name]:
                break
    return found


def _pages(look: Look, zone: str, name: _Name) -> Iterator[ListResourceRecordSetsResponseTypeDef]:
    """Pages from this name on; none where there is no such zone, or where no such name can be."""
    client = look.clients.client("route53")
    start: ListResourceRecordSetsRequestTypeDef | None = {
        "HostedZoneId": zone,
        "StartRecordName": name[0],
        "StartRecordType": cast("RRTypeType", name[1]),
    }
    try:
        while start is not None:
            page = client.list_resource_record_sets(**start)
            yield page
            start = _following(zone, page)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchHostedZone", "InvalidInput"):
            raise


def _following(zone: str, page: ListResourceRecordSetsResponseTypeDef) -> ListResourceRecordSetsRequestTypeDef | None:
    if not page["IsTruncated"]:
        return None
    following: ListResourceRecordSetsRequestTypeDef = {
        "HostedZoneId": zone,
        "StartRecordName": page["NextRecordName"],
        "StartRecordType": page["NextRecordType"],
    }
    if "NextRecordIdentifier" in page:
        following["StartRecordIdentifier"] = page["NextRecordIdentifier"]
    return following
