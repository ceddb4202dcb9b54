from __future__ import annotations

import csv
import gzip
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from specc_runtime.actions.items import ItemsError, read
from specc_runtime.functions import leave_root, use_root


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    use_root(tmp_path)
    yield tmp_path
    leave_root()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="birds")
        for key, body in {
            "raw/b.csv": b"x\n1\n",
            "raw/a/c.csv": b"x\n2\n",
            "raw/": b"",
            "rawer": b"",
            "raw/é": b"!",
        }.items():
            client.put_object(Bucket="birds", Key=key, Body=body)
        yield "s3://birds"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a,b\n", []),
        ("\n\r\na\n1\n", [{"a": "1"}]),
        ("a,b\n1,2\n\n3,4", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
        ('a\r\n"one\r\ntwo"\r\n', [{"a": "one\r\ntwo"}]),
        ("\ufeffa\n1\n", [{"a": "1"}]),
        ('a,b\n"say ""hi""",\n', [{"a": 'say "hi"', "b": ""}]),
    ],
)
def test_rows_of_a_csv(folder: Path, text: str, rows: list[object]) -> None:
    (folder / "rows.csv").write_bytes(text.encode())
    assert read(csv="rows.csv") == rows
    (folder / "rows.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert read(csv="rows.csv.gz") == rows


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("csv", b"a,b\n1,2\n1,2,3\n", "`f`, line 3: 3 fields for 2 columns"),
        ("csv", b'a\n"open\n', "`f`, line 2: unexpected end of data"),
        ("csv", b"a\n\xff\n", "`f` is no UTF-8"),
        ("json", b"[1e999]", "`f`, line 1: `1e999` is too large for a number"),
        ("jsonl", b'1\n{"a": }\n', "`f`, line 2, column 7: Expecting value"),
        ("jsonl", b"1\nNaN\n", "`f`, line 2: `NaN` is no JSON"),
        ("json", b"[1,\n2,,]", "`f`, line 2, column 3: Expecting value"),
        ("json", b'{"a": 1}', "`f` holds no JSON array"),
        ("json", b"[" * 100_000, "`f`, line 1: nested too deep"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(folder: Path, name: str, data: bytes, problem: str) -> None:
    (folder / "f").write_bytes(data)
    with pytest.raises(ItemsError) as caught:
        read(**{name: "f"})
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("../f", "`../f` leads out of the package; ship the file with it, or put it into a bucket"),
        ("/etc/hostname", "`/etc/hostname` leads out of the package; ship the file with it, or put it into a bucket"),
        ("https://example.org/f", "`https://example.org/f` is neither `s3://bucket/key` nor a path"),
        ("nothing", "cannot read `nothing`: No such file or directory"),
        (".", "`.` is no file"),
        ("a\0b", "`a\0b` is no path"),
        ("s3://birds", "`s3://birds` names no object; write `s3://bucket/key`"),
        ("s3:///f", "`s3:///f` names no bucket; write `s3://bucket/key`"),
    ],
)
def test_other_places_are_refused(folder: Path, location: str, problem: str) -> None:
    with pytest.raises(ItemsError) as caught:
        read(jsonl=location)
    assert str(caught.value) == problem


def test_a_field_may_be_longer_than_pythons_limit_which_stays_as_it_is(folder: Path) -> None:
    before = csv.field_size_limit()
    (folder / "f").write_text("a\n" + "x" * (before + 1))
    assert read(csv="f") == [{"a": "x" * (before + 1)}]
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("damage", [slice(-5, None), slice(10, 13), slice(2)])
def test_damaged_archives(folder: Path, damage: slice) -> None:
    data = bytearray(gzip.compress(b"a\n1\n"))
    data[damage] = b"\x07" * len(data[damage])
    (folder / "f.gz").write_bytes(data)
    with pytest.raises(ItemsError, match=r"`f\.gz` is no gzip: "):
        read(csv="f.gz")


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("specc_runtime.actions.items.LIMIT", 2 << 20)
    (folder / "f.gz").write_bytes(gzip.compress(bytes(100 << 20)))
    (folder / "f").write_bytes(bytes((2 << 20) + 1))
    tracemalloc.start()
    try:
        for name in ("f.gz", "f"):
            with pytest.raises(ItemsError, match=f"`{name}` holds more than 2 MiB"):
                read(csv=name)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_a_place_that_is_no_text() -> None:
    with pytest.raises(ItemsError, match=r"where to read is no text but `\[1\]`"):
        read(csv=[1])  # type: ignore[arg-type]  # as an expression may give it


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "f")
    with pytest.raises(ItemsError, match="`f` is no file"):
        read(csv="f")


def test_a_name_that_is_no_text(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff")).touch()
    with pytest.raises(ItemsError, match=r"the name of a file in `\.` is no UTF-8"):
        read(objects=".")


def test_a_link_does_not_lead_out_of_the_package(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("a\n1\n")
    (folder / "link.csv").symlink_to(outside)
    with pytest.raises(ItemsError, match="leads out of the package"):
        read(csv="link.csv")


def test_files_in_a_folder(folder: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a.txt"):
        (folder / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "raw" / name).write_text("four")
    found = read(objects="raw")
    assert [(item["key"], item["size"]) for item in found] == [("a.txt", 4), ("a/z.txt", 4), ("b.txt", 4)]
    assert Path(found[0]["uri"]).read_text() == "four"


def test_objects_below_a_prefix(bucket: str) -> None:
    found = read(objects=f"{bucket}/raw/")
    assert [(item["uri"], item["key"], item["size"]) for item in found] == [
        ("s3://birds/raw/a/c.csv", "raw/a/c.csv", 4),
        ("s3://birds/raw/b.csv", "raw/b.csv", 4),
        ("s3://birds/raw/é", "raw/é", 1),
    ]
    assert read(objects=f"{bucket}/nothing") == []
    assert read(csv=f"{bucket}/raw/b.csv") == [{"x": "1"}]


def test_more_objects_than_one_page_holds(bucket: str) -> None:
    client = boto3.client("s3")
    for number in range(1003):
        client.put_object(Bucket="birds", Key=f"many/{number:04}", Body=b"")
    assert [item["key"] for item in read(objects=f"{bucket}/many/")] == [f"many/{number:04}" for number in range(1003)]


@pytest.mark.parametrize("location", ["s3://birds/none.csv", "s3://no-such-bucket/x.csv"])
def test_objects_that_are_not_there(bucket: str, location: str) -> None:
    with pytest.raises(ItemsError, match=f"cannot read `{location}`"):
        read(csv=location)
    with pytest.raises(ItemsError, match="cannot list `s3://no-such-bucket/raw`"):
        read(objects="s3://no-such-bucket/raw")
