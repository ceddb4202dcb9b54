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
    body_counted: bool
    """Whether it is determined how often each function is called: not when steps run beside one that fails."""
    end_counted: bool
    """The same for `finally`, whose steps have `end` in their names."""


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
    body_counted, faults.escaped = not faults.escaped, False
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
    return Generated(seed, spec, params, body_counted, end_counted=not faults.escaped)


def _parameters() -> dict[str, Any]:
    return {
        "directory": {"type": "string"},
        "flag": {"type": "boolean", "default": True},
        "limit": {"type": "integer", "default": 3},
        "words": {"type": "array", "default": ["goose"]},
        "text": {"type": "string", "default": "t"},
    }


def _finally(random: Random, steps: Steps, scope: Scope, found: tuple[Value, ...]) -> dict[str, Any]:
    """Steps that run at the end; all have `end` in their names."""
    steps.prefix = "end"
    scope = replace(scope, depth=1).with_values(*found)
    tail, _ = steps.region(scope, may_fail=random.random() < 0.2, least=1)
    first = next(iter(tail.values()))
    if "call" in first and "each" not in first and first["call"].endswith(":make"):
        first.setdefault("with", {})["status"] = "${run.status}"
        if random.random() < 0.5:
            first["with"]["error"] = "${run.error}"
    return tail
