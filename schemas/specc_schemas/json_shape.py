"""The shape of the JSON Schemas: what real editors complete, hover and validate well with (measured on them).

* A step is a union with one arm an action. An arm refuses other keys and requires its action only: tombi keeps the arms
  that validate, and a missing key would rule out all of them. What else is required stands beside the union.
* `unevaluatedProperties: true` on the union silences tombi's warning about keys on valid files.
* No `null`, no defaults of null, no titles on keys: yaml-language-server would insert them.
* Descriptions twice: `description` for everyone, `markdownDescription` for editors that render it.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from specc_schemas.base import Model
from specc_schemas.documentation import descriptions
from specc_schemas.names import IDENTIFIER
from specc_schemas.snippets import SNIPPETS
from specc_schemas.steps import ACTION_KEYS, ACTIONS, ITERATING

Schema = dict[str, Any]

_DROPPED = frozenset({"title", "discriminator"})
"""`discriminator` is OpenAPI's: a JSON Schema has the `const` of each arm."""
_EXACTLY_ONE = {"OnError": ("use", "run"), "Trigger": ("schedule", "event"), "Schedule": ("cron", "rate")}
_LABELS = {
    "steps": "step",
    "finally": "step",
    "params": "parameter",
    "compute": "profile",
    "stacks": "stack",
    "outputs": "output",
    "env": "VARIABLE",
    "secrets": "VARIABLE",
    "each": "item",
    "with": "argument",
    "tags": "tag",
    "on_error": "ErrorName",
    "globals": "name",
    "mock": "step",
}


def shaped(model: type[BaseModel]) -> Schema:
    """The JSON Schema of a root model with its `$defs`."""
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    models = {found.__name__: found for found in _models()}
    tables = {name: _table(definition, models[name]) for name, definition in definitions.items()}
    if "Step" in tables:
        tables |= _step_arms(tables["Step"])
    root = _table(schema, model)
    root.pop("title", None)
    return {**root, "$defs": dict(sorted(tables.items()))} if tables else root


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
    properties = {key: _key(key, value, texts.get(key, "")) for key, value in definition.pop("properties", {}).items()}
    table: Schema = {
        "title": _words(model.__name__),
        "type": "object",
        "description": " ".join((model.__doc__ or "").split("\n\n")[0].split()),
        "additionalProperties": _cleaned(definition.get("additionalProperties", False)),
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
    return table


def _key(key: str, schema: Schema, text: str) -> Schema:
    found: Schema = _cleaned(schema)
    if key in _LABELS and "additionalProperties" in found:
        found["x-tombi-additional-key-label"] = _LABELS[key]
    if not text:
        return found
    plain = text.replace("`", "")
    return {"description": plain, "markdownDescription": text, "x-taplo": {"docs": {"main": text}}, **found}


def _cleaned(schema: Any) -> Any:
    """Without null defaults, titles and what is no keyword; a pattern of keys becomes a rule about names."""
    if isinstance(schema, list):
        return [_cleaned(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        keyword: value if keyword in ("enum", "const", "examples") else _cleaned(value)
        for keyword, value in schema.items()
        if keyword not in _DROPPED and not (keyword == "default" and value is None)
    }
    patterns = found.pop("patternProperties", None)
    if patterns:
        ((pattern, value),) = patterns.items()
        found = {**found, "additionalProperties": value, "propertyNames": {"pattern": pattern}}
    return found


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
            "properties": {key: keys[key] for key in sorted(fitting, key=lambda key: key != action)},
            "required": [action],
            "defaultSnippets": [SNIPPETS[action]],
        }
    union: Schema = {
        "title": step["title"],
        "description": step["description"],
        "type": "object",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in arms],
        "dependentRequired": {key: ["each"] for key in sorted(ITERATING)},
        "unevaluatedProperties": True,
    }
    return {"Step": union, **arms}


def _words(name: str) -> str:
    """`ComputeProfile` -> `Compute profile`."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f" {letter[0].lower()}", name)
