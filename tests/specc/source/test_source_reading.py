"""Whatever a path names, reading it ends soon and says what is wrong."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from specc.diagnostics import Diagnostic, Sink, Span
from specc.source import load_spec
from specc.source.limits import MAX_BYTES

Write = Callable[..., Path]


def fault(path: Path | str, text: bytes | None = None) -> Diagnostic:
    sink = Sink()
    assert load_spec(path, sink, text=text) is None
    assert len(sink.diagnostics) == 1
    return sink.diagnostics[0]


def test_missing_file_and_what_may_be_meant(write: Write) -> None:
    found = fault(write("pipe.toml", "").with_name("pip.toml"))
    assert (found.code, found.help) == ("SPC001", ("did you mean `pipe.toml`?",))
    assert fault("/dev/null/x.toml").code == "SPC001"
    assert fault("no/such/folder/x.toml").code == "SPC001"


def test_directory(write: Write) -> None:
    folder = write("a.toml", "[tool]\n").parent
    write(".taplo.toml", "[tool]\n")
    write("broken.toml", b"\xff")
    found = fault(folder)
    assert (found.code, found.help) == ("SPC002", ("name a spec file",))
    write("spec.toml", "specc = 1\n")
    assert fault(folder).help == ("name a file in it, such as `spec.toml`",)


def test_pipe_socket_and_device_never_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.toml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.toml")
        for name, kind in (("pipe.toml", "a pipe"), ("socket.toml", "a socket"), ("/dev/zero", "a device")):
            found = fault(name)
            assert found.code == "SPC002"
            assert kind in found.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(write: Write) -> None:
    path = write("spec.toml", "")
    path.chmod(0)
    assert "may not read" in fault(path).message


@pytest.mark.parametrize("name", ["a\0b.toml", "x" * 5000 + ".toml", ""])
def test_impossible_names(name: str) -> None:
    assert fault(name).code in ("SPC001", "SPC002")


def test_symbolic_links(tmp_path: Path) -> None:
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    assert "in a circle" in fault(loop).message
    lost = tmp_path / "lost.toml"
    lost.symlink_to("nowhere.toml")
    found = fault(lost)
    assert (found.code, found.help) == ("SPC001", ())
    assert "a symbolic link to a file that is not there" in found.message
    (tmp_path / "real.toml").write_text("a = 1")
    good = tmp_path / "good.toml"
    good.symlink_to("real.toml")
    assert load_spec(good, Sink()) is not None


def test_enormous_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert fault(path).code == "SPC003"
    assert fault("spec.toml", b" " * (MAX_BYTES + 1)).code == "SPC003"
    assert load_spec("spec.toml", Sink(), text=b" " * MAX_BYTES) is not None


def test_format_is_told_by_the_suffix() -> None:
    assert fault("spec.txt", b"").code == "SPC004"
    for name in ("a.toml", "a.TOML"):
        assert load_spec(name, Sink(), text=b"a = 1").value == {"a": 1}
    assert load_spec("a.yml", Sink(), text=b"a: 1").value == {"a": 1}
    assert load_spec("-", Sink(), text=b'{"a": 1}').value == {"a": 1}
    assert load_spec("-", Sink(), text=b"a = 1").value == {"a": 1}
    assert load_spec("x.txt", Sink(), text=b"a: 1", format="yaml").value == {"a": 1}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_named(encoding: str) -> None:
    found = fault("spec.toml", 'specc = 1\nname = "birds"\n'.encode(encoding))
    assert found.code == "SPC005"
    assert "UTF-32" in found.message if encoding == "utf-32" else "UTF-16" in found.message
    assert found.help == ("save the file as UTF-8",)


def test_wrong_bytes_are_shown_with_their_offset() -> None:
    texts: dict[str, str] = {}
    sink = Sink()
    assert load_spec("spec.toml", sink, text='# é\nname = "caf'.encode() + b'\xe9"\n', texts=texts) is None
    found = sink.diagnostics[0]
    at = found.labels[0].at
    assert isinstance(at, Span)
    assert (found.code, at.start.line, at.start.column) == ("SPC005", 2, 12)
    assert found.notes == ("byte 0xe9 at offset 16 is not valid UTF-8 there",)
    assert texts["spec.toml"].split("\n")[1] == 'name = "caf\ufffd"'


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
def test_nul(format: str) -> None:
    found = fault(f"spec.{format}", b"a = 1\nb\0 = 2\n")
    at = found.labels[0].at
    assert isinstance(at, Span)
    assert (found.code, at.start.line, at.start.column) == ("SPC005", 2, 2)


def test_texts_are_given_for_files_with_faults_too() -> None:
    texts: dict[str, str] = {}
    assert load_spec("spec.toml", Sink(), text=b"\xef\xbb\xbfa = \n", texts=texts) is None
    assert texts == {"spec.toml": "a = \n"}


def test_name_is_kept_as_the_user_wrote_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("sub/spec.toml", "a = 1")
    monkeypatch.chdir(path.parent)
    spec = load_spec("./spec.toml", Sink())
    assert spec is not None
    assert spec.documents[0].name == "./spec.toml"
    assert spec.root == Path()
