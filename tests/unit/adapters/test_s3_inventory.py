from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import IncompleteReadError, ResponseStreamingError
from botocore.response import StreamingBody
from moto import mock_aws

from groundswell.adapters.s3_inventory import S3Inventory
from groundswell.domain.errors import TransientError
from groundswell.domain.inventory import read_declarations

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def s3() -> Iterator[S3Client]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-west-2", aws_access_key_id="t", aws_secret_access_key="t")
        client.create_bucket(Bucket="inventory", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
        yield client


def put(s3: S3Client, **files: str | bytes) -> None:
    for name, content in files.items():
        s3.put_object(Bucket="inventory", Key=name.replace("__", "/").replace("_", "."), Body=content)


def test_entries_of_all_files_come_with_file_and_position(s3: S3Client) -> None:
    put(s3, dns_yaml="- {a: 1}\n- {a: 2}\n", team__more_json='[{"a": 3}]', other_yml="- {a: 4}")

    assert S3Inventory(s3, "inventory").entries() == [
        ("dns.yaml entry 1", {"a": 1}),
        ("dns.yaml entry 2", {"a": 2}),
        ("other.yml entry 1", {"a": 4}),
        ("team/more.json entry 1", {"a": 3}),
    ]


def test_files_of_other_kinds_are_passed_over(s3: S3Client) -> None:
    put(s3, readme_md="- {a: 1}", backup_yaml_old="- {a: 1}")

    assert S3Inventory(s3, "inventory").entries() == []


def test_file_is_read_again_when_its_body_breaks_off(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put(s3, dns_yaml="- {a: 1}")
    broken = [IncompleteReadError(actual_bytes=0, expected_bytes=9), ResponseStreamingError(error="reset")]
    read = StreamingBody.read

    def read_at_last(body: StreamingBody, amt: int | None = None) -> bytes:
        if broken:
            raise broken.pop()
        return read(body, amt)

    monkeypatch.setattr(StreamingBody, "read", read_at_last)

    assert S3Inventory(s3, "inventory").entries() == [("dns.yaml entry 1", {"a": 1})]


@pytest.mark.parametrize("content", ["a: 1", "", "just text", "- [", b"\xff\xfe\x00", "!!python/object:os.system {}"])
def test_file_is_one_broken_entry_when_it_is_no_list(s3: S3Client, content: str | bytes) -> None:
    put(s3, bad_yaml=content, good_yaml="- {a: 1}")

    entries = S3Inventory(s3, "inventory").entries()

    assert [place for place, _ in entries] == ["bad.yaml", "good.yaml entry 1"]
    assert read_declarations(entries[:1])[1][0].subject == "inventory bad.yaml"


def test_dates_and_other_kinds_of_yaml_are_named_as_broken_and_hide_no_other(s3: S3Client) -> None:
    put(s3, dns_yaml="- {parameters: {since: 2026-01-01}}\n- {1: x}\n- {parameters: {y: .nan}}\n")

    findings, remarks = read_declarations(S3Inventory(s3, "inventory").entries())

    assert (findings, len(remarks)) == ([], 3)


def test_all_files_are_read_when_there_are_more_than_a_page(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for number in range(5):
        s3.put_object(Bucket="inventory", Key=f"{number}.json", Body=b"[1]")

    entries = S3Inventory(s3, "inventory").entries()

    assert [place for place, _ in entries] == [f"{number}.json entry 1" for number in range(5)]


def test_failure_may_pass_and_names_the_bucket(s3: S3Client) -> None:
    with pytest.raises(TransientError, match="bucket no-such-bucket cannot be read"):
        S3Inventory(s3, "no-such-bucket").entries()
