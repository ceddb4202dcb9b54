"""Makes whole specs from a seed, of which the end is determined although steps run at the same time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from conformance.generator.faults import Faults
from conformance.generator.steps import Steps
from conformance.generator.values import Scope, Value, argument

_PARAMS = (
    Value("params.flag", "anything"),
    Value("params.words", "anything"),
    Value("params.limit", "number"),
    Value("params.text", "anything"),
    Value("env.MODE", "anything"),
    Value("run.name", "anything"),
)


@dataclass(frozen=True)
class Generated:
    """A spec, the parameters of a run, and what of the run is determined."""

    seed: int
    spec: dict[str, Any]
    params: dict[str, Any]
    counted: bool
    """Whether it is determined how often each function is called: not when steps run beside one that fails."""


def generate(seed: int) -> Generated:
    """The spec of a seed; the same for ever on every machine."""
    random = Random(f"specc {seed}")
    faults = Faults(random)
    steps = Steps(random, faults, left=random.randint(4, 16))
    scope = Scope(_PARAMS)
    body, found = steps.region(scope, may_fail=random.random() < 0.25, least=2)
    spec: dict[str, Any] = {
        "specc": 1,
        "kind": "pipeline",
        "name": f"random-{seed}",
        "package": {"root": "../../functions"},
        "params": _parameters(),
    }
    if random.random() < 0.4:
        spec["defaults"] = {"retry": {"max": random.randint(0, 2), "delay": "10ms"}}
    spec["env"] = {"MODE": "{% $x %}"}
    spec["compute"] = {"big": {"engine": "lambda", "memory": "1GiB"}}
    spec["steps"] = body
    if random.random() < 0.4:
        spec["finally"] = _finally(random, steps, scope, found)
    outputs: dict[str, object] = {f"out_{value.step}": f"${{{value.text}}}" for value in found}
    outputs["some"] = argument(random, scope.with_values(*found))
    spec["outputs"] = outputs
    params = {
        "directory": "{directory}",
        "flag": random.random() < 0.5,
        "limit": random.randrange(6),
        "words": random.choice([[], ["goose"], ["swan", "yö", "${x}"]]),
        "text": random.choice(["", "t", "{% 1 %}"]),
    }
    return Generated(seed, spec, params, counted=not faults.escaped)


def _parameters() -> dict[str, Any]:
    return {
        "directory": {"type": "string"},
        "flag": {"type": "boolean", "default": True},
        "limit": {"type": "integer", "default": 3},
        "words": {"type": "array", "default": ["goose"]},
        "text": {"type": "string", "default": "t"},
    }


def _finally(random: Random, steps: Steps, scope: Scope, found: tuple[Value, ...]) -> dict[str, Any]:
    """Steps that run at the end; their names begin with `end`, by which the calls of a failed run are known."""
    tail, _ = steps.region(
        replace(scope, depth=1).with_values(*found), may_fail=random.random() < 0.2, least=1, prefix="end"
    )
    first = next(iter(tail.values()))
    if "call" in first and "each" not in first and first["call"].endswith(":make"):
        first.setdefault("with", {})["status"] = "${run.status}"
        if random.random() < 0.5:
            first["with"]["error"] = "${run.error}"
    return tail
