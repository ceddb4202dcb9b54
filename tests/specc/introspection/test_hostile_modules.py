"""A user's module may hold anything: what cannot be read is said, quickly, and nothing hangs or crashes."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.introspection import Callable, Fault, ModuleReader

HOSTILE = {
    "nul": b"def f(): ...\0",
    "huge": b"#" * (4 * 1024 * 1024 + 1),
    "parentheses": b"x = " + b"(" * 100_000,
    "minus": b"x = " + b"-" * 200_000 + b"1\ndef f(): ...",
    "attributes": b"x = a" + b".a" * 100_000,
    "sum": b"x = " + b"1+" * 100_000 + b"1\ndef f(): ...",
    "indented": b"".join(b" " * n + b"if x:\n" for n in range(99)),
    "latin": "# coding: latin-1\ndef f(\xe9): ...".encode("latin-1"),
    "lying": b"# coding: utf-8\ndef f(): '\xff'",
    "unknown_codec": b"# coding: klingon\ndef f(): ...",
    "binary_codec": b"# coding: zlib\ndef f(): ...",
    "slow_codec": b"# coding: idna\ndef f(): ...",
    "utf16": "def f(): ...".encode("utf-16"),
    "bom": b"\xef\xbb\xbfdef f(a): ...",
    "crlf": b"def f(\r\n  a,\r\n): ...\r\n",
    "empty": b"",
    "escape": b"'\\d'\ndef f(): ...",
    "annotation": b"def f(a: '" + b"(" * 3_000 + b"'): ...",
    "deep_annotation": b"def f(a: " + b"list[" * 150 + b"int" + b"]" * 150 + b"): ...",
    "wide_annotation": b"def f(a: " + b"|".join(b"int" for _ in range(800)) + b"): ...",
    "self_import": b"from self_import import f",
    "self_star": b"from self_star import *",
    "self_class": b"class f(f): ...",
    "self_alias": b"A = list['A']\ndef f(a: A) -> A: ...",
    "many_imports": b"\n".join(
        b"try:\n  from many_imports import f%d as f%d\nexcept E:\n  from many_imports import f%d as f%d"
        % (n + 1, n, n + 2, n)
        for n in range(60)
    ).replace(b"f0", b"f"),
    "doubling": b"from dataclasses import dataclass\n"
    + b"\n".join(b"@dataclass\nclass C%d:\n  a: 'C%d'\n  b: 'C%d'" % (n, n + 1, n + 1) for n in range(60))
    + b"\ndef f(x: C0) -> C0: ...",
    "relative": b"from ........ import f\nfrom . import g",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bounded(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_bytes(HOSTILE[name])
    reader = ModuleReader([tmp_path])
    started = time.perf_counter()
    found = reader.function(name, "f")
    assert isinstance(found, Callable | Fault)
    assert all(isinstance(text, str) for text in reader.texts.values())
    assert time.perf_counter() - started < 5
    if isinstance(found, Callable) and found.signature is not None:
        assert len(repr(found)) < 1_000_000


@pytest.mark.parametrize(
    "name", ["nul", "huge", "parentheses", "lying", "unknown_codec", "binary_codec", "slow_codec", "utf16"]
)
def test_unreadable(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_bytes(HOSTILE[name])
    found = ModuleReader([tmp_path]).function(name, "f")
    assert isinstance(found, Fault)
    assert found.kind in {"unreadable", "syntax"}
    assert found.detail
    assert found.file is not None


@pytest.mark.parametrize(("name", "parameters"), [("latin", ["\xe9"]), ("bom", ["a"]), ("crlf", ["a"])])
def test_encodings(tmp_path: Path, name: str, parameters: list[str]) -> None:
    (tmp_path / f"{name}.py").write_bytes(HOSTILE[name])
    found = ModuleReader([tmp_path]).function(name, "f")
    assert [item.name for item in found.signature.parameters] == parameters


def test_things_that_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    (tmp_path / "lost.py").symlink_to(tmp_path / "nowhere")
    (tmp_path / "deep").symlink_to(tmp_path)
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    reader = ModuleReader([tmp_path, tmp_path / "missing"])
    for name in ("pipe", "loop", "lost", "zero"):
        found = reader.function(name, "f")
        assert isinstance(found, Fault)
        assert found.kind == "unreadable"
    assert isinstance(reader.function(".".join(["deep"] * 30), "f"), Fault)
    assert isinstance(reader.function(".".join(["deep"] * 3_000), "f"), Fault)
    assert isinstance(reader.function("m" * 100_000, "f"), Fault)
    assert isinstance(reader.function("a\0b", "f"), Fault)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("def f(:\n  pass", 1, 7), ("x = 1\ny = 'é' +\n", 2, 10), ("def f():\nreturn", 2, 1), ("(\n" * 3, 3, 1)],
)
def test_syntax_errors_have_their_line(tmp_path: Path, text: str, line: int, column: int) -> None:
    (tmp_path / "bad.py").write_text(text, encoding="utf-8")
    found = ModuleReader([tmp_path]).function("bad", "f")
    assert isinstance(found, Fault)
    assert found.kind == "syntax"
    assert (found.span.start.line, found.span.start.column) == (line, column)


SOURCE = b"""\
from __future__ import annotations
import typing as t
from dataclasses import dataclass
from . import other
@dataclass
class C(t.Generic[int]):
    a: t.Optional[C] = None
@deco(1)
async def f(a: list[C], /, b: 'int' = 3, *c, d: t.Literal[1, 'x'] = None, **e) -> dict[str, C]:
    yield 1
if t.TYPE_CHECKING: from m import *
"""


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_to_a_file_is_survived(tmp_path: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(SOURCE)))
    cut = data.draw(st.integers(0, 12))
    piece = data.draw(st.binary(max_size=6) | st.sampled_from([b"*", b"f", b"C", b"[", b"import", b"\n", b"class "]))
    (tmp_path / "m.py").write_bytes(SOURCE[:at] + piece + SOURCE[at + cut :])
    reader = ModuleReader([tmp_path])
    assert isinstance(reader.function("m", "f"), Callable | Fault)
    assert isinstance(reader.function("m", "C"), Callable | Fault)
    assert all(isinstance(text, str) for text in reader.texts.values())
