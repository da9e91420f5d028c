"""Whether the source servers are there, have something to launch from, and tell how they are launched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from botocore.exceptions import ClientError

from groundswell.domain.preflight import PreflightCheck
from groundswell.technologies.checking import named
from groundswell.technologies.contract import Look, Unread
from groundswell.technologies.drs.preflight.launches import Launches
from groundswell.technologies.drs.replication import WITHOUT_SNAPSHOT, fitness_of

CHECK = "source servers"
SETTINGS = "launch settings"


def check(place: str, launches: Launches, wanted: Mapping[str, str]) -> Iterator[PreflightCheck]:
    """What is not there is named with its id; `wanted`: the names of the plan's servers that are to be launched."""
    gone = sorted(f"{name} ({server})" for server, name in wanted.items() if server not in launches.servers)
    bare = sorted(name for server, name in wanted.items() if _state(launches, server) in WITHOUT_SNAPSHOT)
    if gone:
        found = f"{len(gone):,} of {len(wanted):,} are not there: {named(gone)}"
        advice = "Find out who deleted them. Correct source_server_id where they are declared, or leave them out."
        yield PreflightCheck.judged(place, CHECK, found, advice=advice)
    if bare:
        found = f"{len(bare):,} of {len(wanted):,} have no snapshot to launch from: {named(bare)}"
        advice = "See their replication state in the DRS console; let replication begin again and reach CONTINUOUS."
        yield PreflightCheck.judged(place, CHECK, found, advice=advice)
    if not gone and not bare:
        yield PreflightCheck.judged(place, CHECK, f"all {len(wanted):,} are there, with a snapshot", advice="")


def unread(look: Look, launches: Launches) -> Iterator[Unread]:
    """One for each error that servers' launch settings met with."""
    by_code = defaultdict[str, list[str]](list)
    for server, error in sorted(launches.unread.items()):
        by_code[error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__].append(
            server
        )
    for servers in by_code.values():
        names = named(sorted(launches.of[server].name for server in servers))
        subject = f"{names} (drs, account {look.account}/{look.region})"
        yield Unread(subject, SETTINGS, launches.unread[servers[0]])


def _state(launches: Launches, server: str) -> str:
    known = launches.servers.get(server)
    return fitness_of(known).state if known else ""
