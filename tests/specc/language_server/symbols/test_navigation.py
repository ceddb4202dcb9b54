"""Definitions, uses, highlights and links, by a real server in all three formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from language_client import LanguageClient
from language_texts import place_of, position_at, range_of, text_in

FUNCTIONS = """from functions_below.more import wait as pause

__all__ = ["pause"]


def show(bird: str, *, times: int = 1) -> str:
    return bird * times


class Shown:
    def __init__(self, bird: str) -> None:
        self.bird = bird
"""
MORE = """def wait(
    seconds: float,
) -> None: ...
"""
BASE = """[params.limit]
type = "integer"
[steps.shared]
call = "functions:show"
with.bird = "x"
"""
INNER = """specc: 1
kind: pipeline
name: inner
params: {most: {type: integer}}
steps: {a: {wait: 1s}}
outputs: {song: "${steps.a}"}
"""
TOML = """#:schema x 🐦
specc = 1
kind = "pipeline"
name = "pipe"
extends = ["base.toml"]

[secrets]
KEY = "env:KEY"
FILE = "file:base.toml"

[compute.small]
memory = "512MiB"

[steps.get]
call = "functions:show"
with = { bird = "🐦 ${params.limit}", times = "${steps.shared}" }
compute = "small"

[steps.wait]
call = "functions:pause"
with.seconds = 1
[steps.made]
call = "functions:Shown"
with.bird = "x"

[steps.each_row]
each.row = ["a"]
yield = "${steps.get}"
steps.get = { call = "functions:show", with = { bird = "${row}" } }

[steps.inner]
pipeline = "inner.yaml"
with.most = 1
[steps.after]
http = { url = "https://x", headers = { K = "${secrets.KEY}" }, query = { s = "${steps.inner.song}" } }
"""
YAML = """specc: 1
kind: pipeline
name: pipe # 🐦
extends: [base.toml]
steps:
  get:
    call: functions:show
    with: {bird: "🐦 ${params.limit}", "times": "${steps.shared}"}
  inner:
    pipeline: inner.yaml
    with: {most: 1}
"""
JSON = """{"specc": 1, "kind": "pipeline", "name": "pipe", "extends": ["base.toml"], "steps": {
  "get": {"call": "functions:show", "with": {"bird": "🐦 ${params.limit}", "times": "${steps.shared}"}},
  "inner": {"pipeline": "inner.yaml", "with": {"most": 1}}
}}
"""
FILES = {
    "functions.py": FUNCTIONS,
    "functions_below/__init__.py": "",
    "functions_below/more.py": MORE,
    "base.toml": BASE,
    "inner.yaml": INNER,
}
TEXTS = {"pipe.toml": TOML, "pipe.yaml": YAML, "pipe.json": JSON}


@pytest.fixture
def project(workspace: Path) -> Path:
    for name, text in FILES.items():
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_text(text, encoding="utf-8")
    return workspace


def shown(folder: Path, found: list[dict[str, Any]], **opened: str) -> list[tuple[str, int, str]]:
    """Where locations are: the file, the line from 1, and what is there."""
    result = []
    for location in found:
        name = Path(location["uri"].removeprefix(folder.as_uri() + "/")).as_posix()
        text = {**FILES, **TEXTS, **opened}[name]
        result.append((name, location["range"]["start"]["line"] + 1, text_in(text, location["range"])))
    return result


@pytest.mark.parametrize(
    ("part", "into", "expected"),
    [
        ("params.limit", 8, [("base.toml", 1, "limit")]),
        ("steps.shared", 7, [("base.toml", 3, "shared")]),
        ("functions:show", 0, [("functions.py", 6, "show")]),
        ("functions:show", 14, [("functions.py", 6, "show")]),
        ("times", 2, [("functions.py", 6, "times")]),
        ("most", 0, [("inner.yaml", 4, "most")]),
        ("inner.yaml", 3, [("inner.yaml", 1, "")]),
        ("base.toml", 9, [("base.toml", 1, "")]),
    ],
)
@pytest.mark.parametrize("name", TEXTS)
def test_definition_in_every_format(
    client: LanguageClient, project: Path, name: str, part: str, into: int, expected: list[tuple[str, int, str]]
) -> None:
    uri = client.open(project / name, TEXTS[name])
    found = client.definition(uri, place_of(TEXTS[name], part, into=into))
    assert shown(project, found) == expected


@pytest.mark.parametrize(
    ("part", "into", "expected"),
    [
        ("functions:pause", 12, [("functions_below/more.py", 1, "wait")]),
        ("with.seconds", 8, [("functions_below/more.py", 2, "seconds")]),
        ("functions:Shown", 12, [("functions.py", 10, "Shown")]),
        ("with.bird", 7, [("functions.py", 11, "bird")]),
        ("${row}", 3, [("pipe.toml", 27, "row")]),
        ("each.row", 6, [("pipe.toml", 27, "row")]),
        ('yield = "${steps.get', 18, [("pipe.toml", 29, "get")]),
        ("[steps.get]", 8, [("pipe.toml", 14, "get")]),
        ('compute = "small', 12, [("pipe.toml", 11, "small")]),
        ("secrets.KEY", 9, [("pipe.toml", 8, "KEY")]),
        ("inner.song", 7, [("inner.yaml", 6, "song")]),
        ("file:base.toml", 6, [("base.toml", 1, "")]),
        ("name = ", 2, []),
        ("512MiB", 2, []),
    ],
)
def test_definition(
    client: LanguageClient, project: Path, part: str, into: int, expected: list[tuple[str, int, str]]
) -> None:
    uri = client.open(project / "pipe.toml", TOML)
    assert shown(project, client.definition(uri, place_of(TOML, part, into=into))) == expected


def test_a_spec_with_mistakes_is_found_its_way_in_as_well(client: LanguageClient, project: Path) -> None:
    broken = (
        TOML.replace("kind", "knd")
        .replace('compute = "small"', 'compute = "small')
        .replace("[steps.wait]", "[steps.wait")
    )
    uri = client.open(project / "pipe.toml", broken)
    for part, into, expected in (
        ("params.limit", 8, ("base.toml", 1, "limit")),
        ("functions:show", 3, ("functions.py", 6, "show")),
        ("${row}", 3, ("pipe.toml", 27, "row")),
    ):
        found = client.definition(uri, place_of(broken, part, into=into))
        assert shown(project, found, **{"pipe.toml": broken}) == [expected]


def test_what_the_editor_holds_counts(client: LanguageClient, project: Path) -> None:
    base, python = "# new\n" + BASE, "# new\n# new\n" + FUNCTIONS
    client.open(project / "base.toml", base)
    client.open(project / "functions.py", python)
    uri = client.open(project / "pipe.toml", TOML)
    found = client.definition(uri, place_of(TOML, "params.limit", into=8))
    assert shown(project, found, **{"base.toml": base}) == [("base.toml", 2, "limit")]
    found = client.definition(uri, place_of(TOML, "functions:show"))
    assert shown(project, found, **{"functions.py": python}) == [("functions.py", 8, "show")]


@pytest.mark.parametrize("name", TEXTS)
def test_references_go_through_all_files(client: LanguageClient, project: Path, name: str) -> None:
    text = TEXTS[name]
    uri = client.open(project / name, text)
    place = place_of(text, "params.limit", into=8)
    line = text[: text.index("params.limit")].count("\n") + 1
    assert shown(project, client.references(uri, place)) == [("base.toml", 1, "limit"), (name, line, "limit")]
    assert shown(project, client.references(uri, place, declaration=False)) == [(name, line, "limit")]
    assert client.references(uri, {"line": 1, "character": 0}) == []


def test_references_from_a_file_that_is_no_spec(client: LanguageClient, project: Path) -> None:
    (project / "pipe.toml").write_text(TOML, encoding="utf-8")
    (project / "pipe.json").write_text(JSON, encoding="utf-8")
    uri = client.open(project / "base.toml", BASE)
    found = shown(project, client.references(uri, place_of(BASE, "shared")))
    assert found == [("base.toml", 3, "shared"), ("pipe.json", 2, "shared"), ("pipe.toml", 16, "shared")]


def test_references_from_the_spec_that_is_run(client: LanguageClient, project: Path) -> None:
    (project / "pipe.json").write_text(JSON, encoding="utf-8")
    client.open(project / "pipe.toml", TOML)
    uri = client.open(project / "inner.yaml", INNER)
    found = shown(project, client.references(uri, place_of(INNER, "most")))
    assert found == [("inner.yaml", 4, "most"), ("pipe.json", 3, "most"), ("pipe.toml", 33, "most")]
    found = shown(project, client.references(uri, place_of(INNER, "song")))
    assert found == [("inner.yaml", 6, "song"), ("pipe.toml", 35, "song")]


def test_highlights_tell_writing_from_reading(client: LanguageClient, project: Path) -> None:
    text = (
        TOML
        + '[steps.get.retry]\nmax = 2\n[[tests]]\nname = "x"\nmock.get = 1\nexpect.outputs = {}\n[outputs]\nx = "${steps.get}"\n'
    )
    uri = client.open(project / "pipe.toml", text)
    found = client.document_highlights(uri, place_of(text, "[steps.get]", into=8))
    lines = [(item["range"]["start"]["line"] + 1, item["kind"]) for item in found]
    last = text.count("\n")
    assert lines == [(14, 3), (last - 7, 3), (last - 3, 2), (last, 2)]
    assert {text_in(text, item["range"]) for item in found} == {"get"}


def test_links_lead_to_files(client: LanguageClient, project: Path) -> None:
    text = TOML + '[package]\nrequirements = "absent.txt"\n[stacks.prod]\npulumi.extra = "functions.py"\n'
    text += '[steps.script]\nscript = "functions_below/more.py"\n'
    uri = client.open(project / "pipe.toml", text)
    found = {text_in(text, item["range"]): item["target"] for item in client.document_links(uri)}
    assert found == {
        '"base.toml"': (project / "base.toml").as_uri(),
        '"file:base.toml"': (project / "base.toml").as_uri(),
        '"inner.yaml"': (project / "inner.yaml").as_uri(),
        '"functions.py"': (project / "functions.py").as_uri(),
        '"functions_below/more.py"': (project / "functions_below" / "more.py").as_uri(),
    }


def test_carriage_returns_and_wide_characters_move_nothing(client: LanguageClient, project: Path) -> None:
    text = TOML.replace("\n", "\r\n")
    uri = client.open(project / "pipe.toml", text)
    place = position_at(text, text.index("steps.shared") + 6)
    found = client.prepare_rename(uri, place)
    assert found == {"range": range_of(text, "shared"), "placeholder": "shared"}


SCRIPT = """\
lr = 0.1
epochs: int = 3


def train(seed: int = 0) -> float:
    return lr * epochs + seed


if __name__ == "__main__":
    accuracy = train()
"""
RUNS = """
[steps.sweep]
script = "train.py"
globals = { lr = 0.5 }
outputs = ["accuracy"]
[steps.once]
module = "train"
entry = "train"
with.seed = 3
"""


@pytest.mark.parametrize(
    ("at", "line", "text"),
    [
        ("lr = 0.5", 1, "lr"),
        ('accuracy"]', 10, "accuracy"),
        ('train"\nwith', 5, "train"),
        ("seed = 3", 5, "seed"),
        ('train.py"', 1, ""),
    ],
)
def test_names_of_a_script_lead_into_it(client: LanguageClient, project: Path, at: str, line: int, text: str) -> None:
    (project / "train.py").write_text(SCRIPT)
    spec = TOML + RUNS
    uri = client.open(project / "pipe.toml", spec)
    (found,) = client.definition(uri, place_of(spec, at, into=1))
    assert found["uri"] == (project / "train.py").as_uri()
    assert found["range"]["start"]["line"] + 1 == line
    assert text_in(SCRIPT, found["range"]) == text
