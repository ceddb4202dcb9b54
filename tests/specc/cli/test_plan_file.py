"""A plan runs where the compiler is not: what is loaded, what is said, and what is no plan."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from specc.cli.plan_file import load_plan_file
from specc.cli.report import Failure

RUN = """
import json, sys
from pathlib import Path
from specc.cli.outcome import report_outcome
from specc.cli.parameters import read_parameters
from specc.cli.plan_file import load_plan_file
from specc.targets import load

plan, root, *params = sys.argv[1:]
compilation = load_plan_file(plan, Path(root))
engine = load("local")
values = read_parameters(engine.parse_parameter, compilation, compilation.module, params, None)
result, _ = engine.run(compilation.module, values, root=compilation.spec.root)
report_outcome(compilation, result)
heavy = ("pydantic", "specc_schemas", "specc.frontend", "specc.lowering", "specc.passes", "specc.schema", "networkx")
found = sorted(name for name in sys.modules if name in heavy or name.startswith(tuple(f"{one}." for one in heavy)))
print(json.dumps({"status": result.status, "outputs": dict(result.outputs), "heavy": found}))
"""


@pytest.fixture
def plan(project: Path, specc) -> Path:
    """The plan of `sums.toml`, in a folder of its own."""
    (project / "functions.py").write_text(
        (project / "functions.py").read_text() + "\ndef fail():\n    raise ValueError('no')\n"
    )
    assert specc("compile", "sums.toml", "-t", "local", "-o", "out").code == 0
    there = project / "elsewhere" / "plan.json"
    there.parent.mkdir()
    (project / "out" / "local" / "plan.json").rename(there)
    return there


def play(*arguments: str | Path) -> tuple[dict[str, object], str]:
    command = [sys.executable, "-c", RUN, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_a_plan_runs_without_the_compiler(plan: Path, project: Path) -> None:
    found, _ = play(plan, project, "limit=5")
    assert found == {"status": "succeeded", "outputs": {"total": 20}, "heavy": []}


def test_failures_are_told_at_the_line_of_the_spec(plan: Path, project: Path) -> None:
    text = plan.read_text().replace('"functions:double"', '"functions:fail"').replace('"x": "${x}"', "")
    plan.write_text(text)
    found, said = play(plan, project)
    assert (found["status"], found["heavy"]) == ("failed", [])
    line = (project / "sums.toml").read_text().split("\n").index("[steps.double]") + 1
    assert f"error[SPC501]: step `double` failed: ValueError: no\n --> sums.toml:{line}:8\n" in said
    assert "in fail" in said


def test_the_root_is_the_current_folder(plan: Path, project: Path) -> None:
    found = load_plan_file(plan)
    assert found is not None
    assert found.spec is not None
    assert found.spec.root == Path()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"specc": 1}', '{"module": {}}', '{"specc": 1, "module": NaN}', "[" * 100000]
)
def test_what_is_no_plan_is_left_to_others(tmp_path: Path, text: str) -> None:
    file = tmp_path / "spec.json"
    file.write_text(text)
    assert load_plan_file(file) is None


def test_no_other_file_is_read(tmp_path: Path, project: Path) -> None:
    assert load_plan_file("sums.toml") is None
    assert load_plan_file(tmp_path) is None
    assert load_plan_file("none.json") is None
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    assert load_plan_file(tmp_path / "bytes.json") is None


def test_a_damaged_plan_ends_the_command(plan: Path) -> None:
    content = json.loads(plan.read_text())
    content["module"]["body"]["ops"][1]["max_parallel"] = 0
    plan.write_text(json.dumps(content))
    with pytest.raises(Failure, match="max_parallel` is not a whole number of 1 or more") as caught:
        load_plan_file(plan)
    assert caught.value.code == 2
    assert str(plan) in caught.value.message
    plan.write_text('{"specc": 9, "module": {}}')
    with pytest.raises(Failure, match="this is a plan of version 9; this engine runs version 1"):
        load_plan_file(plan)


PROBE = """
import os, sys
from specc.cli import main

def end(code):
    print("LOADED", code, *sorted(name for name in sys.modules), file=sys.stderr)
    raise SystemExit

os._exit = sys.exit = end
main()
"""


@pytest.mark.parametrize(("limit", "code"), [("4", 0), ("four", 2)])
def test_the_command_loads_no_compiler_either(plan: Path, project: Path, limit: str, code: int) -> None:
    command = [sys.executable, "-c", PROBE, "run", "--local", str(plan), "--root", str(project), "-p", f"limit={limit}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    ended, *loaded = done.stderr.rpartition("LOADED ")[2].split()
    assert int(ended) == code, done.stderr
    heavy = (
        "pydantic",
        "specc_schemas",
        "specc.frontend",
        "specc.lowering",
        "specc.passes",
        "specc.schema",
        "networkx",
    )
    assert [name for name in loaded if name.startswith(heavy)] == []
