"""The models: strict, closed, immutable, and cheap to import."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from specc_schemas import ACTIONS, PipelineSpec, Retry, Step
from specc_schemas.base import Model
from specc_schemas.config import Settings
from specc_schemas.steps import ACTION_KEYS


def spec(**keys: Any) -> dict[str, Any]:
    return {"specc": 1, "kind": "pipeline", "name": "x", "steps": {"a": {"wait": "1s"}}, **keys}


def step(**keys: Any) -> dict[str, Any]:
    return spec(steps={"a": {"call": "m:f", **keys}})


def faults(value: dict[str, Any]) -> list[tuple[tuple[Any, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        PipelineSpec.model_validate(value)
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


EVERYTHING = spec(
    description="all keys",
    extends=["base.toml"],
    params={"limit": {"type": "integer", "default": 3, "minimum": 1, "exclusiveMaximum": 9.5}},
    env={"LOG_LEVEL": "INFO"},
    secrets={"A": "env:A", "B": "file:/run/b", "C": "ssm:/c", "D": "secretsmanager:d#key"},
    defaults={"timeout": "5m", "retry": {"max": 2, "delay": "1s", "on": ["TimeoutError"]}, "compute": "small"},
    compute={"small": {"engine": "lambda", "memory": "512MiB"}, "big": {"engine": "batch", "vcpu": 8, "gpu": 1}},
    outputs={"song": "${steps.a}", "nothing": None},
    package={"root": ".", "include": ["data/**"], "python": "3.12", "requirements": "uv.lock", "format": "zip"},
    triggers=[
        {"schedule": {"cron": "0 9 * * 1-5", "timezone": "Europe/Helsinki"}, "with": {"limit": 10}},
        {"event": {"source": "aws.s3", "bucket": "incoming", "prefix": "raw/"}},
    ],
    stacks={
        "dev": {"region": "eu-north-1", "endpoint": "http://127.0.0.1:5000"},
        "prod": {
            "bucket": "b",
            "protect": True,
            "defaults": {"retry": {"max": 5}},
            "params": {"limit": {"default": 9}},
        },
    },
    tags={"team": "data"},
    tests=[{"name": "t", "params": {"limit": 1}, "mock": {"a": None}, "expect": {"outputs": {"x": 1}, "skipped": []}}],
    **{"$schema": "./specc.schema.json", "finally": {"z": {"wait": "1s"}}},
)


def test_every_block_is_accepted() -> None:
    model = PipelineSpec.model_validate(EVERYTHING)
    assert model.params is not None
    assert model.params["limit"].minimum == 1
    assert model.stacks is not None
    assert model.stacks["prod"].defaults == model.stacks["prod"].defaults
    assert model.finally_ is not None
    assert set(EVERYTHING) == {PipelineSpec.model_fields[name].alias or name for name in model.model_fields_set}


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("call", "pkg.mod:function"),
        ("script", "train.py"),
        ("command", ["cmd", "arg"]),
        ("container", {"image": "a:1", "command": ["x"]}),
        ("aws", "dynamodb:putItem"),
        ("http", {"method": "GET", "url": "https://example.org"}),
        ("wait", "30s"),
        ("wait", "${params.pause}"),
        ("wait", {"until": "${steps.a}"}),
        ("approve", {"by": ["role:owner"], "timeout": "24h", "on_timeout": "reject"}),
        ("agent", {"type": "doc.write"}),
        ("pipeline", "other.toml"),
        ("steps", {"b": {"wait": "1s"}}),
    ],
)
def test_every_action_is_accepted(action: str, value: Any) -> None:
    model = PipelineSpec.model_validate(spec(steps={"a": {action: value}}))
    assert model.steps["a"].action == action


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("retry", 3),
        ("retry", {"max": 3}),
        ("cache", True),
        ("cache", {"key": ["${params.day}"], "ttl": "7d"}),
        ("compute", "small"),
        ("compute", {"memory": "1GiB"}),
        ("tolerate", 5),
        ("tolerate", "1%"),
        ("matrix", {"lr": [0.1], "seed": {"range": [0, 5]}, "mode": "zip", "from": {"call": "s:g", "max": 5}}),
        ("repeat", {"start": {"ckpt": None}, "until": "${last.done}", "max": 100, "on_max": "stop"}),
        ("on_error", {"ValueError": {"use": 0}, "*": {"run": "cleanup"}}),
        ("each", {"a": "${steps.x}", "b": [1, 2]}),
        ("returns", {"type": "string"}),
        ("slots", {"gpu": ["0", "1"]}),
    ],
)
def test_short_and_long_forms(key: str, value: Any) -> None:
    PipelineSpec.model_validate(step(**{key: value}))


def test_the_number_of_retries_becomes_the_table() -> None:
    model = PipelineSpec.model_validate(step(retry=3))
    assert model.steps["a"].retry == Retry(max=3)


def test_given_tells_null_from_absent() -> None:
    table = {"a": {"steps": {"b": {"wait": "1s"}}, "yield": None}}
    group = PipelineSpec.model_validate(spec(steps=table)).steps["a"]
    assert group.given("yield")
    assert not group.given("with")


@pytest.mark.parametrize(
    ("value", "loc"),
    [
        (spec(specc="1"), ("specc",)),
        (spec(description=5), ("description",)),
        (step(max_parallel="5"), ("steps", "a", "max_parallel")),
        (step(max_parallel=True), ("steps", "a", "max_parallel")),
        (step(max_parallel=5.0), ("steps", "a", "max_parallel")),
        (step(retry=True), ("steps", "a", "retry")),
        (step(retry={"jitter": 1}), ("steps", "a", "retry", "jitter")),
        (step(timeout=5), ("steps", "a", "timeout")),
        (step(tolerate=True), ("steps", "a", "tolerate")),
        (step(compute={"vcpu": True}), ("steps", "a", "compute", "vcpu")),
        (step(compute={"vcpu": float("inf")}), ("steps", "a", "compute", "vcpu")),
        (step(when=True), ("steps", "a", "when")),
        (step(yield_="x"), ("steps", "a", "yield_")),
        (step(each={"x": 5}), ("steps", "a", "each", "x")),
        (step(matrix={"lr": []}), ("steps", "a", "matrix", "lr")),
    ],
)
def test_nothing_is_converted_or_ignored(value: dict[str, Any], loc: tuple[Any, ...]) -> None:
    assert [found for found, _ in faults(value)] == [loc]


@pytest.mark.parametrize(
    "name", [name for name, field in Step.model_fields.items() if name not in ("yield_", "returns", "stdin")]
)
def test_null_is_no_way_to_leave_a_key_out(name: str) -> None:
    key = Step.model_fields[name].alias or name
    locs = [loc for loc, _ in faults(spec(steps={"a": {key: None}}))]
    assert ("steps", "a", key) in locs


def test_models_are_immutable() -> None:
    with pytest.raises(ValidationError):
        setattr(PipelineSpec.model_validate(spec()), "name", "y")  # noqa: B010 - a type checker refuses the plain form


def all_models() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    pending: list[type[BaseModel]] = [Model]
    while pending:
        model = pending.pop()
        found.append(model)
        pending.extend(model.__subclasses__())
    return found


def test_no_field_is_a_plain_union() -> None:
    """A union would put its arms' names into the places of errors, and report the mistakes of every arm."""
    for root in (PipelineSpec, Settings):
        root.model_rebuild()
        pending: list[Any] = [root.__pydantic_core_schema__]
        while pending:
            schema = pending.pop()
            if isinstance(schema, dict):
                assert schema.get("type") not in ("union", "tagged-union"), schema
                pending.extend(schema.values())
            elif isinstance(schema, list):
                pending.extend(schema)


def test_every_action_says_which_keys_go_with_it() -> None:
    assert set(ACTION_KEYS) == set(ACTIONS)
    keys = {field.alias or name for name, field in Step.model_fields.items()}
    assert set().union(*ACTION_KEYS.values()) == keys - set(ACTIONS)


def test_a_model_is_made_ready_without_a_search_for_plugins() -> None:
    code = (
        "import sys; from specc_schemas import PipelineSpec; from specc_schemas.ready import ready; "
        "ready(ready(PipelineSpec)).model_validate({'specc': 1, 'kind': 'pipeline', 'name': 'x', 'steps': {'a': {'wait': '1s'}}}); "
        "assert 'importlib.metadata' not in sys.modules and 'pydantic.plugin._loader' not in sys.modules; "
        "import pydantic; A = type('A', (pydantic.BaseModel,), {}); A(); assert 'pydantic.plugin._loader' in sys.modules; "
        "print(sys.modules['pydantic.plugin._loader'].__file__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("_loader.py")


def test_import_needs_nothing_heavy() -> None:
    code = (
        "import sys; from specc_schemas import PipelineSpec; "
        "PipelineSpec.model_validate({'specc': 1, 'kind': 'pipeline', 'name': 'x', 'steps': {'a': {'wait': '1s'}}}); "
        "print(sorted({'ast', 'inspect', 'jsonschema', 'yaml', 'networkx', 'specc_schemas.json_schema'} & {"
        "name for name in sys.modules if name.startswith(('jsonschema', 'yaml', 'networkx', 'specc_schemas'))}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
