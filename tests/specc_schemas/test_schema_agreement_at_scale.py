"""20,000 generated documents: what the JSON Schema accepts is what the models accept, and draft 7 says the same.

Documents are generated from the schemas, so that every key of every kind occurs; half of them are mutated then. The judge
of the schemas is jsonschema-rs; jsonschema, which is a thousand times slower, judges a sample again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from pydantic import TypeAdapter, ValidationError

from schema_documents import Documents
from specc.cli.draft7 import to_draft7
from specc.config import _valid
from specc.diagnostics import Diagnostic, Place, Severity, Sink
from specc.schema import validate
from specc.source import Spec
from specc.source.document import Document
from specc_schemas import events, json_schema
from specc_schemas.plan import Plan

KNOWN = {"SPC115", "SPC125", "SPC130", "SPC131", "SPC132"}
"""Only the compiler reports: what does not fit together, such as a default that is above the maximum."""

SHARES = {"pipeline": 0.55, "config": 0.15, "plan": 0.2, "events": 0.1}
COUNT = int(os.environ.get("SPECC_FUZZ", "20000"))
SEED = Random().randrange(2**32) if "SPECC_FUZZ" in os.environ else 1
"""The same documents each time, unless more are asked for."""


def compiler(document: dict[str, Any]) -> bool:
    sink = Sink()
    validate(Spec(document, (Document("x.json", "json", "{}", document),), Path()), sink)
    errors = (found for found in sink.diagnostics if found.severity is Severity.ERROR and found.code not in KNOWN)
    return all(_in_a_nested_schema(found) or "shorter than `delay`" in found.message for found in errors)


def _in_a_nested_schema(found: Diagnostic) -> bool:
    """Whether it is inside a JSON Schema in a parameter, which is any table to the schema."""
    path = found.labels[0].at.path if found.labels and isinstance(found.labels[0].at, Place) else ()
    if path[:1] == ("stacks",):
        path = path[2:]
    inside = {"items": 3, "additionalProperties": 3, "properties": 4}.get(str(path[2:3] and path[2]), len(path))
    return path[:1] == ("params",) and len(path) > inside


def settings(document: Any) -> bool:
    return _valid(document, Sink())


def model(check: Callable[[str], Any]) -> Callable[[Any], bool]:
    def verdict(document: Any) -> bool:
        try:
            check(json.dumps(document))
        except ValidationError:
            return False
        return True

    return verdict


MODELS: dict[str, Callable[[Any], bool]] = {
    "pipeline": compiler,
    "config": settings,
    "plan": model(Plan.model_validate_json),
    "events": model(TypeAdapter(events.Event).validate_json),
}


def documents(kind: str, schema: dict[str, Any]) -> Iterator[tuple[Any, bool]]:
    """Documents of a kind, and whether they were made to be sound."""
    made = Documents(schema, Random(f"{SEED} {kind}"))
    for number in range(round(COUNT * SHARES[kind])):
        yield (made.mutated(), False) if number % 2 else (made.sound(), True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", SHARES)
def test_schema_model_and_draft_7_give_one_verdict(kind: str) -> None:
    schema = json_schema.generate(kind)
    newest, oldest = jsonschema_rs.validator_for(schema), jsonschema_rs.validator_for(to_draft7(schema))
    second = jsonschema.Draft202012Validator(schema)
    accepted = {True: 0, False: 0}
    for number, (document, sound) in enumerate(documents(kind, schema)):
        verdict = newest.is_valid(document)
        told = (SEED, number, json.dumps(document))
        assert verdict or not sound, told
        assert MODELS[kind](document) == verdict, told
        assert oldest.is_valid(document) == verdict, told
        if number % 40 < 2:
            assert second.is_valid(document) == verdict, told
        accepted[sound] += verdict
    half = COUNT * SHARES[kind] / 2
    assert half * 0.05 < accepted[False] < half * 0.7, "mutated documents are of both sorts"


def test_every_key_of_a_spec_is_generated() -> None:
    """Else the test above would say less than it seems to."""
    schema = json_schema.generate("pipeline")
    made = Documents(schema, Random(1))
    found: set[str] = set()

    def collect(value: Any) -> None:
        for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(child)
        found.update(value if isinstance(value, dict) else ())

    for _ in range(3000):
        collect(made.sound())
    keys = {key for table in (schema, *schema["$defs"].values()) for key in table.get("properties", ())}
    assert keys <= found, keys - found
