"""The key `matrix`: a step, once for each configuration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink
from specc.expressions.types import ANY, ListType, ObjectType
from specc.ir.ops import FunctionRef, Group, Map, Op, ReadTask
from specc.ir.region import Region
from specc.ir.walk import MATRIX
from specc.lowering import policies
from specc.lowering.sub_pipelines import Others
from specc.lowering.value_files import quoted
from specc_runtime.expressions import Template
from specc_schemas.matrix import MOST_CELLS, MatrixSource

if TYPE_CHECKING:
    from specc.matrix import Cells
    from specc_schemas import Matrix, Step


def report_both(name: str, origin: Place, sink: Sink) -> None:
    """Report a step with `each` and `matrix` (SPC249)."""
    sink.report(
        "SPC249",
        f"step `{name}` has both `each` and `matrix`",
        Label(origin.child("matrix").key(), "runs the step once per configuration"),
        Label(origin.child("each").key(), "runs the step once per item"),
        help="make it a group with `matrix`, and give `each` to the step inside, or the other way round",
    )


def over_matrix(
    op: Op, step: Step, handlers: Mapping[str, Op], known: Collection[str], others: Others | None, sink: Sink
) -> Op | None:
    """The map of a step with `matrix`; in a group with the call that gives its configurations, if a function does."""
    assert step.matrix is not None
    place, matrix = op.origin.child("matrix"), step.matrix
    if isinstance(matrix.from_, MatrixSource):
        if not _check_alone(matrix, place, sink):
            return None
        own = f"{op.name}_configurations"
        while own in known:
            own += "_"
        call = _generator(own, matrix.from_, place)
        found = _map(op, step, handlers, Template(f"${{steps.{own}}}"))
        body = Region(ops=(call, found), yields=Template(f"${{steps.{op.name}}}"))
        return Group(name=op.name, body=body, origin=op.origin)
    from specc.matrix import expand  # late: few specs have a matrix

    read = None
    if isinstance(matrix.from_, str):
        read = _read(matrix.from_, place.child("from"), others, sink)
        if read is None:
            return None
    expansion = expand(matrix, place, sink, read)
    if expansion is None:
        return None
    return _map(op, step, handlers, Template([quoted(cell) for cell in expansion.cells]))


def _map(op: Op, step: Step, handlers: Mapping[str, Op], cells: Template) -> Map:
    if type(op) is Group and op.retry is None and not op.catches and op.result == ANY:
        body = replace(op.body, binds=(MATRIX,))
    else:
        own = Template(f"${{steps.{op.name}}}")
        body = Region(ops=(op,), yields=own, handlers=tuple(handlers.values()), binds=(MATRIX,))
    return Map(
        name=op.name,
        sources=((MATRIX, cells),),
        body=body,
        max_parallel=step.max_parallel,
        tolerance=policies.tolerance(step.tolerate),
        origin=op.origin,
    )


def _generator(name: str, source: MatrixSource, place: Place) -> ReadTask:
    """What calls the user's function and checks what it gives."""
    return ReadTask(
        name=name,
        function=FunctionRef(module="specc_runtime.actions.configurations", qualname="generate"),
        arguments=Template({"call": source.call, "arguments": source.with_ or {}, "max": source.max or MOST_CELLS}),
        result=ListType(ObjectType()),
        origin=place.child("from"),
    )


def _check_alone(matrix: Matrix, place: Place, sink: Sink) -> bool:
    """Report what needs the configurations while compiling, beside a function that gives them in the run (SPC249)."""
    others = [*(matrix.__pydantic_extra__ or {})]
    others += [key for key in ("mode", "exclude", "sample", "include", "max") if getattr(matrix, key) is not None]
    for key in others:
        sink.report(
            "SPC249",
            f"`{key}` does not go with a function that gives the configurations",
            Label(place.child(key).key(), "the configurations are known only in the run"),
            Label(place.child("from", "call"), "gives them"),
            help="write it under `from`" if key == "max" else "let the function do it",
        )
    return not others


def _read(path: str, place: Place, others: Others | None, sink: Sink) -> Cells | None:
    """The configurations in a file. Reports SPC250."""
    from specc.matrix import FileFault, read_cells
    from specc.source.fault import Fault

    try:
        return read_cells(others.text(path) if others is not None else "", path)
    except Fault as fault:
        help = (
            fault.help
            or "write the path from the package's root: the folder of the spec, unless `package` says otherwise"
        )
        sink.report("SPC250", fault.message, Label(place, "not read"), help=help)
    except FileFault as fault:
        sink.report("SPC250", str(fault), Label(place, "holds no configurations"))
    return None
