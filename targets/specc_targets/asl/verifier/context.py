"""What `$states` holds, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specc_targets.asl.verifier.machines import Machine

_CONTEXT: Mapping[str, frozenset[str]] = {
    "Execution": frozenset({"Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"}),
    "Map": frozenset({"Item"}),
    "State": frozenset({"EnteredTime", "Name", "RetryCount"}),
    "StateMachine": frozenset({"Id", "Name"}),
    "Task": frozenset({"Token"}),
}
"""The context object (Step Functions: accessing execution data from the context object)."""
_WITH_RESULT = frozenset({"Task", "Parallel", "Map"})
TOKEN = ".waitForTaskToken"
"""How the Resource of a Task ends that waits until somebody hands its token back."""


def check_context(
    machine: Machine, state: Mapping[str, Any], field: str, paths: Iterable[tuple[str, ...]]
) -> Iterator[str]:
    """Faults of the paths below `$states` that an expression in a field of a state reads."""
    for path in paths:
        root = path[0] if path else ""
        if root == "context":
            yield from _context(machine, state, field, path)
        elif root == "result":
            if field not in ("Output", "Assign") or state.get("Type") not in _WITH_RESULT:
                yield f"`$states.result` has no value in {field} of a {state.get('Type')}"
        elif root == "errorOutput":
            if field != "Catch":
                yield f"`$states.errorOutput` has no value outside of Catch, here in {field}"
        elif root not in ("", "input"):
            yield f"`$states.{root}` does not exist"


def _context(machine: Machine, state: Mapping[str, Any], field: str, path: tuple[str, ...]) -> Iterator[str]:
    if len(path) < 2:
        return
    below = _CONTEXT.get(path[1])
    if below is None or (len(path) > 2 and path[2] not in below):
        yield f"`$states.{'.'.join(path[:3])}` does not exist"
    elif path[1] == "Map" and field not in ("ItemSelector", "ItemBatcher") and not machine.iterates:
        yield f"`$states.context.Map` has no value in {field} outside of the iterations of an inline Map"
    elif path[1] == "Task" and not (field == "Arguments" and str(state.get("Resource", "")).endswith(TOKEN)):
        yield f"`$states.context.Task` has no value in {field}: only Arguments of a Task that waits have a token"
