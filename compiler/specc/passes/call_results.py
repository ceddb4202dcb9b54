"""Whether what a function returns can be kept between steps, by the codec that the step has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink
from specc.expressions.kinds import a
from specc.expressions.types import ANY, BYTES, STRING, OpaqueType, Type, members, opaque_part
from specc.passes.call_labels import at

if TYPE_CHECKING:
    from specc.introspection import Callable
    from specc.ir.ops import CallTask

_TAKES = {
    "bytes": "bytes",
    "text": "a string",
    "npy": "a numpy array",
    "arrow": "a table of pandas, polars or pyarrow",
    "parquet": "a table of pandas, polars or pyarrow",
    "json": "JSON",
}
_ALONE = "arrays and tables travel by themselves, not as a part of JSON"


def check_result(op: CallTask, found: Callable, sink: Sink) -> Type:
    """The type of what a step gives. Reports a result that cannot be kept (SPC347)."""
    kind = found.signature.result if found.signature is not None else ANY
    if op.codec == "pickle":
        return ANY  # it comes back as what it is in Python, which is not what it would be in JSON
    if op.codec is not None and not _takes(op.codec, kind):
        sink.report(
            "SPC347",
            f"the codec `{op.codec}` of step `{op.name}` takes {_TAKES[op.codec]}, but `{op.function}` returns {kind}",
            Label(op.origin.child("codec"), f"takes {_TAKES[op.codec]}"),
            *at(found.span, f"returns {kind}"),
            help="take `codec` away: it is chosen by what the function returns",
        )
        return ANY
    part = opaque_part(kind)
    if part is None:
        return BYTES if op.codec == "bytes" else kind
    inside = part[1]
    text = f"`{op.function}` returns {kind}, which cannot be kept"
    advice = (
        'return a dataclass, or plain lists and objects; with `codec = "pickle"` what can be pickled is kept as it is'
    )
    if inside:
        text = f"`{op.function}` returns {a(part[0])} inside of other values, which cannot be kept"
        advice = f'return the {a(part[0]).removeprefix("a ")} by itself, or set `codec = "pickle"`'
    sink.report(
        "SPC347",
        text,
        Label(op.origin.child("call"), f"gives {kind}"),
        *at(found.span, f"returns {kind}"),
        help=advice,
        notes=[_ALONE] if inside else (),
    )
    return ANY


def check_given(what: str, place: Place, kind: Type, sink: Sink) -> Type:
    """The type of what a group yields or a run puts out. Reports what cannot be kept (SPC347)."""
    part = opaque_part(kind)
    if part is None:
        return kind
    sink.report(
        "SPC347",
        f"{what} gives {a(part[0])} inside of other values, which cannot be kept",
        Label(place, f"this is {kind}"),
        help="give it by itself, or make JSON of it in a function",
        notes=[_ALONE],
    )
    return ANY


def _takes(codec: str, kind: Type) -> bool:
    """Whether some value of the type can be written with the codec."""
    if kind == ANY:
        return True
    for member in members(kind):
        if codec == "json":
            if opaque_part(member, inside=True) is None:
                return True
        elif codec == "text":
            if member == STRING:
                return True
        elif isinstance(member, OpaqueType) and member.codec == ("arrow" if codec == "parquet" else codec):
            return True
    return False
