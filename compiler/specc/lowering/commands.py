"""Steps that run a program: the arguments of `specc_runtime.actions.command:run`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from specc.expressions.types import ANY, INTEGER, STRING, Field, ListType, ObjectType, Type
from specc.lowering.scripts import ARTIFACT

if TYPE_CHECKING:
    from specc_runtime.expressions import JsonValue
    from specc_schemas import Step

PRINTED: Mapping[str, Type] = {
    "text": STRING,
    "json": ANY,
    "lines": ListType(STRING),
    "jsonl": ListType(ANY),
    "csv": ListType(ObjectType(rest=STRING)),
    "exit": INTEGER,
}
"""What a program gives, by `result`."""
_AS_GIVEN = ("command", "stdin", "files", "cwd", "artifacts", "metrics", "exit_codes")


def command_arguments(step: Step) -> dict[str, JsonValue]:
    """The arguments, but `result` and `env`; what the step does not give is not there."""
    return {key: getattr(step, key) for key in _AS_GIVEN if getattr(step, key) is not None}


def command_result(step: Step) -> Type:
    """The static type of the result. With `artifacts` it is a table, in which what is none itself is the `value`."""
    printed = PRINTED[step.result or "text"]
    if step.artifacts is None:
        return printed
    kept = Field("artifacts", ObjectType(rest=ARTIFACT), True)
    if printed == ANY:
        return ObjectType((kept,), open=True)
    return ObjectType((Field("value", printed, True), kept), open=False)
