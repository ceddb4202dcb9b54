"""What the language has and no target does yet: said at its line, never ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink

if TYPE_CHECKING:
    from specc_schemas import Step

ACTIONS = ("agent",)
"""Actions that the language has and no target runs yet."""
STEP_KEYS = {
    "env": "functions share processes, and read the environment when they are imported: set it for all steps "
    "under `[env]`, or hand the value over with `with`",
}
"""Keys of a step that change what it does, with what to do meanwhile."""
ENVIRONMENTS = ("script", "module", "command", "container")
"""Actions with an environment of their own."""
GROUP_KEYS = ("timeout", "cache")
"""Keys that a group may have and no target does yet."""


def report_step(name: str, step: Step, place: Place, sink: Sink) -> bool:
    """Report what `step` asks for that cannot be done yet; False when it cannot be lowered at all."""
    able = True
    for action in ACTIONS:
        if getattr(step, action, None) is not None:
            sink.report(
                "SPC401",
                f"step `{name}`: the action `{action}` is not supported yet",
                Label(place.child(action).key(), "no target runs this yet"),
                help="do it in a Python function for now, with `call`",
            )
            able = False
    for key, help in STEP_KEYS.items():
        if key == "env" and step.action in ENVIRONMENTS:
            continue
        if getattr(step, key, None) is not None:
            sink.report(
                "SPC402",
                f"step `{name}`: `{key}` is not supported yet",
                Label(place.child(key).key(), "no target does this yet"),
                help=help,
            )
    for key in GROUP_KEYS:
        if (step.steps is not None or step.pipeline is not None) and getattr(step, key):
            what = "a group" if step.steps is not None else "another spec"
            sink.report(
                "SPC402",
                f"step `{name}`: `{key}` on {what} is not supported yet",
                Label(place.child(key).key(), "no target does this yet"),
                help=f"give the steps inside a `{key}` each",
            )
    return able
