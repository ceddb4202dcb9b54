"""Names that AWS would not take."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check, compile_for
from specc.targets import load

SPEC = """specc = 1
kind = "pipeline"
name = "case"
[compute.{one}]
memory = "1GiB"
[compute.{other}]
memory = "2GiB"
[steps.a]
call = "work:a"
compute = "{one}"
[steps.b]
call = "work:a"
compute = "{other}"
"""


@pytest.mark.parametrize("target", ["cloudformation", "pulumi"])
@pytest.mark.parametrize(("other", "found"), [("BIG", ["SPC476"]), ("bigger", [])])
def test_roles_differ_in_more_than_case(tmp_path: Path, target: str, other: str, found: list[str]) -> None:
    (tmp_path / "work.py").write_text("def a() -> int:\n    return 1\n")
    compilation = check(tmp_path / "case.toml", text=SPEC.format(one="big", other=other).encode())
    files = compile_for(load(target), compilation)
    assert [item.code for item in compilation.diagnostics] == found
    assert (files is None) == bool(found)
    for item in compilation.diagnostics:
        assert "`BIG` and `big`" in item.message
