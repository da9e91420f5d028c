"""Finds source servers. They live in the Region that is recovered into, so a dead primary does not matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundswell.domain.protection import Finding
from groundswell.technologies.contract import Look
from groundswell.technologies.drs.replication import fitness_of

if TYPE_CHECKING:
    from mypy_boto3_drs.type_defs import IdentificationHintsTypeDef, SourceServerTypeDef

READS = ("drs:DescribeSourceServers",)

_NO_NAME = re.compile(r"localhost\d?(\..*)?|\(none\)|ip(-\d{1,3}){4}(\..*)?", re.IGNORECASE)
"""Host names that any number of servers have: what nobody named, and addresses, which recur in every network."""


def find(look: Look) -> Iterator[Finding]:
    """All source servers of the account and Region; none where DRS was never initialised.

    Recovery instances are no source servers, so what was launched is never found as new. A server that replicates
    back keeps its host name, and with it its resource id.
    """
    try:
        for page in look.clients.client("drs").get_paginator("describe_source_servers").paginate():
            yield from (found_server(look, server) for server in page["items"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "UninitializedAccountException":
            raise


def found_server(look: Look, server: SourceServerTypeDef) -> Finding:
    """A source server as a plan sees it."""
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
    )


def _host_name(hints: IdentificationHintsTypeDef) -> str:
    """The name that tells the server from others; empty where it has none."""
    name = hints.get("hostname", "").strip()
    return "" if _NO_NAME.fullmatch(name) else name
