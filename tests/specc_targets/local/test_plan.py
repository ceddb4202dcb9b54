"""Plans: what the schema says about them, what the engine refuses, and that they are the same on any machine."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from specc.diagnostics import Position
from specc.frontend import check, compile_for
from specc.ir import policies
from specc.ir.module import Module, Output, Parameter
from specc.ir.ops import OPS, TASKS
from specc.ir.region import Region
from specc.ir.walk import every_operation, modules
from specc.targets import load
from specc_schemas import json_schema
from specc_schemas import plan as models
from specc_targets.local import PlanError, read_plan, run
from specc_targets.local.plan import read_spans

ROOT = Path(__file__).parents[3]
SPECS = sorted(path for path in (ROOT / "specs").glob("*/*") if path.suffix in {".toml", ".yaml"})
CORPUS = sorted((ROOT / "tests" / "conformance" / "corpus").glob("*/spec.toml"))
EVERYTHING = """
specc = 1
kind = "pipeline"
name = "everything"
env = { GREETING = "hello" }
secrets = { TOKEN = "env:TOKEN" }

[params.limit]
type = "integer"
default = 3
minimum = 1

[params.names]
type = "array"
items = { type = "string", pattern = "^[a-z]" }

[compute.big]
memory = "1GiB"
timeout = "10m"

[defaults]
retry = { max = 2, delay = "1s", on = ["ValueError"] }

[steps.first]
call = "work:f"
with.limit = "${params.limit}"
timeout = "5s"
compute = "big"
codec = "json"
on_error.KeyError.use = "${error.name}"
on_error.LookupError.run = "mend"

[steps.mend]
call = "work:mend"

[steps.all]
call = "work:g"
each.name = "${params.names}"
each.number = [1, 2]
max_parallel = 4
tolerate = "50%"
when = "${params.limit > 1}"

[steps.pause]
wait = "1s"
after = ["first"]

[steps.group]
each.x = "${steps.first}"
yield = "${steps.inner}"
[steps.group.steps.inner]
call = "work:g"
with = { name = "${x}", number = 1 }

[steps.again]
call = "work:h"
with.before = "${last}"
repeat = { start = 0, until = "${last > 3}", max = 5 }

[finally.tell]
call = "work:tell"
with.status = "${run.status}"

[outputs]
first = "${steps.first}"
both = ["${steps.all}", "${coalesce(steps.again, 0)}"]
"""


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema.generate("plan"))


def compiled(path: Path, text: str | None = None) -> tuple[Module, dict[str, Any]]:
    found = check(path, text=text.encode() if text is not None else None)
    files = compile_for(load("local"), found)
    assert files is not None, found.diagnostics
    assert found.module is not None
    return found.module, json.loads(next(iter(files.values())))


WORK = """
def f(limit): return [limit]
def g(name, number): return name
def h(before): return before + 1
def mend(): return []
def tell(status): return None
"""


def all_specs() -> list[Path]:
    return [*SPECS, *CORPUS]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("plan")
    (folder / "work.py").write_text(WORK)
    return compiled(folder / "everything.toml", EVERYTHING)[1]


def nodes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from nodes(item, (*path, key))


def damaged(plan: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[dict[str, Any]]:
    """The plan with one node removed, renamed, and replaced by each of several things."""
    for change in (
        "delete",
        "rename",
        None,
        True,
        -1,
        0,
        1.5,
        "",
        "x",
        "${",
        "${steps.nowhere}",
        [],
        [[]],
        {},
        {"x": 1},
    ):
        found = copy.deepcopy(plan)
        parent = found
        for key in path[:-1]:
            parent = parent[key]
        if change == "delete":
            del parent[path[-1]]
        elif change == "rename":
            if isinstance(parent, dict):
                parent[f"{path[-1]}_"] = parent.pop(path[-1])
        else:
            parent[path[-1]] = copy.deepcopy(change)
        yield found


def is_refused(plan: dict[str, Any]) -> bool:
    """Whether the engine refuses it in words; any other exception fails the test."""
    try:
        module = read_plan(plan)
        read_spans(plan)
    except PlanError as error:
        if len(str(error)) < 20 or "\n" in str(error):
            raise
        return True
    return not module.name


@pytest.mark.parametrize("path", all_specs(), ids=lambda path: f"{path.parent.name}")
def test_every_plan_fits_the_schema_and_is_read_back(path: Path) -> None:
    module, plan = compiled(path)
    assert list(validator().iter_errors(plan)) == []
    models.Plan.model_validate_json(json.dumps(plan))
    assert read_plan(plan) == module
    whole = [
        *every_operation(module),
        *(item for part in modules(module) for item in (*part.parameters, *part.outputs)),
    ]
    assert set(read_spans(plan)) == {item.origin.path for item in whole}


@pytest.mark.slow
def test_damaged_plans_are_refused_in_words(everything: dict[str, Any]) -> None:
    outcomes = {True: 0, False: 0}
    for path in nodes(everything):
        for plan in damaged(everything, path):
            refused = is_refused(plan)
            outcomes[refused] += 1
            if not refused:
                assert validator().is_valid(plan), (path, [error.message for error in validator().iter_errors(plan)])
    assert outcomes[True] > 2 * outcomes[False] > 0


@pytest.mark.slow
def test_what_is_not_refused_runs_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Well or not: an exception would be a bug that the reader should have kept away."""
    monkeypatch.setenv("TOKEN", "x")
    (tmp_path / "work.py").write_text(WORK)
    text = EVERYTHING.replace('[steps.pause]\nwait = "1s"\nafter = ["first"]\n', "").replace('"1s"', '"1ms"')
    plan = compiled(tmp_path / "quick.toml", text.replace('timeout = "5s"\n', "").replace('timeout = "10m"\n', ""))[1]
    ended = 0
    for path in nodes(plan):
        for other in damaged(plan, path):
            if not {"delay", "backoff", "timeout"} & set(path) and not is_refused(other):
                result = run(read_plan(other), {"limit": 3, "names": ["a", "b"]}, root=tmp_path)
                ended += result.status in {"succeeded", "failed"}
    assert ended > 500


@pytest.mark.parametrize("path", all_specs(), ids=lambda path: f"{path.parent.name}")
def test_damage_of_any_plan(path: Path) -> None:
    plan, chance = compiled(path)[1], random.Random(path.parent.name)
    places = list(nodes(plan))
    for place in chance.sample(places, min(6, len(places))):
        for other in damaged(plan, place):
            if not is_refused(other):
                assert validator().is_valid(other), place


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("specc",), 2, "this is a plan of version 2; this engine runs version 1"),
        (("specc",), "1", "this is a plan of version '1'"),
        (
            ("module", "body", "ops", 0, "retry", "max"),
            -1,
            "`module.body.ops[0].retry.max` is not a whole number of 0 or more",
        ),
        (("module", "body", "ops", 0, "function"), "os", "`module.body.ops[0].function` is not a function"),
        (
            ("module", "body", "ops", 0, "kind"),
            "task.pray",
            "an operation `task.pray`, which this engine does not know",
        ),
        (("module", "body", "ops", 0, "isolation"), "moon", "is none of inline, thread, process"),
        (("module", "body", "ops", 0, "zeal"), 1, "has a key `zeal`, which this engine does not know"),
        (("module", "body", "ops", 0, "when"), "${1 +", "has an expression that cannot be read"),
        (("module", "body", "ops", 0, "at"), "here", "is not `file:line:column`"),
        (("module", "body", "edges"), [], "the edge first -> group is missing"),
        (("module", "environment", "A=B"), "x", "cannot be a variable"),
        (("module", "parameters", 1, "schema", "items", "pattern"), "(", "a JSON Schema cannot have there"),
        (("module", "outputs", 0, "value"), "${steps.nothing}", "unknown step"),
    ],
)
def test_what_is_wrong_is_said(everything: dict[str, Any], path: tuple[str | int, ...], value: Any, told: str) -> None:
    plan = copy.deepcopy(everything)
    parent = plan
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    with pytest.raises(PlanError) as caught:
        read_plan(plan)
    assert told in str(caught.value)


def test_deep_plans_are_refused(everything: dict[str, Any]) -> None:
    plan = copy.deepcopy(everything)
    op: Any = {"kind": "group", "name": "a", "origin": [], "body": {"ops": []}}
    for _ in range(5000):
        op = {"kind": "group", "name": "a", "origin": [], "body": {"ops": [op]}}
    plan["module"]["body"]["ops"].append(op)
    with pytest.raises(PlanError, match="nested too deep"):
        read_plan(plan)


def test_the_models_have_every_field_of_the_operations() -> None:
    """A field that the IR gains and the schema does not would make valid plans invalid."""
    named: dict[str, Any] = {task.kind: models.PlanCall for task in TASKS}
    named |= {"wait": models.PlanWait, "group": models.PlanGroup, "map": models.PlanMap, "loop": models.PlanLoop}
    named |= {"approve": models.PlanApprove, "pipeline": models.PlanPipeline}
    assert set(named) == {op.kind for op in OPS}
    pairs: list[tuple[type, Any]] = [(op, named[op.kind]) for op in OPS]
    pairs += [(Module, models.PlanModule), (Region, models.PlanRegion), (Parameter, models.PlanParameter)]
    pairs += [(Output, models.PlanOutput)]
    pairs += [
        (getattr(policies, name), getattr(models, f"Plan{name}"))
        for name in ("Retry", "Catch", "Compute", "Tolerance", "Cache")
    ]
    for cls, model in pairs:
        fields = {field.name.rstrip("_") for field in dataclasses.fields(cls)} - {
            "deployment",
            "hosting",
            "tracking",
        }  # of no plan
        found = {field.alias or name for name, field in model.model_fields.items()}
        assert found - {"at", "kind"} == fields - {"kind"}, cls


def test_parts_say_where_they_stand_in_the_spec(everything: dict[str, Any]) -> None:
    spans = read_spans(everything)
    lines = EVERYTHING.split("\n")
    assert {span.file for span in spans.values()} == {"everything.toml"}
    for path, span in spans.items():
        text = lines[span.start.line - 1][span.start.column - 1 :]
        assert text.startswith(str(path[-1])), path
    assert spans["steps", "first"].start == Position(lines.index("[steps.first]") + 1, 8)


def test_inherited_parts_stand_where_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "base.toml").write_text('[steps.a]\nwait = "1s"\n')
    (tmp_path / "below" / "spec.toml").write_text(
        'specc = 1\nkind = "pipeline"\nname = "x"\nextends = ["../base.toml"]\n[steps.b]\nwait = "1s"\n'
    )
    spans = read_spans(compiled(tmp_path / "below" / "spec.toml")[1])
    assert {span.file for span in spans.values()} == {"../base.toml", "spec.toml"}


@pytest.mark.slow
def test_the_same_bytes_whatever_the_folder_and_the_hash_seed(tmp_path: Path) -> None:
    found = set()
    for seed, folder in ((0, ROOT), (1, ROOT / "specs"), (77, tmp_path)):
        spec = os.path.relpath(ROOT / "specs" / "flights" / "flights.toml", folder)
        out = tmp_path / str(seed)
        command = [sys.executable, "-m", "specc.cli", "compile", spec, "-t", "local", "-o", str(out)]
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": str(seed)}
        )
        found.add((out / "local" / "plan.json").read_bytes())
    assert len(found) == 1
    assert str(ROOT).encode() not in found.pop()
