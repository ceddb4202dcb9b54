"""Every store behaves alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from specc_runtime.envelope import load, tag
from specc_runtime.store import Store, StoreError, open_store, put_blob
from specc_runtime.store.directory import DirectoryStore
from specc_runtime.store.memory import MemoryStore


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    boto3 = pytest.importorskip("boto3")
    from moto import mock_aws

    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
            environment.delenv(name, raising=False)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        boto3.client("s3").create_bucket(Bucket="values")
        yield "values"


@pytest.fixture(params=["memory", "directory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "memory":
        return MemoryStore()
    if request.param == "directory":
        return DirectoryStore(tmp_path / "a store")
    return open_store(f"s3://{request.getfixturevalue('bucket')}/{tmp_path.name}")


def test_keeps_bytes_under_keys(store: Store) -> None:
    store.put("run/a", b"\x00one")
    store.put("run/a/0", b"")
    store.put("run/ä b%20.value/1", b"two")
    assert [store.get(key) for key in ("run/a", "run/a/0", "run/ä b%20.value/1")] == [b"\x00one", b"", b"two"]
    store.put("run/a", b"again")
    assert store.get("run/a") == b"again"
    assert store.exists("run/a")


def test_what_is_not_there_is_an_error(store: Store) -> None:
    assert not store.exists("nothing")
    with pytest.raises(StoreError, match="nothing is stored at"):
        store.get("nothing")


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a\\b", "a\0b", "a\nb", "x" * 1000])
def test_no_key_leads_elsewhere(store: Store, key: str) -> None:
    for use in (store.get, store.exists, store.uri_of, lambda key: store.put(key, b"")):
        with pytest.raises(StoreError, match="is not a key"):
            use(key)


def test_uris_lead_back_to_their_key_and_others_are_refused(store: Store) -> None:
    assert store.key_of(store.uri_of("a/b")) == "a/b"
    for uri in (f"{store.uri}2/a", f"{store.uri}/../a", "file:///etc/passwd", "s3://other/a"):
        with pytest.raises(StoreError):
            store.key_of(uri)


def test_blobs_are_kept_once_by_content(store: Store) -> None:
    first = put_blob(store, b"same")
    assert put_blob(store, b"same") == first
    assert put_blob(store, b"other") != first


@pytest.mark.parametrize(
    "value", [None, "s3://looks/like", {"$value": 1}, ["x" * 20_000], 2**80, 1.0, b"\xff\x00", "ü" * 9000]
)
def test_values_come_back_equal(store: Store, value: object) -> None:
    tagged = tag(value, store)
    assert load(tagged, store) == value
    assert type(load(tagged, store)) is type(value)


def test_what_changed_in_the_store_is_noticed(store: Store) -> None:
    tagged = tag("x" * 20_000, store)
    store.put(store.key_of(tagged["$ref"]), b'"y"')
    with pytest.raises(StoreError, match="has changed"):
        load(tagged, store)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.value").write_text("secret")
    store = DirectoryStore(tmp_path / "store")
    store.put("a", b"")
    (tmp_path / "store/out").symlink_to(tmp_path)
    with pytest.raises(StoreError, match="leads out"):
        store.get("out/secret")
    with pytest.raises(StoreError, match="leads out"):
        store.put("out/new", b"")


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = DirectoryStore(tmp_path)
    store.put("a", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(StoreError, match="No space left"):
        store.put("a", b"new")
    assert store.get("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.value"]


@pytest.mark.parametrize("uri", ["", "/tmp/x", "http://x/y", "s3://", "file://host/x", "file:relative"])
def test_only_known_kinds_of_store(uri: str) -> None:
    with pytest.raises(StoreError, match="is not a store"):
        open_store(uri)


def test_memory_stores_of_one_name_are_one() -> None:
    open_store("memory://shared").put("a", b"1")
    assert open_store("memory://shared").get("a") == b"1"


def test_keeps_files_by_their_content(store: Store, tmp_path: Path) -> None:
    first, second = tmp_path / "a b.txt", tmp_path / "sub"
    first.write_bytes(b"\x00" * 3_000_000)
    second.mkdir()
    (second / "a b.txt").write_bytes(first.read_bytes())
    uri, digest, size = store.put_file(first)
    assert (digest, size) == (hashlib.sha256(first.read_bytes()).hexdigest(), 3_000_000)
    assert uri.startswith(f"{store.uri}/")
    assert uri.endswith("/a_b.txt")
    assert store.put_file(second / "a b.txt") == (uri, digest, size)
    store.get_file(uri, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == first.read_bytes()
    for wrong in (f"{uri}x", "file:///etc/passwd"):
        with pytest.raises(StoreError):
            store.get_file(wrong, tmp_path / "none")
