"""The inventory in a versioned bucket: YAML or JSON files, each a list of entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError

from groundswell.adapters.yaml_reader import MAX_BYTES, read_yaml
from groundswell.domain.errors import TransientError
from groundswell.domain.events.facts import Remark
from groundswell.domain.inventory import Contents, Entry, entries_of, is_inventory_file
from groundswell.domain.written import UnreadableTextError, Written

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

MAX_OBJECTS = 1_000
"""Files that are read, the first by name."""
MAX_ALL_BYTES = 10_000_000
"""Bytes of all of them."""
MAX_ALL_VALUES = 1_000_000
"""Values in all of them: a planner has a minute for everything."""
_READS = 3
_SHOWN = 10


class _NotReadError(Exception):
    """Why a file is not read."""


@dataclass
class _Budget:
    """What may still be read."""

    objects: int = MAX_OBJECTS
    size: int = MAX_ALL_BYTES
    values: int = MAX_ALL_VALUES

    def take(self, size: int) -> None:
        """Take a file's share.

        Raises:
            _NotReadError: it is too large, or there is no room for it any more.
        """
        if size > MAX_BYTES:
            raise _NotReadError(f"it has {size:,} bytes, and {MAX_BYTES:,} are the most: split it")
        if self.objects < 1 or self.size < size or self.values < 1:
            raise _NotReadError(
                f"{MAX_OBJECTS:,} files, {MAX_ALL_BYTES:,} bytes and {MAX_ALL_VALUES:,} values are the most that is "
                "read, and files before it by name have come to that: put entries together, and take out what is old"
            )
        self.objects -= 1
        self.size -= size


@dataclass
class _Read:
    entries: list[Entry] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


class S3Inventory:
    """Reads all files of the inventory bucket; one that cannot be read hides no other."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self) -> Contents:
        """All of it: every object is read, or named with the reason.

        Raises:
            TransientError: the bucket cannot be listed now.
        """
        try:
            objects = list(self._objects())
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"bucket {self._bucket} cannot be read: {error}") from error
        files = [each for each in objects if is_inventory_file(each["Key"])]
        others = [each["Key"] for each in objects if not is_inventory_file(each["Key"]) and each["Size"]]
        found, budget = _Read(), _Budget()
        for each in files:
            self._take(each, budget, found)
        return Contents(found.entries, found.unread, _passed_over(others))

    def _objects(self) -> Iterator[ObjectTypeDef]:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
            yield from page.get("Contents", [])

    def _take(self, listed: ObjectTypeDef, budget: _Budget, found: _Read) -> None:
        key = listed["Key"]
        try:
            budget.take(listed["Size"])
            content = self._content(key)
        except (_NotReadError, UnreadableTextError, ClientError, BotoCoreError) as error:
            found.unread.append((key, str(error)))
            return
        budget.values -= content.size
        found.entries.extend(entries_of(key, content))

    def _content(self, key: str) -> Written:
        return read_yaml(self._raw(key))

    def _raw(self, key: str) -> bytes:
        """The file, of which somebody may have put a larger version meanwhile; read again where its body breaks off."""
        for _ in range(_READS - 1):
            try:
                return self._body(key)
            except (HTTPClientError, IncompleteReadError):
                continue
        return self._body(key)

    def _body(self, key: str) -> bytes:
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        return body.read(MAX_BYTES + 1)


def _passed_over(keys: Sequence[str]) -> list[Remark]:
    if not keys:
        return []
    more = f" and {len(keys) - _SHOWN:,} more" if len(keys) > _SHOWN else ""
    reason = (
        f"{len(keys):,} objects of its bucket are not read, as their names end in neither .yaml, .yml nor .json: "
        f"{', '.join(keys[:_SHOWN])}{more}"
    )
    return [Remark(subject="inventory", reason=reason)]
