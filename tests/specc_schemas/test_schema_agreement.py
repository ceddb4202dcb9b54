"""The JSON Schema and the compiler's schema stage give the same verdict, on valid documents and on mutated ones.

They differ, knowingly, in what JSON Schema cannot say or says otherwise; see `KNOWN`.
"""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema_documents import containers
from specc.diagnostics import Severity, Sink
from specc.schema import validate
from specc.source import Spec
from specc.source.document import Document
from specc_schemas import json_schema

VALIDATOR = jsonschema.Draft202012Validator(json_schema.generate("pipeline"))

KNOWN = {"SPC111", "SPC113", "SPC115", "SPC125", "SPC130", "SPC131", "SPC132"}
"""Only the compiler reports: keywords and values of parameters that do not fit its type."""

name = st.sampled_from(["a", "b", "fetch", "x1", "_y"])
text = st.sampled_from(["x", "some text", "${params.a}", "pre ${params.a}", "ünïcode"])
json_value = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(name, inner, max_size=2),
    max_leaves=4,
)
duration = st.sampled_from(["1s", "1.5m", "2h30m", "500ms", "7d"])
expression = st.sampled_from(["${steps.a}", "${params.x > 3}", " ${last.done} "])
retry = st.integers(0, 9) | st.fixed_dictionaries(
    {},
    optional={
        "max": st.integers(0, 9),
        "delay": duration,
        "backoff": st.sampled_from([1, 1.5, 2.0]),
        "jitter": st.booleans(),
        "on": st.lists(text, min_size=1, max_size=2),
    },
)
profile = st.fixed_dictionaries(
    {},
    optional={
        "engine": st.sampled_from(["lambda", "batch", "ecs", "local"]),
        "memory": st.sampled_from(["512MiB", "1.5GB"]),
        "vcpu": st.sampled_from([0.5, 2]),
        "gpu": st.integers(0, 2),
    },
)
handler = st.fixed_dictionaries({"use": json_value}) | st.fixed_dictionaries({"run": name})
common = {
    "description": text,
    "when": expression,
    "after": st.lists(name, min_size=1, max_size=2),
    "repeat": st.fixed_dictionaries({"max": st.integers(1, 9)}, optional={"until": expression, "start": json_value}),
    "matrix": st.dictionaries(name, st.lists(st.integers(), min_size=1, max_size=2), max_size=2),
}
fallible = {
    "retry": retry,
    "timeout": duration,
    "on_error": st.dictionaries(text, handler, min_size=1, max_size=2),
    "cache": st.booleans() | st.fixed_dictionaries({}, optional={"ttl": duration}),
    "returns": json_value,
}
hosted = {"compute": st.sampled_from(["small", "Big-1"]) | profile, "codec": st.sampled_from(["json", "npy"])}
fan_out = {
    "max_parallel": st.integers(1, 9),
    "tolerate": st.integers(0, 9) | st.sampled_from(["0%", "2.5%", "100%"]),
    "batch": st.integers(1, 9),
}
arguments = {"with": st.dictionaries(name, json_value, max_size=2)}


def _step(action: str, value: st.SearchStrategy[Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    plain = st.fixed_dictionaries({action: value}, optional={**common, **optional})
    each = st.dictionaries(name, expression | st.lists(st.integers(), max_size=2), min_size=1, max_size=2)
    return plain | st.fixed_dictionaries({action: value, "each": each}, optional={**common, **optional, **fan_out})


leaf = st.one_of(
    _step("call", st.sampled_from(["m:f", "pkg.mod:Class.method"]), {**fallible, **hosted, **arguments}),
    _step("script", text, {**fallible, "argv": st.lists(json_value, max_size=2), "entry": name}),
    _step("command", st.lists(text, min_size=1, max_size=2), {**fallible, "result": st.sampled_from(["json", "exit"])}),
    _step("wait", duration | expression | st.fixed_dictionaries({"until": expression}), {}),
    _step("aws", st.just("dynamodb:putItem"), {**fallible, **arguments}),
)
step = st.recursive(
    leaf,
    lambda inner: _step(
        "steps", st.dictionaries(name, inner, min_size=1, max_size=2), {"yield": json_value, **fallible}
    ),
    max_leaves=3,
)
spec = st.fixed_dictionaries(
    {"specc": st.just(1), "kind": st.just("pipeline"), "name": st.sampled_from(["x", "my-spec"])},
    optional={
        "description": text,
        "params": st.dictionaries(
            name, st.fixed_dictionaries({"type": st.sampled_from(["string", "array"])}), max_size=2
        ),
        "env": st.dictionaries(name, text, max_size=2),
        "secrets": st.dictionaries(name, st.sampled_from(["env:A", "file:/x", "ssm:/y"]), max_size=2),
        "defaults": st.fixed_dictionaries({}, optional={"timeout": duration, "retry": retry}),
        "compute": st.dictionaries(st.sampled_from(["small", "Big-1"]), profile, max_size=2),
        "outputs": st.dictionaries(name, json_value, max_size=2),
        "finally": st.dictionaries(name, leaf, max_size=2),
        "stacks": st.dictionaries(
            st.sampled_from(["dev", "Prod-1"]),
            st.fixed_dictionaries({}, optional={"region": st.just("eu-west-1"), "protect": st.booleans()}),
            max_size=2,
        ),
    },
).flatmap(
    lambda value: st.dictionaries(name, step, min_size=1, max_size=3).map(lambda steps: {**value, "steps": steps})
)

odd_value = json_value | st.sampled_from(
    [
        5,
        -1,
        0,
        True,
        "",
        "5",
        "5s",
        "1h",
        "512MiB",
        "5%",
        "m:f",
        "m.f",
        "${x}",
        "env:A",
        "lambda",
        "x y",
        1.5,
        [],
        {},
        ["a"],
    ]
)
odd_key = st.sampled_from(
    [
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
        "a-b",
        "1a",
        "timeout",
    ]
)


def verdicts(document: dict[str, Any]) -> tuple[bool, bool, set[str]]:
    sink = Sink()
    found = Spec(document, (Document("x.json", "json", "{}", document),), Path())
    validate(found, sink)
    codes = {diagnostic.code for diagnostic in sink.diagnostics if diagnostic.severity is Severity.ERROR}
    return not codes - KNOWN, VALIDATOR.is_valid(document), codes


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(draw(spec))
    for _ in range(draw(st.integers(1, 2))):
        target = draw(st.sampled_from(containers(document)))
        change = draw(st.sampled_from(["remove", "replace", "add"]))
        if isinstance(target, list):
            target.append(draw(odd_value))
        elif change == "add" or not target:
            target[draw(odd_key)] = draw(odd_value)
        else:
            key = draw(st.sampled_from(sorted(target)))
            if change == "remove":
                del target[key]
            else:
                target[key] = draw(odd_value)
    return document


QUICK = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(spec)
def test_valid_documents_are_valid_to_both(document: dict[str, Any]) -> None:
    compiler, schema, codes = verdicts(document)
    assert compiler, codes
    assert schema


@QUICK
@given(mutated())
def test_mutated_documents_get_one_verdict(document: dict[str, Any]) -> None:
    compiler, schema, codes = verdicts(document)
    assert compiler == schema, codes


@pytest.mark.slow
@settings(QUICK, max_examples=int(os.environ.get("SPECC_FUZZ", "700")))
@given(mutated())
def test_many_mutated_documents_get_one_verdict(document: dict[str, Any]) -> None:
    compiler, schema, codes = verdicts(document)
    assert compiler == schema, codes
