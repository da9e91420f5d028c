"""The inventory in a versioned bucket: YAML or JSON files, each a list of entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import yaml
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from pydantic import JsonValue

from groundswell.domain.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_READS = 3
_ENDINGS = (".yaml", ".yml", ".json")


class S3Inventory:
    """Reads all files of the inventory bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def entries(self) -> Sequence[tuple[str, JsonValue]]:
        """Each entry with its file and position; a file that is no list is one entry, which then is named as broken.

        Raises:
            TransientError: the bucket cannot be read now.
        """
        try:
            return [entry for key in self._keys() for entry in self._entries(key)]
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"bucket {self._bucket} cannot be read: {error}") from error

    def _read(self, key: str) -> bytes:
        """The file; where its body breaks off, which the SDK leaves to us, it is read again."""
        for _ in range(_READS - 1):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except (HTTPClientError, IncompleteReadError):
                continue
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def _keys(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        return [each["Key"] for page in pages for each in page.get("Contents", []) if each["Key"].endswith(_ENDINGS)]

    def _entries(self, key: str) -> Iterator[tuple[str, JsonValue]]:
        text = self._read(key)
        try:
            content = yaml.safe_load(text)
        except yaml.YAMLError as error:
            yield key, f"no YAML: {error}"
            return
        if not isinstance(content, list):
            yield key, content
            return
        for number, entry in enumerate(content, start=1):
            yield f"{key} entry {number}", entry
