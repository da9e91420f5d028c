"""What was last known of a stack, kept in the user's cache directory for the hour in which CloudFormation is away."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Kept:
    """Outputs as they were some time ago."""

    outputs: Mapping[str, str]
    at: datetime
    file: Path


def keep(name: str, region: str, outputs: Mapping[str, str]) -> None:
    """Keep them for their owner's eyes; a directory that cannot be written to is no reason to fail."""
    file = _file(name, region)
    fresh = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            json.dump(dict(outputs), written)
        fresh.replace(file)
    except OSError:
        return


def kept(name: str, region: str) -> Kept | None:
    """What was kept, if it is there and nobody else can have written it."""
    file = _file(name, region)
    try:
        found = file.stat()
        outputs = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_own = found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not is_own or not isinstance(outputs, dict) or not all(isinstance(value, str) for value in outputs.values()):
        return None
    return Kept(outputs, datetime.fromtimestamp(found.st_mtime, UTC), file)


def _file(name: str, region: str) -> Path:
    """One for each stack, Region, profile and address of an AWS: who signs in elsewhere has a stack of his own."""
    place = (name, region, os.environ.get("AWS_PROFILE", ""), os.environ.get("AWS_ENDPOINT_URL", ""))
    named = hashlib.sha256(json.dumps(place).encode()).hexdigest()[:24]
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "groundswell" / f"{named}.json"
