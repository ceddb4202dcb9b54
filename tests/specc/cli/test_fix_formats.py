"""`--fix` mends what it should and leaves every other byte as it was, in every format."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

TOML = """# top é
specc = 1
kind = "pipeline" # kind
name = "sums"
[steps.a] # a
call = "functions:numbers"   # keep
with.limit = "é ${steps.bb} 🐦" # limit
tiemout = "5m"
[steps.b]
wait = "1s" # wait
"""
YAML = """# top é
specc: 1
kind: pipeline # kind
name: sums
steps:
  a: # a
    call: functions:numbers   # keep
    with: {limit: "é ${steps.bb} 🐦"} # limit
    tiemout: 5m
  b:
    wait: 1s # wait
"""
JSON = """{"specc": 1,
  "kind": "pipeline",  "name": "sums",
\t"steps": {"a": {"call": "functions:numbers", "with": {"limit": "\\u00e9 ${steps.bb} 🐦"}, "tiemout": "5m"},
 "b": {"wait": "1s"}}}"""


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("name", "text"), [("x.toml", TOML), ("x.yaml", YAML), ("x.json", JSON)])
def test_only_what_is_wrong_changes(specc, project: Path, name: str, text: str, end: str, mark: bytes) -> None:
    before = mark + text.replace("\n", end).encode()
    after = before.replace(b"steps.bb", b"steps.b").replace(b"tiemout", b"timeout")
    (project / name).write_bytes(before)
    specc("check", "--fix", name)
    assert (project / name).read_bytes() == after
    assert specc("check", "--fix", "-", "--stdin-name", name, stdin=before).out.encode() == after
