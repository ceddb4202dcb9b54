"""What is told of what the pointer rests on: `<|>` is the pointer, in the three formats."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from language_client import LanguageClient
from language_texts import split_cursor, text_in
from specc.frontend import Compilation, check
from specc.language_server.analysis import Analysis, analyse
from specc.language_server.hover.hover import hover
from specc.source.formats import Format

SPECS = Path(__file__).parents[3] / "specs"
MODULE = '''
from typing import Literal, TypedDict

class Bird(TypedDict):
    name: str
    weight: float

def birds(limit: int = 3, order: Literal["up", "down"] = "up") -> list[Bird]:
    """Give some birds.

    More about birds.
    """

def song(bird: Bird, loud: bool) -> str:
    """Sing."""
'''
SPEC = """
specc = 1
kind = "pipeline"
name = "x"

[params.limit]
type = "integer"
description = "how many"
default = 3
minimum = 1

[params.loud]
type = "boolean"

[env]
LEVEL = "high"

[secrets]
KEY = "env:KEY"

[compute.small]
engine = "lambda"
memory = "1GiB"

[compute.big]
engine = "batch"
vcpu = 2
memory = "8GiB"

[steps.birds]
call = "code:birds"
description = "all of them"
with.limit = "${params.limit}"
with.order = "down"

[steps.song]
call = "code:song"
each.bird = "${steps.birds}"
with.loud = "${params.loud and bird.weight > 1.5}"
compute = "big"
max_parallel = 2

[steps.store]
aws = "dynamodb:putItem"
with.TableName = "birds"
with.Item = { name = { S = "${upper(join(steps.birds[*].name, ', '))}" } }

[outputs]
first = "${steps.birds[0].name}"

[[tests]]
name = "one"
mock.birds = []
expect.outputs = {}
"""


def analysed(path: Path, text: str) -> Analysis:
    def look(path: Path, data: bytes, format: Format) -> Compilation:
        return check(path, text=data, format=format)

    return analyse(path.as_uri(), text, 1, types.PositionEncodingKind.Utf16, look)


def told(analysis: Analysis, offset: int, **more: bool) -> tuple[str, str]:
    """What is told, and the characters that it is about."""
    found = hover(analysis, offset, **more)
    if found is None:
        return "", ""
    assert isinstance(found.contents, types.MarkupContent)
    assert found.range is not None
    start, end = (analysis.positions.offset(at) for at in (found.range.start, found.range.end))
    return found.contents.value, analysis.text[start:end]


CASES = [
    ("[steps.bi<|>rds]", "birds", ["step birds: list of {name: string, weight: number}", "all of them", "Give some birds.", "512 MiB", "15 minutes"]),
    ("[steps.so<|>ng]", "song", ["for each `bird` of `${steps.birds}`", "AWS Batch", "2 vCPU", "8,192 MiB", "An hour"]),
    ("[steps.sto<|>re]", "store", ['`aws = "dynamodb:putItem"`']),
    ('call = "code:bi<|>rds"', "code:birds", ["def birds(limit: int=3, order: Literal['up', 'down']='up') -> list[Bird]", "More about birds."]),
    ("with.li<|>mit", "limit", ["limit: integer = 3"]),
    ("with.or<|>der", "order", ["One of `up`, `down`.", "'up'"]),
    ("with.lo<|>ud", "loud", ["loud: boolean", "Must be given."]),
    ("${params.li<|>mit}", "limit", ["params.limit: integer = 3", "how many", "minimum 1"]),
    ("${par<|>ams.limit}", "params", ["The parameters of the run."]),
    ("[params.lo<|>ud]", "loud", ["params.loud: boolean", "A run must give it."]),
    ("each.bi<|>rd", "bird", ["bird: {name: string, weight: number}"]),
    ("and bi<|>rd.weight", "bird", ["bird: {name: string, weight: number}"]),
    ("bird.wei<|>ght", "weight", ["bird.weight: number"]),
    ('"${steps.bi<|>rds}"', "birds", ["step birds"]),
    ("steps.birds[0].na<|>me", "name", ["steps.birds[0].name: string"]),
    ("birds[*].na<|>me", "name", ["steps.birds[*].name: string"]),
    ("${up<|>per(", "upper", ["upper(", "capital"]),
    ("jo<|>in(", "join", ["join("]),
    ('compute = "b<|>ig"', "big", ["compute profile", "vcpu = 2"]),
    ("[compute.sm<|>all]", "small", ['memory = 1GiB']),
    ('engine = "ba<|>tch"', "batch", ["AWS Batch"]),
    ('aws = "dynamodb:put<|>Item"', "dynamodb:putItem", ["Creates a new item"]),
    ("with.Table<|>Name", "TableName", ["TableName: string", "Must be given."]),
    ("max_par<|>allel", "max_parallel", ["how many items run at a time", "Example: `20`"]),
    ("LE<|>VEL", "LEVEL", ["environment variable", "high"]),
    ("KE<|>Y = ", "KEY", ["secret", "env:KEY"]),
    ("mock.bi<|>rds", "birds", ["step birds"]),
    ("fir<|>st", "first", ["output first: string", "${steps.birds[0].name}"]),
    ("min<|>imum", "minimum", ["minimum"]),
    ("type = \"bool<|>ean\"", "boolean", ["`true` or `false`"]),
    ("specc =<|> 1", "", []),
    ("# no<|>thing", "", []),
]  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hovers")
    (folder / "code.py").write_text(MODULE)
    return folder


@pytest.mark.parametrize(("place", "about", "says"), CASES, ids=[case[0] for case in CASES])
def test_the_most_specific_thing_is_told(project: Path, place: str, about: str, says: list[str]) -> None:
    text = SPEC + "# nothing\n"
    at = text.index(place.replace("<|>", "")) + place.index("<|>")
    found, covered = told(analysed(project / "spec.toml", text), at)
    assert covered == about
    for part in says:
        assert part in found
    assert bool(found) == bool(says)


WRITERS: dict[Format, Callable[[str], str]] = {
    "toml": lambda text: text,
    "yaml": lambda text: yaml.safe_dump(tomllib.loads(text), sort_keys=False, width=1000),
    "json": lambda text: json.dumps(tomllib.loads(text), indent=2),
}


@pytest.mark.parametrize("format", ["yaml", "json"])
@pytest.mark.parametrize(
    ("inside", "into", "says"),
    [
        ("${steps.birds[0].name}", 18, "steps.birds[0].name: string"),
        ("code:song", 6, "def song(bird: Bird, loud: bool) -> str"),
        ("dynamodb:putItem", 3, "Creates a new item"),
        ("max_parallel", 3, "how many items run at a time"),
        ("TableName", 3, "Must be given."),
    ],
)
def test_other_formats_are_told_the_same(project: Path, format: Format, inside: str, into: int, says: str) -> None:
    text = WRITERS[format](SPEC)
    assert says in told(analysed(project / f"spec.{format}", text), text.index(inside) + into)[0]


def test_a_client_with_the_schema_is_not_told_twice(project: Path) -> None:
    analysis = analysed(project / "spec.toml", SPEC)
    assert told(analysis, SPEC.index("max_parallel") + 1, schema=False) == ("", "")
    assert told(analysis, SPEC.index("[steps.song]") + 8, schema=False)[1] == "song"


def test_an_editor_without_markdown_gets_none(project: Path) -> None:
    found, _ = told(analysed(project / "spec.toml", SPEC), SPEC.index("[steps.song]") + 8, markdown=False)
    assert "step song" in found
    assert "`" not in found
    assert "**" not in found


def test_a_spec_that_does_not_parse_elsewhere_has_its_hovers(client: LanguageClient, project: Path) -> None:
    text, position = split_cursor(SPEC.replace("[params.limit]", "[par<|>ams.limit]", 1) + "\n[steps.new]\ncal", "<|>")
    uri = client.open(project / "spec.toml", text)
    assert client.diagnostics(uri)[0]["code"] == "SPC010"
    assert "Typed inputs of the run" in client.hover(uri, position)
    text, position = split_cursor(text.replace("bird.weight", "bird.wei<|>ght", 1), "<|>")
    found = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
    assert found["contents"] == {"kind": "markdown", "value": "```\nbird.weight: number\n```"}
    assert text_in(text, found["range"]) == "weight"


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_every_offset_of_any_spec_has_an_answer(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(SPECS.glob("*/*.toml"))))
    text = path.read_text()
    cut = data.draw(st.integers(0, len(text)))
    text = text[:cut] + data.draw(st.sampled_from(["", '"', "${", "[", "="])) + text[cut:]
    analysis = analysed(path, text)
    for offset in data.draw(st.lists(st.integers(0, len(text)), min_size=5, max_size=20)):
        found, covered = told(analysis, offset)
        assert bool(found) == bool(covered)
