"""What the generated schemas say of every key: what it is, its unit, what holds without it, an example that is valid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import Field

from specc.lowering import unsupported
from specc_schemas import json_schema
from specc_schemas.base import Model
from specc_schemas.choices import Meanings
from specc_schemas.documentation import default_in, example_in
from specc_schemas.json_keys import described
from specc_schemas.json_shape import shaped
from specc_schemas.manual import LANGUAGE
from specc_schemas.quantities import DURATION, PERCENT, SIZE

Schema = dict[str, Any]
KINDS = ("specc", "pipeline", "config", "plan", "events")
DATA = ("default", "examples", "const", "enum", "defaultSnippets", "x-taplo")
"""Keywords that hold no schemas."""


def schemas_in(schema: Any, path: str = "#") -> Iterator[tuple[str, Schema]]:
    """Every schema inside a schema, with where it stands."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from schemas_in(item, f"{path}/{index}")
    elif isinstance(schema, dict):
        yield path, schema
        for keyword, value in schema.items():
            if keyword in ("properties", "$defs"):
                for name, inner in value.items():
                    yield from schemas_in(inner, f"{path}/{keyword}/{name}")
            elif keyword not in DATA:
                yield from schemas_in(value, f"{path}/{keyword}")


def resolved(schema: Schema, root: Schema) -> Schema:
    if not str(schema.get("$ref", "")).startswith("#/$defs/Step."):
        return schema
    found: Schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return found


def keys_of(kind: str) -> list[tuple[str, Schema, str, Schema]]:
    """Where each key stands, the schema of its table, its name, and its own schema."""
    root = json_schema.generate(kind)
    return [
        (f"{path}/{key}", table, key, resolved(value, root))
        for path, table in schemas_in(root)
        for key, value in table.get("properties", {}).items()
    ]


EVERY = {kind: keys_of(kind) for kind in KINDS}
every_kind = pytest.mark.parametrize("kind", KINDS)


def test_the_walk_finds_the_keys() -> None:
    """Else the tests below would say nothing."""
    found = {where for where, *_ in EVERY["specc"]}
    assert {"#/properties/name", "#/$defs/CallStep/retry", "#/$defs/ComputeProfile/properties/memory"} & found
    assert any(where.endswith("/max_delay") for where in found)
    assert any(where.endswith("/jsonl") for where in found)
    assert [len(EVERY[kind]) > least for kind, least in (("specc", 400), ("config", 80), ("plan", 80), ("events", 60))]


@every_kind
def test_every_key_is_described(kind: str) -> None:
    for where, _, _, schema in EVERY[kind]:
        assert re.match(r"[A-Z`][\s\S]+\.", schema.get("description", "")), where
        assert schema["markdownDescription"].replace("`", "") == schema["description"].partition("\n\n")[0], where
        assert "title" not in schema or schema.get("type") == "object" or "$ref" in schema, where


@every_kind
def test_required_keys_say_so(kind: str) -> None:
    for where, table, key, schema in EVERY[kind]:
        required = key in table.get("required", ()) and not table.get("title", "").startswith("Step: ")
        assert schema["description"].startswith("Required. ") == required, where


def chosen(table: Schema, key: str) -> bool:
    """Whether a table has exactly one of some keys, of which this is one."""
    alone = {"required": [key]} in table.get("oneOf", ()) or table.get("maxProperties") == 1
    return alone or (table.get("title", "").startswith("Step: ") and key in table["required"])


@every_kind
def test_every_key_says_what_holds_without_it(kind: str) -> None:
    for where, table, key, schema in EVERY[kind]:
        if key not in table.get("required", ()) and not chosen(table, key):
            assert " Default: " in schema["description"], where


@every_kind
def test_every_key_has_an_example_that_is_valid_there(kind: str) -> None:
    root = json_schema.generate(kind)
    for where, _, _, schema in EVERY[kind]:
        assert "Example: " in schema["description"], where
        known, value = example_in(schema["markdownDescription"])
        assert known or schema["examples"], where
        own = jsonschema.Draft202012Validator({"$schema": root["$schema"], **schema, "$defs": root.get("$defs", {})})
        for example in (*([value] if known else []), *schema.get("examples", ())):
            assert list(own.iter_errors(example)) == [], (where, example)


@every_kind
def test_defaults_are_named_in_the_text_alone_and_valid(kind: str) -> None:
    root = json_schema.generate(kind)
    named = 0
    for where, _, _, schema in EVERY[kind]:
        assert "default" not in schema, where
        known, value = default_in(schema["markdownDescription"])
        if known:
            own = {"$schema": root["$schema"], **schema, "$defs": root.get("$defs", {})}
            assert jsonschema.Draft202012Validator(own).is_valid(value), where
            named += 1
    assert named > 10 or kind == "events"


def quantities(schema: Schema) -> Iterator[str]:
    """Which quantities a key takes."""
    for option in (schema, *schema.get("oneOf", ())):
        for quantity, pattern in (("duration", DURATION), ("size", SIZE), ("percent", PERCENT)):
            if pattern in option.get("pattern", ""):
                yield quantity


@pytest.mark.parametrize("kind", ["specc", "config"])
def test_quantities_name_their_units(kind: str) -> None:
    words = {"duration": "ms, s, m, h, d, w", "size": "KiB, MiB, GiB", "percent": "`%`"}
    found = set()
    for where, _, _, schema in EVERY[kind]:
        for quantity in quantities(schema):
            if "${" not in schema.get("pattern", "") and not where.endswith("/wait"):
                assert words[quantity] in schema["markdownDescription"], where
                found.add(quantity)
    assert found == ({"duration", "size", "percent"} if kind == "specc" else {"duration", "size"})


@pytest.mark.parametrize("kind", ["plan", "events"])
def test_bare_numbers_of_time_and_memory_name_their_units(kind: str) -> None:
    units = {"seconds": "second", "delay": "second", "timeout": "second", "max_delay": "second", "ttl": "second"}
    found = set()
    for where, _, key, schema in EVERY[kind]:
        if key in units or key == "memory":
            assert units.get(key, "bytes") in schema["description"].lower(), where
            found.add(key)
    assert found == ({"seconds", "delay", "timeout"} if kind == "events" else {*units, "memory"} - {"seconds"})


@every_kind
def test_every_value_of_a_choice_is_explained(kind: str) -> None:
    choices = [(path, schema) for path, schema in schemas_in(json_schema.generate(kind)) if "enum" in schema]
    assert choices
    for path, schema in choices:
        for keyword in ("enumDescriptions", "markdownEnumDescriptions"):
            assert len(schema[keyword]) == len(schema["enum"]), path
            assert all(re.fullmatch(r"\S.*\S", text) for text in schema[keyword]), path
        if "x-taplo" in schema:
            assert schema["x-taplo"]["docs"]["enumValues"] == schema["markdownEnumDescriptions"], path
            for value, text in zip(schema["enum"], schema["enumDescriptions"], strict=True):
                assert f"\n- {value}: {text}" in schema["description"], path


def test_a_value_without_a_meaning_is_a_fault() -> None:
    class Odd(Model):
        """A table."""

        pick: Annotated[Literal["a", "b"], Meanings(a="The first.")]
        """Required. One. Example: `"a"`."""

    with pytest.raises(KeyError, match="b"):
        shaped(Odd, written=True)


def test_links_lead_to_headings_of_the_manual() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9-]", "", title.lower().replace(" ", "-"))
        for title in re.findall(r"^##+ (.+)$", manual, re.MULTILINE)
    }
    links = {
        schema["x-taplo"]["links"]["key"] for _, _, _, schema in EVERY["specc"] if "links" in schema.get("x-taplo", {})
    }
    assert len(links) > 8
    assert {link.partition("#")[0] for link in links} == {LANGUAGE}
    assert {link.partition("#")[2] for link in links} <= headings


def test_what_no_target_does_yet_is_said() -> None:
    keys = {key: schema for where, _, key, schema in EVERY["specc"] if "/$defs/" in where and "Step/" in where}
    said = {key for key, schema in keys.items() if "No target" in schema["description"]}
    assert said == {*unsupported.ACTIONS}


def test_deprecated_keys_keep_their_mark() -> None:
    """By which yaml-language-server leaves them out of completions, and tombi strikes them through."""

    class Old(Model):
        """A table."""

        before: Annotated[str | None, Field(deprecated=True)] = None
        """As it was. Default: none. Example: `"x"`."""

    assert shaped(Old, written=True)["properties"]["before"]["deprecated"] is True


def test_the_parts_of_a_text() -> None:
    assert example_in("What. Default: none. Example: `{ a = 1 }`.") == (True, {"a": 1})
    assert example_in('What. Example: `{"a": null}`.') == (True, {"a": None})
    assert example_in("What. Example: `[steps.a]`.") == (False, None)
    assert default_in('What. Default: `"x"`. Example: `1`.') == (True, "x")
    assert default_in("What. Default: `.specc` beside the spec. Example: `1`.") == (False, None)
    plain = described("memory", {"type": "string", "description": "Units: B."}, "Memory. Default: none. Example: `1`.")
    assert plain["description"] == "Memory. Units: B. Default: none. Example: 1."
