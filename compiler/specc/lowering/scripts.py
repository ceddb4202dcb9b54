"""Steps that run a Python script: the arguments of `specc_runtime.actions.script:run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.expressions.types import ANY, INTEGER, NULL, STRING, Field, ObjectType, Type

if TYPE_CHECKING:
    from specc_runtime.expressions import JsonValue
    from specc_schemas import Step

_AS_GIVEN = ("script", "module", "entry", "argv", "stdin", "files", "cwd", "env", "artifacts", "metrics", "exit_codes")
ARTIFACT = ObjectType((Field("uri", STRING), Field("sha256", STRING), Field("size", INTEGER)), open=False)
"""A file that is kept."""


def script_arguments(step: Step) -> dict[str, JsonValue]:
    """The arguments; what the step does not give is not there."""
    found: dict[str, JsonValue] = {key: getattr(step, key) for key in _AS_GIVEN if getattr(step, key) is not None}
    references: dict[str, JsonValue] = {}
    for key, given in (("globals", step.globals), ("with", step.with_)):
        values, objects = _apart(given or {})
        if values:
            found[key] = values
        if objects:
            references[key] = objects
    if references:
        found["references"] = references
    if isinstance(step.outputs, str):
        found["outputs"] = step.outputs
    elif isinstance(step.outputs, list):
        found["outputs"] = list(step.outputs)
    elif step.outputs is not None:
        found["outputs"] = {"json": step.outputs.json_}
    return found


def script_result(step: Step) -> Type:
    """The static type of the result, as far as the keys tell it."""
    found: Type = ANY
    if isinstance(step.outputs, list):
        found = ObjectType(tuple(Field(name, ANY, True) for name in step.outputs), open=False)
    elif step.outputs is None and step.entry is None:
        found = NULL
    if step.artifacts is None:
        return found
    kept = Field("artifacts", ObjectType(rest=ARTIFACT), True)
    if isinstance(found, ObjectType):
        return ObjectType((*(item for item in found.fields if item.name != "artifacts"), kept), open=False)
    return (
        ObjectType((kept,), open=True) if found == ANY else ObjectType((Field("value", NULL, True), kept), open=False)
    )


def reference_of(value: JsonValue) -> str | None:
    """The object that `{ ref = "module:name" }` means; None for any other value."""
    if isinstance(value, dict) and len(value) == 1:
        found = value.get("ref")
        return found if isinstance(found, str) else None
    return None


def _apart(given: dict[str, JsonValue]) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """Plain values, and the objects that are meant by name."""
    objects: dict[str, JsonValue] = {
        name: found for name, value in given.items() if (found := reference_of(value)) is not None
    }
    return {name: value for name, value in given.items() if name not in objects}, objects
