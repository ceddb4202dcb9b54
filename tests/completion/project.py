"""A small project, whose specs are completed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from language_texts import CURSOR
from specc.frontend import Compilation, check
from specc.language_server.analysis import Analysis, analyse
from specc.language_server.completion.complete import complete
from specc.language_server.completion.suggestion import Client

if TYPE_CHECKING:
    from lsprotocol import types

FILES = {
    "birds.py": '''\
"""What the spec calls."""

from enum import Enum
from typing import Literal, TypedDict


class Bird(TypedDict):
    name: str
    size: int
    nest: dict[str, int]


class TooManyBirds(Exception):
    pass


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def get_birds(limit: int, mode: Literal["fast", "slow"] = "fast", loud: bool = False) -> list[Bird]:
    """Get some birds.

    Never more than there are.
    """
    if limit > 99:
        raise TooManyBirds(limit)
    return []


def flap(bird: Bird, hard: bool = False) -> str:
    return bird["name"]


def paint(flapped: list[str], colour: Colour, sizes: list[int] | None = None) -> Bird:
    return {"name": "x", "size": 1, "nest": {}}


def _hidden(x: int) -> int:
    return x


LIMIT = 3
''',
    "shapes.py": """\
import enum
class Colour(enum.StrEnum):
    RED = "red"
class Broken(Exception): ...
class WorseError(Broken): ...
class Round:
    def __init__(self, size: int) -> None: ...
def draw(size: int) -> int:
    return size
def round(size: int) -> int:
    return size
""",
    "pkg/__init__.py": "",
    "pkg/tools.py": "def sharpen(edge: float) -> float:\n    return edge\n",
    "scripts/train.py": """\
rate = 0.1
epochs: int = 3


def evaluate(seed: int = 0) -> float:
    \"\"\"How good it is.\"\"\"
    inside = rate * epochs
    return inside + seed


if __name__ == "__main__":
    score = evaluate()
    print(score)
""",
    "other.toml": """\
specc = 1
kind = "pipeline"
name = "other"
[params.depth]
type = "integer"
description = "how deep"
[params.tone]
type = "string"
default = "low"
[steps.a]
wait = "1s"
""",
    "base.yaml": "specc: 1\nkind: pipeline\nname: base\nsteps: {a: {wait: 1s}}\n",
    "notes.toml": "title = 'no spec'\n",
    ".venv/lib/inner.py": "def x(): ...\n",
    "node_modules/thing.py": "def x(): ...\n",
    "env/pyvenv.cfg": "",
    "env/secretly.py": "def x(): ...\n",
    "requirements.txt": "",
}

TOML = """\
specc = 1
kind = "pipeline"
name = "x"

[params.limit]
type = "integer"
default = 3

[params.who]
type = "string"
description = "who it is for"

[params.loud]
type = "boolean"
default = false

[env]
LEVEL = "INFO"

[compute.small]
memory = "1GiB"

[compute.big]
engine = "batch"

[steps.get]
call = "birds:get_birds"
with.limit = "${params.limit}"

[steps.flap]
call = "birds:flap"
each.bird = "${steps.get}"

[steps.paint]
description = "makes them colourful"
call = "birds:paint"
with = { flapped = "${steps.flap}", colour = "red" }
"""
YAML = """\
specc: 1
kind: pipeline
name: x
params:
  limit: { type: integer, default: 3 }
  who: { type: string, description: who it is for }
  loud: { type: boolean, default: false }
env:
  LEVEL: INFO
compute:
  small: { memory: 1GiB }
  big: { engine: batch }
steps:
  get:
    call: birds:get_birds
    with:
      limit: ${params.limit}
  flap:
    call: birds:flap
    each:
      bird: ${steps.get}
  paint:
    description: makes them colourful
    call: birds:paint
    with:
      flapped: ${steps.flap}
      colour: red
"""
JSON = (
    json.dumps(
        {
            "specc": 1,
            "kind": "pipeline",
            "name": "x",
            "params": {
                "limit": {"type": "integer", "default": 3},
                "who": {"type": "string", "description": "who it is for"},
                "loud": {"type": "boolean", "default": False},
            },
            "env": {"LEVEL": "INFO"},
            "compute": {"small": {"memory": "1GiB"}, "big": {"engine": "batch"}},
            "steps": {
                "get": {"call": "birds:get_birds", "with": {"limit": "${params.limit}"}},
                "flap": {"call": "birds:flap", "each": {"bird": "${steps.get}"}},
                "paint": {
                    "description": "makes them colourful",
                    "call": "birds:paint",
                    "with": {"flapped": "${steps.flap}", "colour": "red"},
                },
            },
        },
        indent=2,
    )[: -len("\n  }\n}")]
    + ",\n"
)
"""Ends within `steps`, whose next entry a case writes."""
BASES = {"toml": TOML, "yaml": YAML, "json": JSON}


def make_project(folder: Path) -> None:
    """Write the project's files."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def check_text(path: Path, data: bytes, format: str) -> Compilation:
    """What `analyse` checks a text with, when nothing is open in an editor."""
    return check(path, text=data, format=format)


def analysed(folder: Path, format: str, marked: str) -> tuple[Analysis, int]:
    """The analysis of a text, and where its mark was."""
    before, after = marked.split(CURSOR)
    path = folder / f"spec.{format}"
    return analyse(path.as_uri(), before + after, 1, None, check_text), len(before)


def completed(folder: Path, format: str, marked: str, client: Client | None = None) -> list[types.CompletionItem]:
    """What is offered at the mark of a text."""
    analysis, offset = analysed(folder, format, marked)
    return list(complete(analysis, offset, client).items)
