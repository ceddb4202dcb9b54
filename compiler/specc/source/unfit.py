"""Faults of values that were read but that a spec cannot hold."""

from __future__ import annotations

from specc.source.fault import Fault, Mark
from specc.source.limits import MAX_DEPTH
from specc.source.plain import Unfit
from specc.source.side_table import SideTable


def unfit_fault(unfit: Unfit, table: SideTable) -> Fault:
    """The fault of a value that `make_plain` refused."""
    _, (key_start, key_end, start, end) = table.nearest(tuple(unfit.path))
    name = f"`{unfit.path[-1]}`" if unfit.path and isinstance(unfit.path[-1], str) else "this item"
    if unfit.reason == "depth":
        wide = key_end > key_start and (key_start, key_end) != (start, end)
        mark = (
            Mark(key_start, key_end, "too deep from here on")
            if wide
            else Mark(start, start + 1, "too deep from here on")
        )
        return Fault(
            "SPC014",
            f"values are nested more than {MAX_DEPTH} deep",
            mark,
            help="move inner parts into specs of their own",
        )
    if unfit.reason == "number":
        return Fault(
            "SPC015",
            f"{name} is not a finite number",
            Mark(start, end, "infinite, too large, or not a number"),
            help="JSON, in which values travel between steps, has no such number; use text or leave it out",
        )
    return Fault(
        "SPC022",
        f"{name} holds half of a surrogate pair, which is no character",
        Mark(start, end),
        help="write the character itself, or both halves of the pair",
    )
