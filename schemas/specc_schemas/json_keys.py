"""What the JSON Schema of one key says besides its type: texts, example, default, values, links.

All of it comes from the text under the key in its model ("What it is. Default: `1`. Example: `2`."), from the unit that
its type names, and from the meanings of its values. Clients show different parts, so the same is in several places:

* `description` is plain text for everyone. tombi shows nothing else, so it lists the meanings of the values.
* `markdownDescription`, `markdownEnumDescriptions` and `enumDescriptions` are for yaml-language-server and VS Code.
* `x-taplo` is for taplo: the text, the meaning of each value, and where the manual speaks of the key.
* A default is in the text alone: of a table that has keys with a `default`, yaml-language-server inserts all of these.
* A choice stays an `enum`. As a `oneOf` of constants tombi would show the meanings beside each value, but one wrong
  value would be as many errors as there are values, and the others would lose the text of the key.
"""

from typing import Any

from specc_schemas.choices import MEANINGS
from specc_schemas.documentation import example_in

Schema = dict[str, Any]

DESCRIBED = "markdownDescription"
"""What every key with a text has, and no table."""
_DROPPED = frozenset({"title", "discriminator"})
"""`discriminator` is OpenAPI's: a JSON Schema has the `const` of each arm."""
_DATA = frozenset({"enum", "const", "default", "examples", MEANINGS})
"""Keywords whose value is no schema."""
ANYTHING: Schema = {"additionalProperties": True}
"""Any value. Of a table for which nothing is said at all, tombi warns that its keys are not allowed."""
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


def described(key: str, schema: Schema, text: str, link: str = "") -> Schema:
    """The schema of a key with the text under it in its model, and the address of the manual's part about it."""
    found: Schema = cleaned(schema)
    if key in _LABELS and "additionalProperties" in found:
        found["x-tombi-additional-key-label"] = _LABELS[key]
    if not text:
        return found
    text = _with_unit(text, found.pop("description", ""))
    known, example = example_in(text)
    if known and "const" not in found and found.get("type") != "boolean":  # tombi would offer the example alone
        found["examples"] = [example]
    plain = text.replace("`", "")
    taplo: Schema = {"docs": {"main": text}}
    if "enumDescriptions" in found:
        plain += "\n" + "".join(
            f"\n- {value}: {meaning}" for value, meaning in zip(found["enum"], found["enumDescriptions"], strict=True)
        )
        taplo["docs"]["enumValues"] = found["markdownEnumDescriptions"]
    if link:
        taplo["links"] = {"key": link}
    if not found.keys() & {"type", "oneOf", "anyOf", "enum", "const", "$ref"}:  # any value
        found |= ANYTHING
    for option in (found, *found.get("oneOf", ()), *found.get("anyOf", ())):
        if "array" in option.get("type", ()) and "$ref" not in option.get("items", {}):
            option["items"] = {"description": plain, **option.get("items", {})}
    return {"description": plain, DESCRIBED: text, "x-taplo": taplo, **found}


def cleaned(schema: Any) -> Any:
    """Without null defaults, titles and what is no keyword; a pattern of keys becomes a rule about names."""
    if isinstance(schema, list):
        return [cleaned(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        keyword: value if keyword in _DATA else ANYTHING if value == {} else cleaned(value)
        for keyword, value in schema.items()
        if keyword not in _DROPPED and not (keyword == "default" and value is None)
    }
    patterns = found.pop("patternProperties", None)
    if patterns:
        ((pattern, value),) = patterns.items()
        found = {**found, "additionalProperties": value, "propertyNames": {"pattern": pattern}}
    if "properties" in found:  # of a table that is no model
        inner = {key: value.pop("description") for key, value in found["properties"].items()}
        found["properties"] = {key: described(key, value, inner[key]) for key, value in found["properties"].items()}
    meanings = found.pop(MEANINGS, None)
    if meanings:
        texts = [meanings[value] for value in found["enum"]]
        found["enumDescriptions"] = [text.replace("`", "") for text in texts]
        found["markdownEnumDescriptions"] = texts
    return found


def _with_unit(text: str, unit: str) -> str:
    """The text with the sentence about the unit before what is said of default and example."""
    if not unit:
        return text
    ends = [at for at in (text.find(" Default: "), text.find(" Example: ")) if at > 0]
    end = min(ends, default=len(text))
    return f"{text[:end]} {unit}{text[end:]}"
