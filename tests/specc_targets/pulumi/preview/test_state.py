"""Files with states: read, written, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc_targets.pulumi.preview.state import Held, State, StateError, read_state, state_text
from specc_targets.pulumi.preview.symbols import settled, symbol
from specc_targets.pulumi.preview.values import UNKNOWN, UNKNOWN_TEXT, Asset, Secret

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
BUCKET = "urn:pulumi:dev::birds::aws:s3/bucket:Bucket::bucket"
STACK = "urn:pulumi:dev::birds::pulumi:pulumi:Stack::birds-dev"

EXPORTED: dict[str, Any] = {
    "version": 3,
    "deployment": {
        "manifest": {"time": "2026-11-21T10:00:00.1+01:00", "magic": "d0c", "version": "v3.210.0"},
        "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:x:y"}},
        "resources": [
            {"urn": STACK, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": {"Name": "b"}, "created": "2026-11-21T09:00:00Z"},
            {
                "urn": BUCKET,
                "custom": True,
                "id": "b-1",
                "type": "aws:s3/bucket:Bucket",
                "inputs": {
                    "__defaults": ["bucket"],
                    "bucket": "b-1",
                    "tags": {
                        "hidden": {SIGNATURE: SECRET, "ciphertext": "v1:abc=="},
                        "shown": {SIGNATURE: SECRET, "plaintext": '"hush"'},
                    },
                    "code": {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "hash": "0a", "path": "code.zip"},
                },
                "outputs": {"arn": "arn:aws:s3:::b-1", "policy": UNKNOWN_TEXT},
                "parent": STACK,
                "dependencies": ["u"],
                "provider": "urn:pulumi:dev::birds::pulumi:providers:aws::default_7_51_1::0b",
                "propertyDependencies": {"tags": ["u"], "bucket": None},
                "protect": True,
                "retainOnDelete": True,
            },
            {"urn": BUCKET, "custom": True, "delete": True, "id": "b-0", "type": "aws:s3/bucket:Bucket"},
        ],
        "pending_operations": [{"resource": {"urn": BUCKET, "custom": True, "type": "aws:s3/bucket:Bucket"}, "type": "updating"}],
        "metadata": {},
    },
}  # fmt: skip


def write(path: Path, data: object) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_what_pulumi_writes(tmp_path: Path) -> None:
    state = read_state(write(tmp_path / "s.json", EXPORTED))
    stack, bucket, old = state.resources
    assert state.pending == (BUCKET,)
    assert (stack.custom, dict(stack.outputs), stack.name) == (False, {"Name": "b"}, "birds-dev")
    assert (bucket.id, bucket.protect, bucket.retain_on_delete, bucket.doomed, old.doomed) == (
        "b-1",
        True,
        True,
        False,
        True,
    )
    assert bucket.inputs["tags"] == {"hidden": Secret(UNKNOWN), "shown": Secret("hush")}
    assert bucket.inputs["code"] == Asset(archive=True, path="code.zip", sha256="0a")
    assert bucket.outputs["policy"] is UNKNOWN
    assert (bucket.dependencies, bucket.property_dependencies) == (("u",), {"tags": ("u",), "bucket": ()})
    assert "hush" not in repr(state)


def test_what_a_backend_of_files_writes(tmp_path: Path) -> None:
    data = {"version": 3, "checkpoint": {"stack": "organization/birds/dev", "latest": EXPORTED["deployment"]}}
    assert read_state(write(tmp_path / "s.json", data)) == read_state(write(tmp_path / "t.json", EXPORTED))
    empty = {"version": 3, "checkpoint": {"stack": "organization/birds/dev"}}
    assert read_state(write(tmp_path / "s.json", empty)) == State()


def test_what_is_written_is_read_again_but_for_secrets(tmp_path: Path) -> None:
    state = read_state(write(tmp_path / "s.json", EXPORTED))
    text = state_text(state, made_by="test")
    again = read_state(write(tmp_path / "t.json", text))
    assert again.resources[0] == state.resources[0]
    assert again.resources[2] == state.resources[2]
    assert again.resources[1].inputs["tags"] == {"hidden": Secret(UNKNOWN), "shown": Secret(UNKNOWN)}
    assert state_text(again, made_by="test") == text
    assert "hush" not in text
    assert json.loads(text)["version"] == 3


def test_files_are_the_same_on_any_machine() -> None:
    def text(path: str) -> str:
        held = Held(urn=BUCKET, type="t", inputs={"b": [1], "a": Asset(path=path, sha256="0a")})
        return state_text(State((held,)), made_by="test")

    assert text("/home/one/code.zip") == text("/srv/two/code.zip") == text("code.zip")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "is not a state: it is no JSON"),
        ("[]", "it is not an object"),
        ({"version": 2}, "its `version` is 2, not 3"),
        ({}, "its `version` is None, not 3"),
        ({"version": 3}, "`deployment` is not an object"),
        ({"version": 3, "deployment": {"resources": {}}}, "`resources` is not a list"),
        ({"version": 3, "deployment": {"resources": [1]}}, "`resources[0]` is not an object"),
        ({"version": 3, "deployment": {"resources": [{}]}}, "`resources[0]` has no `urn`"),
        ({"version": 3, "deployment": {"resources": [{"urn": "x", "type": "t"}]}}, "the `urn` of `resources[0]` is 'x'"),
        ({"version": 3, "deployment": {"resources": [{"urn": BUCKET}]}}, "`resources[0]` has no `type`"),
        ({"version": 3, "deployment": {"resources": [{"urn": BUCKET, "type": "t", "inputs": []}]}}, None),
        ({"version": 3, "deployment": {"resources": [{"urn": BUCKET, "type": "t", "inputs": [1]}]}}, "`inputs` of `resources[0]` is not an object"),
        ({"version": 3, "deployment": {"resources": [{"urn": BUCKET, "type": "t", "dependencies": "u"}]}}, "`dependencies` of `resources[0]` is not a list"),
        ({"version": 3, "deployment": {"resources": [{"urn": BUCKET, "type": "t", "propertyDependencies": {"a": 1}}]}}, "is not a list"),
        ({"version": 3, "deployment": {"resources": [{"urn": BUCKET, "type": "t", "inputs": {"s": {SIGNATURE: SECRET, "plaintext": "hush"}}}]}}, "a secret's `plaintext` is no JSON"),
        ({"version": 3, "deployment": {"resources": [{"urn": BUCKET, "type": "t", "inputs": {"s": {SIGNATURE: ARCHIVE, "path": 1}}}]}}, "in `inputs` of `resources[0]`, a file is described by what is no text"),
        ({"version": 3, "deployment": {"resources": [{"urn": BUCKET, "type": "t", "outputs": {"s": {SIGNATURE: ARCHIVE, "assets": {"a": 1}}}}]}}, "`a` of an archive is no file"),
        ({"version": 3, "deployment": {"pending_operations": [{}]}}, "its resource is not an object"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, data: object, said: str | None) -> None:
    file = write(tmp_path / "s.json", data)
    if said is None:
        read_state(file)
        return
    with pytest.raises(StateError) as caught:
        read_state(file)
    assert said in str(caught.value)
    assert str(file) in str(caught.value)
    assert caught.value.code == 2
    assert "hush" not in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be read: No such file"):
        read_state(tmp_path / "s.json")
    (tmp_path / "s.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(StateError, match="is no JSON"):
        read_state(tmp_path / "s.json")


def test_symbols() -> None:
    assert symbol("bucket", "arn") == "<bucket.arn>"
    assert symbol("bucket", "arn", "arn:aws:s3:::b") == "<bucket.arn>"
    assert symbol("bucket", "arn", "<bucket.arn>") == "<new bucket.arn>"
    assert settled({"a": ["of <new bucket.arn>/*", 1]}) == {"a": ["of <bucket.arn>/*", 1]}
    assert settled("a <new shiny.thing here>") == "a <new shiny.thing here>"
