"""The models of steps that have not changed since the check before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.memory import Memory, Shelf

if TYPE_CHECKING:
    from specc_schemas import PipelineSpec, Step


def with_known_steps(model: PipelineSpec, value: dict[str, Any], memory: Memory) -> PipelineSpec:
    """The model of `value`, in which a step that earlier checks have seen is the same object again."""
    known = memory.shelf("steps")
    for key, steps in (("steps", model.steps), ("finally", model.finally_)):
        if steps:
            _replace(steps, value[key], known)
    return model


def _replace(steps: dict[str, Step], values: dict[str, Any], known: Shelf[str, Step]) -> None:
    for name, value in values.items():
        content = repr(value)
        found = known.get(content) or known.keep(content, steps[name])
        steps[name] = found
        if found.steps:
            _replace(found.steps, value["steps"], known)
