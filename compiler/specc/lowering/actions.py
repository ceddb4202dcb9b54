"""What a step does, as a call of a function: the user's own, or one of `specc_runtime.actions`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.diagnostics import Place
from specc.expressions.types import ANY, BOOLEAN, INTEGER, NULL, STRING, Field, ListType, ObjectType, Type, union
from specc.ir.ops import (
    Approve,
    AwsTask,
    CallTask,
    CommandTask,
    ContainerTask,
    FunctionRef,
    HttpTask,
    ReadTask,
    ScriptTask,
)
from specc.lowering.commands import PRINTED, command_arguments, command_result
from specc_runtime.expressions import JsonValue, Template
from specc_schemas.quantities import parse_duration

if TYPE_CHECKING:
    from specc_schemas import Approve as Asked
    from specc_schemas import Step
    from specc_schemas.base import Model

_MAYBE = union(STRING, NULL)
_DECISION = ObjectType(
    (Field("approved", BOOLEAN), Field("by", _MAYBE), Field("comment", _MAYBE), Field("at", STRING)), open=False
)
"""What an approval gives."""
_SECRET = re.compile(r"(?<!\$)\$\{\s*secrets\.([A-Za-z_]\w*)\s*\}")
ASKING: tuple[type[CallTask], ...] = (AwsTask, HttpTask)
"""Tasks that only ask somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The function that a step calls, and with what."""

    function: FunctionRef
    arguments: dict[str, JsonValue]
    kind: type[CallTask] = CallTask
    result: Type = ANY
    """The static type of the result, as far as the action decides it."""


def task_of(step: Step) -> Task | None:
    """What the step calls; None when it is no call."""
    if step.call is not None:
        module, _, qualname = step.call.partition(":")
        return Task(function=FunctionRef(module=module, qualname=qualname), arguments=step.with_ or {})
    if step.aws is not None:
        return Task(function=_ours("aws", step.aws.replace(":", ".")), arguments=step.with_ or {}, kind=AwsTask)
    if step.http is not None:
        return Task(function=_ours("http", "request"), arguments=_request(_stated(step.http)), kind=HttpTask)
    if step.script is not None or step.module is not None:
        from specc.lowering.scripts import script_arguments, script_result

        return Task(
            function=_ours("script", "run"),
            arguments=script_arguments(step),
            kind=ScriptTask,
            result=script_result(step),
        )
    if step.command is not None:
        return Task(
            function=_ours("command", "run"),
            arguments=command_arguments(step) | _output(step),
            kind=CommandTask,
            result=command_result(step),
        )
    if step.container is not None:
        arguments: dict[str, JsonValue] = {"container": _stated(step.container)}
        return Task(
            function=_ours("container", "run"),
            arguments=arguments | _output(step),
            kind=ContainerTask,
            result=PRINTED[step.result] if step.result is not None else NULL,
        )
    return None


def approval(name: str, asked: Asked, origin: Place) -> Approve:
    """What asks people."""
    return Approve(
        name=name,
        by=tuple(asked.by),
        message=Template(asked.message if asked.message is not None else f"may `{name}` go on?"),
        timeout=parse_duration(asked.timeout) if asked.timeout is not None else None,
        on_timeout=asked.on_timeout or "reject",
        result=_DECISION,
        origin=origin,
    )


def read_items(name: str, source: Mapping[str, JsonValue], step: Place, known: Collection[str]) -> ReadTask:
    """What reads the items of `each.NAME` from files, under a name that none of the steps in sight has."""
    own = f"read_{name}"
    while own in known:
        own += "_"
    ((kind, _),) = source.items()
    return ReadTask(
        name=own,
        function=_ours("items", "read"),
        arguments=Template(dict(source)),
        result=ListType(_ITEMS.get(kind, ANY)),
        origin=step.child("each", name),
    )


_OBJECT = ObjectType(
    tuple(
        Field(name, kind) for name, kind in (("uri", STRING), ("key", STRING), ("size", INTEGER), ("modified", STRING))
    )
)
_ITEMS: dict[str, Type] = {"csv": ObjectType(rest=STRING), "objects": _OBJECT}
"""The type of an item by what it is read from, where that tells."""


def _request(stated: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Headers with `${secrets.NAME}` apart: where they stand only the request itself puts the secret in."""
    headers = stated.get("headers")
    if not isinstance(headers, dict):
        return stated
    private: dict[str, JsonValue] = {}
    for name, text in headers.items():
        parts = _SECRET.split(text) if isinstance(text, str) else []
        if len(parts) > 1:
            found: list[JsonValue] = [{"secret": part} if number % 2 else part for number, part in enumerate(parts)]
            private[name] = [part for part in found if part != ""]
    if not private:
        return stated
    return {**stated, "headers": {key: text for key, text in headers.items() if key not in private}, "secrets": private}


def _ours(module: str, qualname: str) -> FunctionRef:
    return FunctionRef(module=f"specc_runtime.actions.{module}", qualname=qualname)


def _stated(table: Model) -> dict[str, JsonValue]:
    """The keys that a table has in the spec."""
    return {name: getattr(table, name) for name in type(table).model_fields if name in table.model_fields_set}


def _output(step: Step) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    if step.result is not None:
        found["result"] = step.result
    if step.env is not None:
        found["env"] = dict(step.env)
    return found
