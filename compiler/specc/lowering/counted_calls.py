"""The steps whose calls a test counts: each is there, and calls something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink, closest
from specc.ir.calls import calls_of
from specc.ir.module import Module

if TYPE_CHECKING:
    from specc_schemas import Step, TestCase


def check_calls(test: TestCase, steps: Mapping[str, Step], module: Module, place: Place, sink: Sink) -> None:
    """Check `expect.calls` of a test of a spec, whose steps have become `module`. Reports SPC228."""
    for name, count in (test.expect.calls or {}).items():
        where = place.child(name).key()
        fault = _fault(name.split("/"), steps, test.mock or {}, module)
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


def _fault(
    path: list[str], steps: Mapping[str, Step], mocks: Mapping[str, object], module: Module
) -> tuple[str, str] | None:
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
        if step.pipeline is not None:
            return _fault_of_another(name, "/".join(path[: depth + 1]), module)
        known = step.steps or {}
    if known:
        return _made_of_others(name, [f"{name}/{item}" for item in known])
    if step is not None and step.wait is not None:
        return f"step `{name}` only waits, and calls nothing", "leave it out"
    return None


def _made_of_others(name: str, inner: list[str]) -> tuple[str, str]:
    listed = ", ".join(f"`{item}`" for item in inner[:8])
    return f"step `{name}` is made of others, and calls nothing itself", f"count the calls of {listed}"


def _fault_of_another(name: str, step: str, module: Module) -> tuple[str, str] | None:
    """The same for what is inside of a step that runs another spec, and for that step."""
    calls = [path for path in dict.fromkeys(name for name, _ in calls_of(module)) if path.startswith(f"{step}/")]
    if name in calls or not calls:  # without any the other spec has faults of its own
        return None
    if any(path.startswith(f"{name}/") for path in calls):
        return _made_of_others(name, [path for path in calls if path.startswith(f"{name}/")])
    near = closest(name, calls)
    help = f"did you mean `{near}`?" if near else f"there are: {', '.join(f'`{path}`' for path in calls[:8])}"
    return f"a test counts the calls of the step `{name}`, which calls nothing or is not there", help
