"""Sessions of edits by chance: with the memory of all checks before, each check finds what a fresh one finds.

`SPECC_EDITS` is how many edits a session has.
"""

from __future__ import annotations

import json
import os
import random
import re
import runpy
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from memory_world import outcome
from specc.frontend import check
from specc.ir.settled import Settled
from specc.memory import Memory

REPOSITORY = Path(__file__).parents[2]
EDITS = int(os.environ.get("SPECC_EDITS", "25"))
EXAMPLES = sorted(path for path in (REPOSITORY / "specs").glob("*/*") if path.suffix in (".toml", ".yaml"))
CORPUS = sorted((REPOSITORY / "tests" / "conformance" / "corpus").glob("*/spec.toml"))
BENCH: Any = runpy.run_path(str(REPOSITORY / "bench" / "compile.py"))
RICH = """\
specc = 1
kind = "pipeline"
name = "rich"
extends = ["base.toml"]
[params.limit]
type = "integer"
default = 3
[params.numbers]
type = "array"
items.type = "integer"
default = [1, 2]
[steps.start]
call = "functions:start"
with.limit = "${params.limit}"
[steps.each_one]
call = "functions:one"
each.x = "${steps.start}"
on_error."*".use = "${error.message}"
[steps.in_rounds]
call = "functions:grow"
each.x = "${steps.start}"
with.before = "${last}"
repeat = { start = 1, max = 2 }
[steps.in_batches]
call = "functions:add"
each.numbers = "${params.numbers}"
batch = 2
[steps.inside]
each.number = "${steps.start}"
yield = "${steps.second + number}"
[steps.inside.steps.first]
call = "functions:one"
with.x = "${number}"
[steps.inside.steps.second]
call = "functions:one"
with.x = "${steps.first}"
[steps.grow]
call = "functions:one"
with.x = "${last + 1}"
[steps.grow.repeat]
start = 1
max = 5
until = "${last > 3}"
[steps.risky]
call = "functions:add"
with.numbers = "${steps.inside}"
when = "${len(steps.each_one) > 0}"
on_error."*".run = "rescue"
[steps.rescue]
call = "functions:add"
with.numbers = [1, 2]
[steps.later]
wait = "1s"
after = ["risky"]
[steps.other]
pipeline = "other.toml"
with.x = "${steps.grow}"
[steps.text]
command = ["echo", "${steps.other.y} of steps.start", "${env.LEVEL}"]
[finally.tell]
call = "functions:one"
with.x = "${params.limit}"
[outputs]
result = "${steps.risky}"
[[tests]]
name = "small"
params.limit = 2
expect.outputs.result = [0, 1]
"""
RICH_FUNCTIONS = f"""{BENCH["FUNCTIONS"]}

def grow(x: int, before: int) -> int:
    return x
"""
BASE = '[env]\nLEVEL = "1"\n[defaults]\nretry = { max = 2 }\n[steps.text]\nresult = "text"\n'
OTHER = (
    'specc = 1\nkind = "pipeline"\nname = "other"\n[params.x]\ntype = "integer"\n'
    '[steps.f]\ncall = "functions:one"\nwith.x = "${params.x}"\n[outputs]\ny = "${steps.f}"\n'
)
WORDS = (
    "steps",
    "params",
    "x",
    "${",
    "}",
    '"',
    "[",
    "]",
    "\n",
    " = ",
    "  ",
    "1",
    "true",
    "'",
    "#",
    ".",
    ":",
    "last",
    "-",
)


def edited(text: str, chance: random.Random) -> str:
    """The text after a small edit, as people make them and as they do not."""
    lines = text.split("\n")
    at = chance.randrange(len(text) + 1)
    line = chance.randrange(len(lines))
    words = re.findall(r"\w+", text) or ["x"]
    kind = chance.randrange(11)
    if kind == 0:
        return text[:at] + chance.choice((*WORDS, chance.choice(words))) + text[at:]
    if kind == 1:
        return text[:at] + text[at + chance.choice((1, 1, 1, 5)) :]
    if kind == 2:
        return text[:at] + chance.choice("abcx_1 ") + text[at:]
    if kind == 3:
        return "\n".join(lines[:line] + lines[line + 1 :])
    if kind == 4:
        return "\n".join([*lines[:line], lines[line], *lines[line:]])
    if kind == 5:
        other = chance.randrange(len(lines))
        lines[line], lines[other] = lines[other], lines[line]
        return "\n".join(lines)
    if kind == 6:
        return re.sub(rf"\b{chance.choice(words)}\b", chance.choice((*words, "renamed")), text)
    if kind == 7:  # a step once more, by another name
        found = re.search(r"(?ms)^\[steps\.(\w+)\]\n.*?(?=^\[|\Z)", text)
        return text if found is None else text + "\n" + found[0].replace(found[1], f"more_{at}", 1)
    if kind in (8, 9):
        return retyped(text, chance)
    number = re.search(r"\d+", text[at:])
    return text if number is None else text[: at + number.start()] + "7" + text[at + number.end() :]


def retyped(text: str, chance: random.Random) -> str:
    """The text with another type in one place, of Python or of a spec."""
    others = {"int": "str", "str": "int", "integer": "string", "string": "integer"}
    types = [*re.finditer(r"\b(int|str|integer|string)\b", text)]
    chosen = chance.choice(types) if types else None
    return text if chosen is None else text[: chosen.start()] + others[chosen[0]] + text[chosen.end() :]


def session(spec: Path, seed: int, edits: int) -> Memory:
    """Edit a spec, and now and then the files around it, and compare every check with one that remembers nothing."""
    chance, memory = random.Random(seed), Memory()
    begin, around = spec.read_text(), [*spec.parent.iterdir(), *spec.parents[2].glob("functions/*.py")]
    others = [path for path in around if path != spec and path.suffix in (".py", ".toml")]
    originals = {path: path.read_text() for path in others}
    modules = [path for path in others if path.suffix == ".py"]
    text, known = begin, [begin]
    for number in range(edits):
        what = chance.random()
        if what < 0.25 and others:
            path = chance.choice(others + modules * 3)
            how, whole = chance.random(), originals[path]
            path.write_text(
                edited(path.read_text(), chance) if how < 0.2 else retyped(whole, chance) if how < 0.7 else whole
            )
            text = chance.choice((text, begin, begin))
        elif what < 0.4:
            text = chance.choice(known)
        elif what < 0.6:
            text = begin
        else:
            text = edited(text, chance)
        known = [*known[-8:], text]
        warm = outcome(check(spec, text=text.encode(), memory=memory))
        cold = outcome(check(spec, text=text.encode()))
        assert warm == cold, (spec, seed, number)
        if not text.strip():
            text = begin
    return memory


def generated(folder: Path, format: str) -> Path:
    (folder / "functions.py").write_text(BENCH["FUNCTIONS"])
    value = tomllib.loads(BENCH["spec"](12))
    written = {
        "toml": BENCH["spec"](12),
        "yaml": yaml.safe_dump(value, sort_keys=False),
        "json": json.dumps(value, indent=1),
    }
    (folder / f"spec.{format}").write_text(written[format])
    return folder / f"spec.{format}"


def rich(folder: Path, format: str) -> Path:
    (folder / "functions.py").write_text(RICH_FUNCTIONS)
    (folder / "base.toml").write_text(BASE)
    (folder / "other.toml").write_text(OTHER)
    value = tomllib.loads(RICH)
    (folder / f"spec.{format}").write_text(
        {"toml": RICH, "yaml": yaml.safe_dump(value, sort_keys=False), "json": json.dumps(value, indent=1)}[format]
    )
    return folder / f"spec.{format}"


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
@pytest.mark.parametrize("make", [generated, rich])
def test_generated(tmp_path: Path, make: Callable[[Path, str], Path], format: str) -> None:
    assert not check(make(tmp_path, format)).failed
    session(make(tmp_path, format), random.randrange(2**32), EDITS)


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda path: path.stem)
def test_examples(tmp_path: Path, spec: Path) -> None:
    copied = shutil.copytree(spec.parent, tmp_path / "spec", ignore=shutil.ignore_patterns("__pycache__", "data"))
    session(copied / spec.name, random.randrange(2**32), EDITS)


def test_the_corpus(tmp_path: Path) -> None:
    for number, spec in enumerate(random.sample(CORPUS, 10)):
        folder = tmp_path / str(number)
        copied = shutil.copytree(spec.parent, folder / "corpus" / spec.parent.name)
        shutil.copytree(CORPUS[0].parents[2] / "functions", folder / "functions")
        session(copied / spec.name, random.randrange(2**32), EDITS // 5)


@pytest.mark.slow
def test_memory_does_not_grow(tmp_path: Path) -> None:
    """Of 2,000 versions that all differ everywhere, two are kept at most."""
    spec, memory = generated(tmp_path, "toml"), Memory()
    text, sizes = spec.read_text(), []
    for number in range(2_000):
        version = re.sub(r"(fan|left|right|join)_", rf"\1_{number}_", text)
        if number % 3 == 0:
            version = version.replace("type = ", "type = [")  # cannot be read
        found = check(spec, text=version.encode(), memory=memory)
        assert found.failed == (number % 3 == 0)
        sizes.append(memory.size)
    assert max(sizes[100:]) <= max(sizes[:100])


def test_without_what_is_needed_sessions_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison notices a memory that does not ask what names mean."""
    monkeypatch.setattr(Settled, "_meanings", lambda *_: ())
    spec, memory = rich(tmp_path, "toml"), Memory()
    check(spec, memory=memory)
    text = RICH.replace('type = "integer"', 'type = "string"').encode()
    assert outcome(check(spec, text=text, memory=memory)) != outcome(check(spec, text=text))
