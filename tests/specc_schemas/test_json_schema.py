"""The generated JSON Schemas: valid, up to date, and of the shape that editors need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from specc_schemas import ACTIONS, json_schema
from specc_schemas.documentation import descriptions, example_of
from specc_schemas.pipeline import PipelineSpec
from specc_schemas.steps import Step

NAMES = ("specc", "pipeline", "config")


@pytest.fixture(scope="module", params=NAMES)
def schema(request: pytest.FixtureRequest) -> dict[str, Any]:
    return json_schema.generate(None if request.param == "specc" else request.param)


def tables(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from tables(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from tables(value)


def test_valid_under_the_metaschema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_committed_files_are_up_to_date() -> None:
    for name, text in json_schema.files().items():
        assert (json_schema.FOLDER / name).read_text(encoding="utf-8") == text, (
            "run `python -m specc_schemas.json_schema --write`"
        )


def test_check_notices_a_stale_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert json_schema.main(["--write", "--folder", str(tmp_path)]) == 0
    assert json_schema.main(["--check", "--folder", str(tmp_path)]) == 0
    (tmp_path / "pipeline.schema.json").write_text("{}")
    assert json_schema.main(["--check", "--folder", str(tmp_path)]) == 1
    assert "pipeline.schema.json" in capsys.readouterr().err


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="agent"):
        json_schema.generate("agent")


def test_no_nulls_are_suggested(schema: dict[str, Any]) -> None:
    for table in tables(schema):
        assert table.get("type") != "null"
        assert not ("default" in table and table["default"] is None)


def test_every_key_is_described(schema: dict[str, Any]) -> None:
    for table in (schema, *schema["$defs"].values()):
        for key, value in table.get("properties", {}).items():
            value = schema["$defs"][value["$ref"].rpartition("/")[2]] if is_arm(table) else value
            assert value.get("description"), (table.get("title"), key)
            assert value["markdownDescription"]
            assert "title" not in value or "properties" in value
            assert "$ref" not in value, "what stands beside a reference is not shown everywhere"
            assert ("Required." in value["description"]) == (key in table.get("required", ()) and not is_arm(table)), (
                key
            )


def is_arm(table: dict[str, Any]) -> bool:
    return str(table.get("title", "")).startswith("Step: ")


def test_every_definition_is_closed_and_titled(schema: dict[str, Any]) -> None:
    for name, table in schema["$defs"].items():
        if name.startswith("Step."):  # a key
            continue
        assert table["title"], name
        assert table["description"], name
        if name not in ("Step", "Matrix"):
            assert table["additionalProperties"] is False, name


def test_a_step_is_a_union_with_one_arm_an_action() -> None:
    definitions = json_schema.generate("pipeline")["$defs"]
    arms = [definitions[arm["$ref"].rpartition("/")[2]] for arm in definitions["Step"]["oneOf"]]
    assert [arm["required"] for arm in arms] == [[action] for action in ACTIONS]
    assert definitions["Step"]["unevaluatedProperties"] is True
    for arm in arms:
        assert arm["additionalProperties"] is False
        assert next(iter(arm["properties"])) == arm["required"][0]
        assert arm["defaultSnippets"][0]["body"]


def test_snippets_make_valid_steps() -> None:
    import re

    validator = jsonschema.Draft202012Validator(json_schema.generate("pipeline"))
    definitions = json_schema.generate("pipeline")["$defs"]

    def filled(text: str) -> str:
        text = re.sub(r"\$\{\d+\|([^,|]*)[^}]*\}", r"\1", text)
        return re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text)

    for action in ACTIONS:
        body = json.loads(filled(json.dumps(definitions[f"{action.capitalize()}Step"]["defaultSnippets"][0]["body"])))
        spec = {"specc": 1, "kind": "pipeline", "name": "x", "steps": {"a": body}}
        assert list(validator.iter_errors(spec)) == [], action


def test_examples_in_the_texts_are_valid() -> None:
    """What the hover of a key shows as an example must be accepted there."""
    import tomllib

    for key in descriptions(Step):
        example = example_of(Step, key)
        assert example is not None, key
        if example.startswith("[steps"):
            continue
        value = tomllib.loads(f"x = {example}")["x"]
        action = {} if key in ACTIONS else {"call": "m:f"}
        spec = {"specc": 1, "kind": "pipeline", "name": "x", "steps": {"a": {key: value, **action}}}
        PipelineSpec.model_validate(spec)
