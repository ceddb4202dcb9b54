"""What the states of a machine are for: read from its definition, so that a run can be told without its spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_UNTOLD = frozenset({"evaluate", "outputs", "collect"})
"""Actions of the handler that say nothing of how a step goes on."""
_OTHERWISE = {"submit": "begin", "receive": "end", "ask": "other"}
"""What is done around a job or task, which is the step; and what people do after they were asked."""
_CONTAINERS = ("batch:submitJob", "ecs:runTask")


@dataclass(frozen=True, slots=True)
class StateUse:
    """A state that belongs to a step."""

    step: str
    """The step's path: `process/fetch`."""
    action: str
    """`call`; around a map `scatter`, `map`, `gather` and, for an item that failed, `record`; `array` for a map whose
    iterations are arrays of jobs; around a container `begin`, `job` and `end`; `other` for what the service or people
    do."""


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
                functions[_function(found)] = None
            for key in ("JobDefinition", "TaskDefinition"):
                if isinstance(found := given.get(key), str) and not found.startswith("{%"):
                    jobs[found] = None
            use = _use(name, state, given)
            if use is not None:
                states[name] = use
        maps = {use.step for use in states.values() if use.action == "scatter"}
        for name, use in states.items():
            if use.step in maps and use.action in {"begin", "end"}:
                states[name] = StateUse(use.step, "job")  # the map is the step
        return cls(states, tuple(functions), tuple(jobs))

    @property
    def top_level(self) -> list[str]:
        """The names of the steps outside of groups."""
        uses = (use for use in self.states.values() if use.action != "job")
        return list(dict.fromkeys(use.step.partition("/")[0] for use in uses))

    @property
    def log_groups(self) -> list[str]:
        """Where what its code prints is kept."""
        return [*(f"/aws/lambda/{name}" for name in self.functions), *(f"/specc/{name}" for name in self.jobs)]


def _function(called: str) -> str:
    """The name of a function, of which a version, an alias or the ARN may be called (Lambda API reference, Invoke)."""
    parts = called.split(":")
    return parts[6] if parts[0] == "arn" and len(parts) > 6 else parts[0]


def _use(name: str, state: Mapping[str, Any], given: Mapping[str, Any]) -> StateUse | None:
    kind = state.get("Type")
    payload = given.get("Payload")
    if kind == "Map":
        return StateUse(name.replace(".", "/"), "array" if _of_arrays(state) else "map")
    if kind == "Wait":
        return StateUse(name.replace(".", "/"), "other")
    if kind != "Task":
        return None
    if any(service in str(state.get("Resource")) for service in _CONTAINERS):
        return StateUse(name.replace(".", "/"), "job")
    if not isinstance(payload, dict) or not isinstance(payload.get("action"), str):
        return StateUse(name.replace(".", "/"), "other")
    action = str(payload["action"])
    return None if action in _UNTOLD else StateUse(str(payload.get("step", name)), _OTHERWISE.get(action, action))


def _of_arrays(state: Mapping[str, Any]) -> bool:
    """Whether the iterations of a Map are arrays of jobs, each job an item."""
    inner = state.get("ItemProcessor", {}).get("States", {}).values()
    return any(isinstance(one.get("Arguments"), dict) and "ArrayProperties" in one["Arguments"] for one in inner)


def _walk(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in machine.get("States", {}).items():
        yield name, state
        for branch in state.get("Branches", ()):
            yield from _walk(branch)
        if "ItemProcessor" in state:
            yield from _walk(state["ItemProcessor"])
