from __future__ import annotations

from pathlib import Path

from specc.frontend import check
from specc_targets.asl.functions import functions

SPEC = """
specc = 1
kind = "pipeline"
name = "own"

[defaults]
compute = { memory = "3GiB" }

[compute.small]
memory = "256MiB"

[steps.small]
call = "work:f"
compute = { memory = "1GiB" }

[steps.group.steps.inner]
call = "work:f"
compute = { memory = "2GiB" }

[steps.named]
call = "work:f"
compute = "small"

[steps.plain]
call = "work:f"
"""


def test_profiles_written_in_place_are_functions_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SPEC)
    (tmp_path / "work.py").write_text("def f():\n    return 1\n")
    compilation = check(tmp_path / "own.toml")
    assert compilation.module is not None
    found = {item["profile"]: item["memory"] for item in functions(compilation.module)}
    assert found == {"small": 256, "small-own": 1024, "group-inner": 2048, "defaults": 3072}
