"""Random documents made from a JSON Schema: sound ones with every key that the schema has, and mutated ones."""

from __future__ import annotations

import copy
import re
from random import Random
from typing import Any

Schema = dict[str, Any]

DEEPEST = 5
"""Below this, unions take their first arm, and nothing is there that need not be."""
NEEDS = {"max_parallel": {"each", "matrix"}, "tolerate": {"each", "matrix"}, "batch": {"each"}}
"""Keys of a step, and those of which it has one then."""
NAMES = ("a", "b", "fetch", "x1")
STATUSES = ("3", "75", "255")
TEXTS = ("x", "some text", "${params.a}", "pre ${params.a}", "ünïcode", "m:f", "5m", "s3://bucket/key", "3", "user:ann")
VALUES = (None, True, False, 0, 1, -1, 3, 1.5, "x", "${steps.a}", [], {}, [1, "x"], {"a": 1}, {"a": {"b": None}})
ODD_VALUES = (
    *VALUES,
    *("", " ", "5", "5s", "1h", "512MiB", "5%", "101%", "m.f", "${x}", "env:A", "lambda", "x y", "A", "a-b"),
    *(
        -5,
        10**9,
        0.5,
        1001,
        10**30,
        [[]],
        [None],
        {"x y": 1},
        {"max": 1},
        {"use": 1, "run": "a"},
        {"csv": "x", "json": "y"},
    ),
)
ODD_KEYS = (
    *(
        "each",
        "batch",
        "yield",
        "argv",
        "call",
        "wait",
        "with",
        "retry",
        "max",
        "use",
        "run",
        "type",
        "kind",
        "timeout",
    ),
    *("a-b", "1a", "x y", "", "ö", "A", "name", "event", "schedule", "cron", "rate", "timezone", "$schema", "until"),
)


class Documents:
    """Documents of one schema, by a seeded source of chance."""

    def __init__(self, schema: Schema, random: Random) -> None:
        self.schema = schema
        self.random = random

    def sound(self) -> Any:
        """A document that the schema accepts."""
        return self._value(self.schema, 0)

    def mutated(self) -> Any:
        """A sound document in which one or two things were changed; it may still be sound."""
        document = copy.deepcopy(self.sound())
        for _ in range(self.random.choice((1, 1, 2))):
            self._mutate(document)
        return document

    def _mutate(self, document: Any) -> None:
        random = self.random
        target = random.choice(containers(document))
        if isinstance(target, list):
            if target and random.random() < 0.5:
                target[random.randrange(len(target))] = copy.deepcopy(random.choice(ODD_VALUES))
            else:
                target.append(copy.deepcopy(random.choice(ODD_VALUES)))
            return
        key = random.choice(list(target)) if target else None
        change = random.choice(("remove", "replace", "replace", "add", "add", "rename", "copy"))
        if key is None or change == "add":
            target[random.choice(ODD_KEYS)] = copy.deepcopy(random.choice(ODD_VALUES))
        elif change == "remove":
            del target[key]
        elif change == "rename":
            target[key[:-1] + key[-1:] * 2] = target.pop(key)
        elif change == "copy":
            target[key] = copy.deepcopy(random.choice(containers(document)))
        else:
            target[key] = copy.deepcopy(random.choice(ODD_VALUES))

    def _value(self, schema: Schema, depth: int) -> Any:
        random = self.random
        if "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].rpartition("/")[2]] | {
                keyword: value for keyword, value in schema.items() if keyword != "$ref"
            }
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return random.choice(schema["enum"])
        if "properties" in schema or "additionalProperties" in schema:
            return self._table(schema, depth)
        for union in ("oneOf", "anyOf"):
            if union in schema:
                options = schema[union]
                return self._value(random.choice(options[:1] if depth > DEEPEST else options), depth)
        if isinstance(schema.get("type"), list):
            schema = schema | {"type": random.choice(schema["type"])}
        if schema.get("type") == "array":
            return self._list(schema, depth)
        return self._plain(schema)

    def _table(self, schema: Schema, depth: int) -> dict[str, Any]:
        random = self.random
        keys = schema.get("properties", {})
        wanted = set(schema.get("required", ()))
        alone = {key for option in schema.get("oneOf", ()) for key in option.get("required", ())}
        if schema.get("maxProperties") == 1:
            wanted = {random.choice(list(keys))}
        else:
            wanted |= {random.choice(sorted(alone))} if alone else set()
            often = (0.3, 0.3, 0.15)[depth] if depth < 3 else 0.1 if depth <= DEEPEST else 0
            wanted |= {key for key in keys if key not in alone and random.random() < often}
        for key in sorted(wanted & schema.get("dependentRequired", {}).keys()):
            if any(needed in alone and needed not in wanted for needed in schema["dependentRequired"][key]):
                wanted.discard(key)
        table = {key: self._value(keys[key], depth + 1) for key in keys if key in wanted}
        for key, needed in NEEDS.items():
            if key in table and not needed & table.keys():
                del table[key]
        if table.keys() & {"script", "module"} and "entry" not in table:
            table.pop("with", None)
        others = schema.get("additionalProperties", False)
        if others is not False and schema.get("maxProperties") != 1:
            least = max(schema.get("minProperties", 0) - len(table), 0)
            pattern = schema.get("propertyNames", {}).get("pattern", "")
            names = [name for name in NAMES if re.search(pattern, name)] or STATUSES
            for name in random.sample(names, least if depth > DEEPEST else max(least, random.choice((0, 1, 2)))):
                if name not in keys:
                    table[name] = self._value(others if isinstance(others, dict) else {}, depth + 1)
        return table

    def _list(self, schema: Schema, depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self._value(item, depth + 1) for item in schema["prefixItems"]]
        least = schema.get("minItems", 0)
        more = 0 if depth > DEEPEST else self.random.choice((0, 1, 1, 2))
        size = min(least + more, schema.get("maxItems", 9))
        return [self._value(schema.get("items", {}), depth + 1) for _ in range(size)]

    def _plain(self, schema: Schema) -> Any:
        random = self.random
        kind = schema.get("type")
        if kind is None:
            return copy.deepcopy(random.choice(VALUES))
        if kind == "string":
            pattern = schema.get("pattern")
            fitting = [text for text in TEXTS if pattern is None or re.search(pattern, text)]
            return random.choice([*schema.get("examples", ()), *fitting] or ["x"])
        if kind == "boolean":
            return random.random() < 0.5
        if kind in ("integer", "number"):
            least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
            return least + random.choice((0, 1, 2) if kind == "integer" else (0, 1, 0.5))
        if kind == "null":
            return None
        if kind == "object":
            return dict.fromkeys(NAMES[: schema.get("minProperties", 0)], 1)
        return []


def containers(value: Any) -> list[Any]:
    """Every table and list of a document, itself included."""
    found = [value]
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, (dict, list)):
            found.extend(containers(child))
    return found
