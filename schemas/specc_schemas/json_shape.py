"""The shape of the JSON Schemas: what real editors complete, hover and validate well with (measured on them).

* A step is a union with one arm an action. An arm refuses other keys and requires its action only: tombi keeps the arms
  that validate, and a missing key would rule out all of them. What else is required stands beside the union, as `if`
  and `required`: taplo knows no `dependentRequired`.
* `unevaluatedProperties: true` on the union silences tombi's warning about keys on valid files.
* No `null`, no defaults of null, no titles on keys: yaml-language-server would insert them.
* What a key says for itself is in `json_keys`, what editors insert in `snippets`.
* A table that is a key's value stands in that key, without its own description: beside a `$ref`, taplo shows what the
  definition says and nothing of the key, and so does yaml-language-server in a union. What is named by the user
  (`params.NAME`, an item of `triggers`) is a definition with its description.
* What says what a list is says it of its items, too: in a list, taplo looks there.
* A key of a step is a definition of its own, which every arm that has it refers to.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from specc_schemas.base import Model
from specc_schemas.documentation import descriptions
from specc_schemas.json_keys import DESCRIBED, Schema, cleaned, described
from specc_schemas.manual import link
from specc_schemas.names import IDENTIFIER
from specc_schemas.snippets import ACTION_SNIPPETS, KEY_SNIPPETS, TABLE_SNIPPETS
from specc_schemas.steps import ACTION_KEYS, ACTIONS, ITERATING

_EXACTLY_ONE = {
    "OnError": ("use", "run"),
    "Trigger": ("schedule", "event"),
    "Schedule": ("cron", "rate"),
    "MatrixNumbers": ("range", "linspace", "log", "random"),
}


def shaped(model: type[BaseModel], *, written: bool) -> Schema:
    """The JSON Schema of a root model with its `$defs`, for files that people write or for those that programs read."""
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    models = {found.__name__: found for found in _models()}
    tables = {name: _table(definition, models[name]) for name, definition in definitions.items()}
    if "Step" in tables:
        tables |= _step_arms(tables["Step"])
    root = _table(schema, model)
    root.pop("title", None)
    if written:
        root = _in_place(root, tables)
        tables = {name: _in_place(table, tables) for name, table in tables.items()}
    used = sorted(_used(root, tables))
    return {**root, "$defs": {name: tables[name] for name in used}} if used else root


def _in_place(found: Any, tables: dict[str, Schema]) -> Any:
    """A schema with every table in the key whose value it is."""
    if isinstance(found, list):
        return [_in_place(item, tables) for item in found]
    if not isinstance(found, dict):
        return found
    found = dict(found)
    if DESCRIBED in found:
        for union in found.keys() & {"anyOf", "oneOf"}:
            found[union] = [_without_reference(option, tables) for option in found[union]]
        found = _without_reference(found, tables)
    return {keyword: _in_place(value, tables) for keyword, value in found.items()}


def _without_reference(schema: Schema, tables: dict[str, Schema]) -> Schema:
    if "$ref" not in schema:
        return schema
    table = {keyword: value for keyword, value in tables[_name(schema["$ref"])].items() if keyword != "description"}
    return table | {keyword: value for keyword, value in schema.items() if keyword != "$ref"}


def _used(schema: Any, tables: dict[str, Schema]) -> set[str]:
    """The definitions that a schema refers to, and those that they refer to."""
    names: set[str] = set()
    pending = [schema]
    while pending:
        found = pending.pop()
        pending.extend(found.values() if isinstance(found, dict) else found if isinstance(found, list) else ())
        if isinstance(found, dict) and isinstance(found.get("$ref"), str) and _name(found["$ref"]) not in names:
            names.add(_name(found["$ref"]))
            pending.append(tables[_name(found["$ref"])])
    return names


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _models() -> Iterator[type[BaseModel]]:
    """Every model that is imported."""
    pending: list[type[BaseModel]] = [Model]
    while pending:
        model = pending.pop()
        yield model
        pending.extend(model.__subclasses__())


def _table(definition: Schema, model: type[BaseModel]) -> Schema:
    """A model's schema, cleaned and described."""
    texts = descriptions(model)
    properties = {
        key: {**described(key, value, texts.get(key, ""), link(model.__name__, key)), **_inserted(model, key)}
        for key, value in definition.pop("properties", {}).items()
    }
    table: Schema = {
        "title": _words(model.__name__),
        "type": "object",
        "description": " ".join((model.__doc__ or "").split("\n\n")[0].split()),
        "additionalProperties": cleaned(definition.get("additionalProperties", False)),
        "properties": properties,
    }
    if "required" in definition:
        table["required"] = definition["required"]
    if model.__name__ in _EXACTLY_ONE:
        table["oneOf"] = [{"required": [key]} for key in _EXACTLY_ONE[model.__name__]]
    if model.model_config.get("extra") == "allow":
        table["propertyNames"] = {"pattern": f"^{IDENTIFIER}$"}
    if model.__name__ == "Schedule":
        table["dependentRequired"] = {"timezone": ["cron"]}
    if model.__name__ in TABLE_SNIPPETS:
        table["defaultSnippets"] = TABLE_SNIPPETS[model.__name__]
    return table


def _inserted(model: type[BaseModel], key: str) -> Schema:
    snippets = next(
        (KEY_SNIPPETS[base.__name__, key] for base in model.__mro__ if (base.__name__, key) in KEY_SNIPPETS), None
    )
    return {"defaultSnippets": snippets} if snippets else {}


def _step_arms(step: Schema) -> dict[str, Schema]:
    """The union that replaces the table of all keys of a step."""
    keys = step["properties"]
    arms = {}
    for action in ACTIONS:
        fitting = [key for key in keys if key == action or key == "description" or key in ACTION_KEYS[action]]
        arms[f"{action.capitalize()}Step"] = {
            "title": f"Step: {action}",
            "type": "object",
            "description": keys[action].get("description", ""),
            "additionalProperties": False,
            "properties": {
                key: {"$ref": f"#/$defs/Step.{key}"} for key in sorted(fitting, key=lambda key: key != action)
            },
            "required": [action],
            "defaultSnippets": ACTION_SNIPPETS[action],
        }
    union: Schema = {
        "title": step["title"],
        "description": step["description"],
        "type": "object",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in arms],
        "allOf": [
            {"if": {"required": ["with"], **_has("script", "module")}, "then": {"required": ["entry"]}},
            {"if": {"required": ["batch"]}, "then": {"required": ["each"]}},
            {"if": _has(*sorted(ITERATING - {"batch"})), "then": _has("each", "matrix")},
        ],
        "unevaluatedProperties": True,
    }
    return {"Step": union, **arms, **{f"Step.{key}": value for key, value in keys.items()}}


def _has(*keys: str) -> Schema:
    """A table with one of the keys."""
    return {"anyOf": [{"required": [key]} for key in keys]}


def _words(name: str) -> str:
    """`ComputeProfile` -> `Compute profile`."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f" {letter[0].lower()}", name)
