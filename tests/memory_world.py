"""A small project with something of everything, to change one thing of it and check again."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import yaml

from specc.diagnostics import ROOT
from specc.frontend import Compilation
from specc.ir.printer import print_module
from specc.ir.walk import every_operation

SPEC = """\
specc = 1
kind = "pipeline"
name = "world"
extends = ["base.toml"]
[package]
root = "code"
[params.limit]
type = "integer"
default = 3
[params.numbers]
type = "array"
items = { type = "integer" }
default = [1, 2]
[secrets]
TOKEN = "env:TOKEN"
[compute.big]
memory = "2GiB"
[defaults]
compute = "big"
retry = { max = 1 }
[steps.start]
call = "functions:start"
with.limit = "${params.limit}"
[steps.implied]
call = "functions:one"
each.x = "${steps.start}"
[steps.of_parameter]
call = "functions:one"
each.x = "${params.numbers}"
each.y = "${params.numbers}"
[steps.implied_loop]
call = "functions:grow"
each.x = "${steps.start}"
repeat = { start = 1, max = 2 }
with.before = "${last}"
[steps.implied_batch]
call = "functions:many"
each.x = "${steps.start}"
batch = 2
[steps.implied_caught]
call = "functions:one"
each.x = "${steps.start}"
on_error."*".use = "${params.limit}"
[steps.after_caught]
call = "functions:total"
with.numbers = "${steps.implied_caught}"
[steps.written]
call = "functions:one"
each.number = "${steps.start}"
with = { x = "${number}" }
when = "${len(steps.start) > 0}"
retry = { max = 2, on = ["functions.Tired"] }
[steps.grown]
call = "functions:one"
with.x = "${last + 1}"
repeat = { start = "${steps.chosen}", max = 3, until = "${last > 3}" }
[steps.chosen]
call = "functions:choose"
with.value = 0
isolation = "thread"
[steps.imported]
call = "functions:shared"
with.value = 1
[steps.packed]
call = "package.inner:work"
with.x = "${steps.chosen}"
after = ["start"]
[steps.grouped]
each.piece = "${steps.start}"
yield = { first = "${steps.first}", given = "${piece}" }
[steps.grouped.steps.first]
call = "functions:one"
with.x = "${piece}"
[steps.grouped.steps.second]
call = "functions:one"
with.x = "${steps.start[0] + steps.first}"
[steps.group]
retry = { max = 2 }
[steps.group.steps.implied_inside]
call = "functions:one"
each.x = "${steps.start}"
[steps.reads_group]
call = "functions:one"
with.x = "${steps.grouped[0].given}"
[steps.risky]
call = "functions:total"
with.numbers = "${steps.implied}"
on_error."functions.Tired".run = "rescue"
[steps.rescue]
call = "functions:total"
each.numbers = "${steps.lists}"
[steps.lists]
call = "functions:lists"
[steps.other]
pipeline = "other.toml"
with.x = "${steps.grown}"
[steps.reads_other]
call = "functions:one"
with.x = "${steps.other.y}"
[steps.swept]
call = "functions:one"
matrix = { x = [1, 2] }
[steps.swept_group]
matrix.number = [3, 4]
[steps.swept_group.steps.inside_swept]
call = "functions:one"
with.x = "${matrix.number}"
[steps.swept_file]
call = "functions:one"
matrix.from = "cells.csv"
[steps.generated]
call = "functions:one"
matrix.from = { call = "functions:cells" }
with.x = "${matrix.x}"
[steps.scripted]
script = "train.py"
globals = { from = "settings.yaml", epochs = "${params.limit}", loss = { ref = "helpers:shared" } }
outputs = ["accuracy"]
[steps.reads_script]
call = "functions:one"
with.x = "${steps.scripted.accuracy}"
[steps.entered]
module = "train"
entry = "main"
with = { from = "arguments.json", x = "${steps.start[0]}" }
[steps.reads_entry]
call = "functions:one"
with.x = "${steps.entered}"
[steps.swept_script]
script = "train.py"
matrix = { rate = [0.1, 0.2] }
globals.rate = "${matrix.rate}"
[steps.shown]
command = ["echo", "${steps.other.y}", "${env.LEVEL}", "${params.limit}"]
[steps.pause]
wait = "${params.limit}"
after = ["risky", "packed"]
[steps.asked]
approve = { by = ["user:eva"], message = "go on with ${steps.chosen}?" }
[steps.stored]
aws = "dynamodb:putItem"
with = { TableName = "birds", Item = { number = { N = "${steps.shown}" } } }
[steps.fetched]
http = { url = "https://example.com/${params.limit}", headers = { key = "${secrets.TOKEN}" } }
[finally.tell]
call = "functions:tell"
with = { x = "${params.limit}", status = "${run.status}" }
[outputs]
result = "${steps.risky}"
[[triggers]]
schedule = { cron = "30 2 * * *" }
with.limit = 2
[stacks.prod]
region = "eu-north-1"
params.limit.default = 4
[[tests]]
name = "small"
params.limit = 2
mock.start = [1, 2]
expect.calls.implied = 2
"""
BASE = '[env]\nLEVEL = "1"\n[steps.shown]\nresult = "text"\n'
OTHER = """\
specc = 1
kind = "pipeline"
name = "other"
package.root = "code"
[params.x]
type = "integer"
[steps.f]
call = "functions:one"
with.x = "${params.x}"
[outputs]
y = "${steps.f}"
"""
FUNCTIONS = """\
from typing import Literal
from helpers import Base, shared

class Tired(Base):
    pass

def start(limit: int) -> list[int]:
    return [limit]

def one(x: int, y: int = 0) -> int:
    return x

def grow(x: int, before: int) -> int:
    return x

def many(x: list[int]) -> list[int]:
    return x

def cells() -> list[dict[str, int]]:
    return [{"x": 1}]

def total(numbers: list[int]) -> int:
    return 0

def lists() -> list[list[int]]:
    return []

def choose(value: Literal[2, 0, True]) -> int:
    return 0

def tell(x: int, status: str) -> None:
    pass
"""
TRAIN = """\
from helpers import shared as loss
rate: float = 0.1
epochs: int = 3
accuracy = rate

def main(x: int, rate: float = 1.0) -> int:
    return x
"""
HELPERS = "class Base(Exception):\n    pass\n\ndef shared(value: int) -> int:\n    return 1\n"
INNER = "def work(x: int) -> int:\n    return x\n"
FILES = {
    "base.toml": BASE,
    "other.toml": OTHER,
    "code/functions.py": FUNCTIONS,
    "code/helpers.py": HELPERS,
    "code/package/inner.py": INNER,
    "code/cells.csv": "x\n1\n2\n",
    "code/train.py": TRAIN,
    "code/settings.yaml": "rate: 0.5\n",
    "code/arguments.json": '{"rate": 0.5}',
}


def written(text: str, format: str) -> str:
    """A TOML spec in another format."""
    if format == "toml":
        return text
    value = tomllib.loads(text)
    return yaml.safe_dump(value, sort_keys=False) if format == "yaml" else json.dumps(value, indent=1)


def make(folder: Path, format: str = "toml") -> Path:
    """Write the project; the path of its spec."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    spec = folder / f"spec.{format}"
    spec.write_text(written(SPEC, format))
    return spec


def outcome(found: Compilation) -> tuple[object, ...]:
    """All that a check tells: what is wrong and where, the module, and where its parts stand."""
    module = found.module
    return (
        found.diagnostics,
        dict(found.texts),
        found.failed,
        None if found.spec is None else repr(found.spec.value),
        None if module is None else print_module(module),
        None if module is None else [op.origin for op in every_operation(module)],
        None if module is None else [item.origin for item in (*module.parameters, *module.outputs)] or ROOT,
    )
