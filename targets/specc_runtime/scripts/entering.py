"""Runs a file under its own name, as an import does, and calls a function of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from specc_runtime.errors import CodecError, FunctionNotFound
from specc_runtime.functions import prepare
from specc_runtime.scripts import child, outputs, spawned
from specc_runtime.scripts.plain import is_plain

if TYPE_CHECKING:
    from types import CodeType


def enter(request: dict[str, Any], code: CodeType | None) -> None:
    """Import the script's file or the module, and report what its entry gives."""
    module = _imported(request, code)
    if request["outputs"] is not None:
        child.read_from(module.__dict__)
    found: Any = module
    for part in request["entry"].split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise FunctionNotFound(f"`{request['shown']}` has no function `{request['entry']}`") from None
    if not callable(found):
        raise FunctionNotFound(f"`{request['entry']}` of `{request['shown']}` is not a function")
    arguments = {name: child.holder(given).value for name, given in request["arguments"].items()}
    result = prepare(found)(arguments)
    if request["outputs"] is None:
        with child.Undisturbed():
            _report(result)


def _report(result: Any) -> None:
    try:
        given = ("plain", result) if is_plain(result) else outputs.alone(result)
    except CodecError as error:
        child.report("unfit", "", str(error))
        return
    child.report("returned", given)


def _imported(request: dict[str, Any], code: CodeType | None) -> Any:
    name = request["module"]
    if code is not None:
        spawned.provide(name, request["path"], child.filled(code, request["values"]))
    __import__(name)
    return sys.modules[name]
