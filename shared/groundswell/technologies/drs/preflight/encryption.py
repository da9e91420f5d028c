"""The keys that encrypt what is launched: those of the staging disks, and those that launch templates name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from groundswell.technologies.checking import Checks, keys
from groundswell.technologies.contract import Look, Unread
from groundswell.technologies.drs.preflight.launches import MANAGED_TAG, SERVER_TAG, Launches, tags_of

if TYPE_CHECKING:
    from groundswell.technologies.drs.preflight.volumes import Volumes

_CHECK = "encryption keys"


def check(look: Look, place: str, launches: Launches, volumes: Volumes) -> Checks:
    """Whether each key is enabled."""
    try:
        users = _users(launches, volumes)
    except (BotoCoreError, ClientError) as error:
        yield Unread(place, _CHECK, error)
    else:
        yield from keys(look, "drs", users)


def _users(launches: Launches, volumes: Volumes) -> dict[str, list[str]]:
    """The names of the servers by key. A staging disk that does not say whose it is may be of any: it counts."""
    found = defaultdict[str, set[str]](set)
    for volume in volumes.all:
        tags = tags_of(volume.get("Tags", []))
        server = tags.get(SERVER_TAG, "")
        if volume.get("KmsKeyId") and MANAGED_TAG in tags and (not server or server in launches.of):
            found[volume["KmsKeyId"]].add(launches.of[server].name if server else "staging disks")
    for launch in launches.of.values():
        for key in launch.keys:
            found[key].add(launch.name)
    return {key: sorted(names) for key, names in found.items()}
