"""What the states of a machine are for: read from its definition, so that a run can be told without its spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_ENGINE = frozenset({"record", "evaluate", "outputs"})
"""Actions of the handler that belong to no step of the user's."""


@dataclass(frozen=True, slots=True)
class StateUse:
    """A state that belongs to a step."""

    step: str
    """The step's path: `process/fetch`."""
    action: str
    """`call`, or what is done around a map: `scatter`, `map`, `gather`; `other` for what the service does itself."""


@dataclass(frozen=True)
class Steps:
    """The steps of a machine."""

    states: Mapping[str, StateUse]
    """By the names of states."""
    functions: tuple[str, ...] = ()
    """The names of the functions that it calls."""
    jobs: tuple[str, ...] = field(default=())
    """The names of the job and task definitions that it starts."""

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> Steps:
        """Read a definition."""
        states: dict[str, StateUse] = {}
        functions: dict[str, None] = {}
        jobs: dict[str, None] = {}
        for name, state in _walk(definition):
            arguments = state.get("Arguments")
            given = arguments if isinstance(arguments, dict) else {}
            if isinstance(found := given.get("FunctionName"), str) and not found.startswith("{%"):
                functions[found] = None
            for key in ("JobDefinition", "TaskDefinition"):
                if isinstance(found := given.get(key), str) and not found.startswith("{%"):
                    jobs[found] = None
            use = _use(name, state, given)
            if use is not None:
                states[name] = use
        return cls(states, tuple(functions), tuple(jobs))

    @property
    def top_level(self) -> list[str]:
        """The names of the steps outside of groups."""
        return list(dict.fromkeys(use.step.partition("/")[0] for use in self.states.values()))

    @property
    def log_groups(self) -> list[str]:
        """Where what its code prints is kept."""
        return [*(f"/aws/lambda/{name}" for name in self.functions), *(f"/specc/{name}" for name in self.jobs)]


def _use(name: str, state: Mapping[str, Any], given: Mapping[str, Any]) -> StateUse | None:
    kind = state.get("Type")
    payload = given.get("Payload")
    if kind == "Map":
        return StateUse(name.replace(".", "/"), "map")
    if kind == "Wait":
        return StateUse(name.replace(".", "/"), "other")
    if kind != "Task":
        return None
    if not isinstance(payload, dict) or not isinstance(payload.get("action"), str):
        return StateUse(name.replace(".", "/"), "other")
    if payload["action"] in _ENGINE:
        return StateUse(str(payload.get("step", "")), "record") if payload["action"] == "record" else None
    action = "other" if payload["action"] == "ask" else payload["action"]  # people do what follows
    return StateUse(str(payload.get("step", name)), action)


def _walk(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in machine.get("States", {}).items():
        yield name, state
        for branch in state.get("Branches", ()):
            yield from _walk(branch)
        if "ItemProcessor" in state:
            yield from _walk(state["ItemProcessor"])
