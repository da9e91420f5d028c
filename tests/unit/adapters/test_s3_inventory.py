from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError, IncompleteReadError, ResponseStreamingError
from botocore.response import StreamingBody
from moto import mock_aws
from pydantic import JsonValue

from groundswell.adapters import s3_inventory
from groundswell.adapters.s3_inventory import S3Inventory
from groundswell.domain.errors import TransientError
from groundswell.domain.inventory import Contents, read_declarations

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


def read(s3: S3Client) -> Contents:
    return S3Inventory(s3, "inventory").read()


def entries(s3: S3Client) -> list[tuple[str, JsonValue]]:
    return [(entry.place, entry.written.value) for entry in read(s3).entries]


def unread(s3: S3Client) -> dict[str, str]:
    return dict(read(s3).unread)


def refuse(monkeypatch: pytest.MonkeyPatch, s3: S3Client, key: str, code: str) -> None:
    """Have S3 answer so when it is asked for an object that it has listed."""
    get = s3.get_object

    def get_object(**asked: str) -> object:
        if asked["Key"] == key:
            raise ClientError({"Error": {"Code": code, "Message": "as AWS says it"}}, "GetObject")
        return get(Bucket=asked["Bucket"], Key=asked["Key"])

    monkeypatch.setattr(s3, "get_object", get_object)


def test_entries_of_all_files_come_with_file_and_position(s3: S3Client) -> None:
    put(s3, dns_yaml="- {a: 1}\n- {a: 2}\n", team__more_json='[{"a": 3}]', other_yml="- {a: 4}")

    assert entries(s3) == [
        ("dns.yaml entry 1", {"a": 1}),
        ("dns.yaml entry 2", {"a": 2}),
        ("other.yml entry 1", {"a": 4}),
        ("team/more.json entry 1", {"a": 3}),
    ]


def test_file_is_read_when_its_ending_is_in_capitals(s3: S3Client) -> None:
    put(s3, X_YAML="- {a: 1}")

    assert entries(s3) == [("X.YAML entry 1", {"a": 1})]


def test_files_of_other_kinds_are_named_in_one_remark(s3: S3Client) -> None:
    put(s3, readme_md="- {a: 1}", x_yml_bak="- {a: 1}", folder__="")

    contents = read(s3)

    assert contents.entries == []
    (remark,) = contents.passed_over
    assert remark.reason.startswith("2 objects of its bucket are not read")
    assert remark.reason.endswith("readme.md, x.yml.bak")


def test_file_is_read_again_when_its_body_breaks_off(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put(s3, dns_yaml="- {a: 1}")
    broken = [IncompleteReadError(actual_bytes=0, expected_bytes=9), ResponseStreamingError(error="reset")]
    whole = StreamingBody.read

    def read_at_last(body: StreamingBody, amt: int | None = None) -> bytes:
        if broken:
            raise broken.pop()
        return whole(body, amt)

    monkeypatch.setattr(StreamingBody, "read", read_at_last)

    assert entries(s3) == [("dns.yaml entry 1", {"a": 1})]


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied", "KMS.DisabledException", "InvalidObjectState"])
def test_file_that_s3_does_not_hand_out_is_named_and_hides_no_other(
    s3: S3Client, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    put(s3, gone_yaml="- {a: 1}", good_yaml="- {a: 2}")
    refuse(monkeypatch, s3, "gone.yaml", code)

    assert entries(s3) == [("good.yaml entry 1", {"a": 2})]
    assert "as AWS says it" in unread(s3)["gone.yaml"]


@pytest.mark.parametrize("content", ["", "# nothing yet", "- [", b"\xff\xfe\x00", b"- \xe9", "- a\n---\n- b"])
def test_file_that_is_no_yaml_is_named_and_hides_no_other(s3: S3Client, content: str | bytes) -> None:
    put(s3, bad_yaml=content, good_yaml="- {a: 1}")

    assert entries(s3) == [("good.yaml entry 1", {"a": 1})]
    assert list(unread(s3)) == ["bad.yaml"]


@pytest.mark.parametrize("content", ["a: 1", "just text", "!!python/object:os.system {}"])
def test_file_that_is_no_list_is_one_broken_entry(s3: S3Client, content: str) -> None:
    put(s3, bad_yaml=content)

    findings, remarks = read_declarations(read(s3).entries)

    assert (findings, [remark.subject for remark in remarks]) == ([], ["inventory bad.yaml"])


def test_file_is_named_when_it_is_larger_than_is_read(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_inventory, "MAX_BYTES", 20)
    put(s3, a_yaml="- {a: 1}", huge_yaml="- " + "x" * 50)

    assert entries(s3) == [("a.yaml entry 1", {"a": 1})]
    assert "it has 52 bytes, and 20 are the most" in unread(s3)["huge.yaml"]


def test_files_beyond_what_is_read_in_all_are_named(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = s3_inventory._Budget
    monkeypatch.setattr(s3_inventory, "_Budget", lambda: budget(objects=2))
    put(s3, a_yaml="- {a: 1}", b_yaml="- {a: 2}", c_yaml="- {a: 3}")

    assert [place for place, _ in entries(s3)] == ["a.yaml entry 1", "b.yaml entry 1"]
    assert "files before it by name have come to that" in unread(s3)["c.yaml"]


def test_files_beyond_the_values_that_are_read_in_all_are_named(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = s3_inventory._Budget
    monkeypatch.setattr(s3_inventory, "_Budget", lambda: budget(values=3))
    put(s3, a_yaml="- {a: 1, b: 2}", b_yaml="- {a: 2}")

    assert list(unread(s3)) == ["b.yaml"]


def test_all_files_are_read_when_there_are_more_than_a_page(s3: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for number in range(5):
        s3.put_object(Bucket="inventory", Key=f"{number}.json", Body=b"[1]")

    assert [place for place, _ in entries(s3)] == [f"{number}.json entry 1" for number in range(5)]


def test_failure_may_pass_and_names_the_bucket(s3: S3Client) -> None:
    with pytest.raises(TransientError, match="bucket no-such-bucket cannot be read"):
        S3Inventory(s3, "no-such-bucket").read()
