"""The steps whose calls a test counts: each is there, and calls something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink, closest

if TYPE_CHECKING:
    from specc_schemas import Step, TestCase


def check_calls(test: TestCase, steps: Mapping[str, Step], place: Place, sink: Sink) -> None:
    """Check `expect.calls` of a test. Reports SPC228."""
    for name, count in (test.expect.calls or {}).items():
        where = place.child(name).key()
        fault = _fault(name.split("/"), steps, test.mock or {})
        if fault is not None:
            message, help = fault
            sink.report("SPC228", message, Label(where, "counts calls"), help=help)
        elif count.max is not None and (count.min or 0) > count.max:
            sink.report(
                "SPC228",
                f"no step is called at least {count.min} and at most {count.max} times",
                Label(place.child(name), "can never be so"),
                help="exchange the numbers",
            )


def _fault(path: list[str], steps: Mapping[str, Step], mocks: Mapping[str, object]) -> tuple[str, str] | None:
    """Why the calls of a step cannot be counted, and what to write instead."""
    known, name = steps, "/".join(path)
    for depth, part in enumerate(path):
        step = known.get(part)
        if step is None:
            prefix = "".join(f"{item}/" for item in path[:depth])
            near = closest(part, known)
            there = f"there are: {', '.join(f'`{prefix}{item}`' for item in list(known)[:8])}"
            help = f"did you mean `{prefix}{near}`?" if near else there if known else "the spec has no steps"
            return f"a test counts the calls of the step `{name}`, which is not there", help
        if depth == 0 and part in mocks:
            whole = f"`mock` replaces `{part}` as a whole, so nothing inside of it is called"
            return (whole, f"count the calls of `{part}`") if len(path) > 1 else None
        known = step.steps or {}
    if known:
        inner = ", ".join(f"`{name}/{item}`" for item in list(known)[:8])
        return f"step `{name}` is made of others, and calls nothing itself", f"count the calls of {inner}"
    if step is not None and step.wait is not None:
        return f"step `{name}` only waits, and calls nothing", "leave it out"
    return None
