"""Finds source servers. They live in the Region that is recovered into, so a dead primary does not matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundswell.domain.protection import Finding, LiveCopy
from groundswell.technologies.contract import Look
from groundswell.technologies.drs.live_copies import READS as COPY_READS
from groundswell.technologies.drs.live_copies import live_copies
from groundswell.technologies.drs.replication import fitness_of

if TYPE_CHECKING:
    from mypy_boto3_drs.type_defs import IdentificationHintsTypeDef, SourceServerTypeDef

READS = ("drs:DescribeSourceServers", *COPY_READS)

_UNREAD = (
    "whether a live copy is there already could not be read: the inventory role may not; bring the workload account's "
    "stack to the hub's version"
)

_NO_NAME = re.compile(r"localhost\d?(\..*)?|\(none\)|ip(-\d{1,3}){4}(\..*)?", re.IGNORECASE)
"""Host names that any number of servers have: what nobody named, and addresses, which recur in every network."""


def find(look: Look) -> Iterator[Finding]:
    """All source servers of the account and Region; none where DRS was never initialised.

    Recovery instances are no source servers, so what was launched is never found as new. A server that replicates
    back keeps its host name, and with it its resource id.
    """
    try:
        pages = look.clients.client("drs").get_paginator("describe_source_servers").paginate()
        servers = [server for page in pages for server in page["items"]]
        copies = live_copies(look, servers)
        yield from (found_server(look, server, copies) for server in servers)
    except ClientError as error:
        if error.response["Error"]["Code"] != "UninitializedAccountException":
            raise


def found_server(look: Look, server: SourceServerTypeDef, copies: Mapping[str, LiveCopy] | None) -> Finding:
    """A source server as a plan sees it; `copies` by source server, None where they could not be read."""
    hints = server.get("sourceProperties", {}).get("identificationHints", {})
    origin = server.get("sourceCloudProperties", {})
    name = _host_name(hints) or hints.get("awsInstanceID") or server["sourceServerID"]
    return Finding(
        technology="drs",
        account=look.account,
        region=look.region,
        source_region=origin.get("originRegion"),
        name=name,
        own_name=name,
        service_id=server["sourceServerID"],
        origin=hints.get("awsInstanceID"),
        tags=server.get("tags", {}),
        parameters={"source_server_id": server["sourceServerID"]},
        wake_key=server["arn"],
        fitness=fitness_of(server),
        live_copy=copies.get(server["sourceServerID"]) if copies else None,
        warnings=() if copies is not None else (_UNREAD,),
    )


def _host_name(hints: IdentificationHintsTypeDef) -> str:
    """The name that tells the server from others; empty where it has none."""
    name = hints.get("hostname", "").strip()
    return "" if _NO_NAME.fullmatch(name) else name
