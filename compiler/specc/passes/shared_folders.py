"""Programs that run at the same time and leave files of the same names in one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Severity
from specc.ir.ops import CommandTask, Map, ScriptTask
from specc.ir.walk import MATRIX, body_of
from specc_runtime.expressions import JsonValue, Template

if TYPE_CHECKING:
    from specc.ir.region import Region
    from specc.passes.base import Context


def check_shared_folders(context: Context, region: Region, around: Map | None = None) -> None:
    """Report steps whose items, or configurations, would write over each other's files (SPC390).

    `around` is the map whose items run side by side.
    """
    for op in (*region.ops, *region.handlers):
        body = body_of(op)
        if body is not None:
            check_shared_folders(context, body, op if isinstance(op, Map) and _side_by_side(op) else around)
        elif around is not None and isinstance(op, CommandTask | ScriptTask):
            _check(context, op, around)


def _side_by_side(op: Map) -> bool:
    """Whether items may run at the same time, as far as it is known how many there are."""
    counts = [len(source.raw) for _, source in op.sources if isinstance(source.raw, list)]
    return op.max_parallel != 1 and all(count > 1 for count in counts)


def _check(context: Context, op: CommandTask | ScriptTask, around: Map) -> None:
    arguments = op.arguments.raw
    if not isinstance(arguments, dict) or arguments.get("cwd", "root") != "root" or "files" in arguments:
        return
    kept = _kept(op, arguments)
    if kept is None:
        return
    name, place = kept
    swept = any(name == MATRIX for name, _ in around.sources)
    items, key = ("configurations", MATRIX) if swept else ("items", "each")
    context.sink.report(
        "SPC390",
        f"step `{op.name}`: `{name}` of all {items} is one file of the package's root",
        Label(place, "written by all of them"),
        Label(around.origin.child(key).key(), "run at the same time"),
        severity=Severity.WARNING,  # programs may take turns, or tell their files apart
        help='write `cwd = "fresh"`, for an empty folder each: programs find the package in `$SPECC_ROOT`; or '
        "`max_parallel = 1`",
    )


def _kept(op: CommandTask | ScriptTask, arguments: dict[str, JsonValue]) -> tuple[str, Place] | None:
    """A file that is read when a program has ended, and has the same name for all."""
    artifacts, outputs = arguments.get("artifacts"), arguments.get("outputs")
    for number, pattern in enumerate(artifacts if isinstance(artifacts, list) else ()):
        if isinstance(pattern, str) and Template(pattern).is_constant:
            return pattern, op.origin.child("artifacts", number)
    if isinstance(outputs, dict):
        return str(outputs.get("json")), op.origin.child("outputs", "json")
    return None
