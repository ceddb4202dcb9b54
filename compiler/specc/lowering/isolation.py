"""Whether the calls of a step can be kept apart as much as the rest of the step needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink

if TYPE_CHECKING:
    from specc_schemas import ComputeProfile, PipelineSpec, Step


def check_isolation(step: Step, origin: Place, model: PipelineSpec, sink: Sink) -> None:
    """Report a step that asks for what only processes can do, and for none (SPC233)."""
    if step.isolation in {None, "process"}:
        return
    needs = [*_limits(step, origin, model)]
    if step.slots is not None:
        needs.append(("slots", origin.child("slots"), "a call finds its slot in the environment of its process"))
    if not needs:
        return
    keys = " and ".join(dict.fromkeys(f"`{key}`" for key, _, _ in needs))
    sink.report(
        "SPC233",
        f"step `{origin.path[-1]}` needs processes for its {keys}",
        Label(origin.child("isolation"), "no process of its own for a call"),
        *(Label(place.key(), why) for _, place, why in needs),
        help='write `isolation = "process"`, or leave `isolation` out',
    )


def _limits(step: Step, origin: Place, model: PipelineSpec) -> Iterator[tuple[str, Place, str]]:
    """Every `timeout` that holds for the step: its name, where it stands, and what it needs."""
    why = "a call that takes longer is ended with its process"
    defaults = model.defaults
    if step.timeout is not None:
        yield "timeout", origin.child("timeout"), why
    elif defaults is not None and defaults.timeout is not None:
        yield "timeout", Place(("defaults", "timeout")), why
    if step.compute is not None:
        found = _profile(step.compute, origin.child("compute"), model)
    elif defaults is not None and defaults.compute is not None:
        found = _profile(defaults.compute, Place(("defaults", "compute")), model)
    else:
        return
    if found is not None and found[0].timeout is not None:
        yield "timeout", found[1].child("timeout"), why


def _profile(value: str | ComputeProfile, place: Place, model: PipelineSpec) -> tuple[ComputeProfile, Place] | None:
    """A profile and where it stands; None when there is none of that name."""
    if not isinstance(value, str):
        return value, place
    profile = (model.compute or {}).get(value)
    return None if profile is None else (profile, Place(("compute", value)))
