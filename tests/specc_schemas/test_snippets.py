"""What editors insert is valid where it is offered, with its places left as they are: by the schema and by the models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from specc.diagnostics import Sink
from specc.frontend import check
from specc.schema import validate
from specc.source import load_spec
from specc_schemas import ACTIONS, json_schema
from specc_schemas.snippets import ACTION_SNIPPETS, KEY_SNIPPETS, TABLE_SNIPPETS, Snippet

VALIDATOR = jsonschema.Draft202012Validator(json_schema.generate())
HEAD: dict[str, Any] = {"specc": 1, "kind": "pipeline", "name": "x", "steps": {"a": {"wait": "1s"}}}

PLACES: dict[str, tuple[str | int, ...]] = {
    "PipelineSpec": (),
    "Parameter": ("params", "p"),
    "Retry": ("steps", "a", "retry"),
    "ComputeProfile": ("compute", "c"),
    "OnError": ("steps", "a", "on_error", "ValueError"),
    "Trigger": ("triggers", 0),
    "TestCase": ("tests", 0),
    "Root.secrets": ("secrets",),
    "Step.on_error": ("steps", "a", "on_error"),
    "Step.each": ("steps", "a", "each"),
}
"""Where the snippets of a table or a key are offered."""

PLACE = re.compile(r"\$\{\d+(?::((?:[^{}\\]|\\.)*)|\|([^,|]*)[^|]*\|)\}")
ALONE = re.compile(r'"\$\{\d+:(-?\d+(?:\.\d+)?)\}"')
"""A place that is a whole value and holds a number: yaml-language-server writes it without quotes."""


def filled(body: Any) -> Any:
    """The body as it is when nobody fills anything in: the text of each place, the first one of each choice."""
    text = ALONE.sub(r"\1", json.dumps(body).replace("\\\\", "\\"))
    while text != (text := PLACE.sub(lambda found: found[1] if found[1] is not None else found[2], text)):
        pass
    return json.loads(text.replace("\\$", "$").replace("\\}", "}"))


def cases() -> Iterator[tuple[str, Snippet, tuple[str | int, ...]]]:
    for action, snippets in ACTION_SNIPPETS.items():
        for snippet in snippets:
            yield action, snippet, ("steps", "a")
    named = {**TABLE_SNIPPETS, **{f"{model}.{key}": found for (model, key), found in KEY_SNIPPETS.items()}}
    for name, snippets in named.items():
        for snippet in snippets:
            yield name, snippet, PLACES[name]


EVERY = list(cases())


def spec_with(body: Any, place: tuple[str | int, ...]) -> dict[str, Any]:
    spec: Any = json.loads(json.dumps(HEAD))
    if not place:
        return body
    if place[:2] == ("steps", "a") and len(place) > 2:
        spec["steps"]["a"] = {"call": "m:f"}
    here = spec
    for key, following in pairwise(place):
        here = here.setdefault(key, [] if isinstance(following, int) else {})
    if isinstance(here, list):
        here.append(body)
    else:
        here[place[-1]] = body
    return spec


def test_there_are_snippets_for_whatever_is_written_often() -> None:
    assert {*ACTION_SNIPPETS} == {*ACTIONS}
    bodies = [snippet["body"] for _, snippet, _ in EVERY]
    for key in ("each", "max_parallel", "tolerate", "retry", "on_error", "schedule", "event"):
        assert any(key in body for body in bodies), key
    assert {*PLACES} == {*TABLE_SNIPPETS, *(f"{model}.{key}" for model, key in KEY_SNIPPETS)}


@pytest.mark.parametrize(
    ("name", "snippet", "place"), EVERY, ids=[f"{name}: {found['label']}" for name, found, _ in EVERY]
)
def test_a_snippet_is_valid_where_it_is_offered(
    name: str, snippet: Snippet, place: tuple[str | int, ...], tmp_path: Path
) -> None:
    body = filled(snippet["body"])
    assert "${1" not in json.dumps(body)
    spec = spec_with(body, place)
    assert [error.message for error in VALIDATOR.iter_errors(spec)] == []
    file = tmp_path / "x.yaml"
    file.write_text(yaml.safe_dump(spec, sort_keys=False))
    sink = Sink()
    loaded = load_spec(file, sink)
    assert loaded is not None
    assert validate(loaded, sink) is not None
    assert [(found.code, found.message) for found in sink.diagnostics] == []


def test_the_snippet_of_a_whole_spec_passes_every_check(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(filled(TABLE_SNIPPETS["PipelineSpec"][0]["body"]), sort_keys=False))
    (tmp_path / "module.py").write_text(
        "def list_items(limit: int) -> list[str]: ...\n"
        "def work(row: str) -> str: ...\n"
        "def join(results: list[str]) -> str: ...\n"
    )
    assert check(tmp_path / "x.yaml").diagnostics == ()


@pytest.mark.parametrize(("name", "snippet"), [(name, found) for name, found, _ in EVERY])
def test_places_are_counted_from_one(name: str, snippet: Snippet) -> None:
    numbers = [int(found) for found in re.findall(r"\$\{(\d+)[:|]", json.dumps(snippet["body"]))]
    assert numbers
    assert {*numbers} == {*range(1, max(numbers) + 1)}, name


@pytest.mark.parametrize(("name", "snippet"), [(name, found) for name, found, _ in EVERY])
def test_a_snippet_says_what_it_is(name: str, snippet: Snippet) -> None:
    assert {*snippet} == {"label", "description", "body"}
    assert snippet["label"]
    assert snippet["description"].endswith(".")


def test_labels_differ_where_they_are_offered_together() -> None:
    labels = [snippet["label"] for snippets in ACTION_SNIPPETS.values() for snippet in snippets]
    assert len(labels) == len({*labels})
    for snippets in TABLE_SNIPPETS.values():
        assert len(snippets) == len({snippet["label"] for snippet in snippets})


def test_snippets_are_in_the_schema_where_they_belong() -> None:
    schema = json_schema.generate()
    found = json.dumps(schema)
    for _, snippet, _ in EVERY:
        assert json.dumps(snippet) in found, snippet["label"]
    assert schema["defaultSnippets"] == TABLE_SNIPPETS["PipelineSpec"]
    assert schema["$defs"]["Step.on_error"]["defaultSnippets"] == KEY_SNIPPETS["Step", "on_error"]
    assert schema["properties"]["secrets"]["defaultSnippets"] == KEY_SNIPPETS["Root", "secrets"]
