"""A machine that is wrong in one place is told from a right one: deleted transitions, dropped branches, swapped variables."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.harness.case import Case, load_corpus
from conformance.harness.deployment import Deployment
from conformance.harness.outcome import differences

pytestmark = pytest.mark.slow
Mutation = Callable[[dict[str, Any]], bool]
"""Changes a definition; false when there is nothing in it to change."""


def _states(part: Any) -> Iterator[dict[str, Any]]:
    """Every state of a definition, nested ones too."""
    if isinstance(part, dict):
        if isinstance(part.get("States"), dict):
            yield from part["States"].values()
        for value in part.values():
            yield from _states(value)
    elif isinstance(part, list):
        for value in part:
            yield from _states(value)


def _tasks(definition: dict[str, Any], action: str) -> list[dict[str, Any]]:
    return [
        state for state in _states(definition) if state.get("Arguments", {}).get("Payload", {}).get("action") == action
    ]


def delete_next(definition: dict[str, Any]) -> bool:
    """The last call that is followed by another state ends the machine instead."""
    followed = [state for state in _tasks(definition, "call") if "Next" in state]
    if followed:
        del followed[-1]["Next"]
        followed[-1]["End"] = True
    return bool(followed)


def drop_branch(definition: dict[str, Any]) -> bool:
    for state in _states(definition):
        if len(state.get("Branches", [])) > 1:
            state["Branches"].pop()
            return True
    return False


def swap_variables(definition: dict[str, Any]) -> bool:
    """Wherever a scope hands over two steps' values, each gets the other's."""
    changed = False
    for state in _states(definition):
        steps = state.get("Arguments", {}).get("Payload", {}).get("scope", {}).get("steps", {})
        if len(steps) > 1:
            first, second, *_ = steps
            steps[first], steps[second] = steps[second], steps[first]
            changed = True
    return changed


def flip_choice(definition: dict[str, Any]) -> bool:
    """Tests of steps' conditions lead where they must not."""
    changed = False
    for state in _states(definition):
        if state["Type"] == "Choice" and "$step_" in state["Choices"][-1]["Condition"]:
            last = state["Choices"][-1]
            last["Next"], state["Default"] = state["Default"], last["Next"]
            changed = True
    return changed


def lose_catch(definition: dict[str, Any]) -> bool:
    caught = [state for state in _states(definition) if state.pop("Catch", None)]
    return bool(caught)


def retry_less(definition: dict[str, Any]) -> bool:
    changed = False
    for state in _states(definition):
        for retrier in state.get("Retry", [])[1:]:
            retrier["MaxAttempts"] = 0
            changed = True
    return changed


def other_argument(definition: dict[str, Any]) -> bool:
    changed = False
    for state in _tasks(definition, "call"):
        text = json.dumps(state["Arguments"]["Payload"].get("with"))
        other = re.sub(r"40", "41", text)
        changed |= other != text
        state["Arguments"]["Payload"]["with"] = json.loads(other)
    return changed


_MUTATIONS: list[tuple[str, int, Mutation]] = [
    ("chain", 0, delete_next),
    ("chain", 0, other_argument),
    ("map-then-map", 0, delete_next),
    ("diamond", 0, drop_branch),
    ("crossed-layers", 0, drop_branch),
    ("crossed-layers", 0, swap_variables),
    ("w-graph", 0, drop_branch),
    ("when", 0, flip_choice),
    ("on-error-runs-a-handler", 1, lose_catch),
    ("finally-conditional", 1, lose_catch),
    ("retry-succeeds-the-third-time", 0, retry_less),
]


@pytest.mark.parametrize(
    ("name", "index", "mutation"), _MUTATIONS, ids=[f"{name}-{mutation.__name__}" for name, _, mutation in _MUTATIONS]
)
def test_a_wrong_machine_is_found(
    deployment: Deployment, tmp_path: Path, name: str, index: int, mutation: Mutation
) -> None:
    case = _cases()[name]
    run = case.runs[index]
    definition = copy.deepcopy(deployment.compiled(case).definition)
    assert mutation(definition), "the mutation finds nothing to change in this machine"
    try:
        got = deployment.run(case, run, tmp_path, definition, f"wrong-{name}-{mutation.__name__}")
    except KeyError:  # it ended early: what it gives holds no outputs
        return
    assert list(differences("machine", run, got))


def _cases() -> dict[str, Case]:
    return {case.name: case for case in load_corpus()}
