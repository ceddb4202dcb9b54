"""What may stand at a place of a written machine: the answers of which Tasks, what parameters, how much else.

Read from the definition itself, so whatever a state says is counted, whoever wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specc_targets.asl.text import RESULT

ERROR = 40 * 1024
"""Bytes of an error: Step Functions keeps 32,768 characters of its cause."""
SMALL = 256
"""Bytes of what else an expression gives: an address, a count, the id of the run."""
OWN = 8 * 1024
"""Bytes of what an SDK integration leaves, at most: 2,048 characters, and what is shown of them."""
ALL = "*"
"""Stands for all parameters."""
INLINE = 40
"""Iterations of an inline Map at once (Step Functions quotas)."""
_Key = tuple[str, ...]
"""A variable (`var`, name), a field of an iteration's input (`in`, name), the item of a Map (`item`, its state), or a
field of what a branch gives (`out`, the Parallel, the branch's number, name)."""
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")
_PLAIN = re.compile(r"\{% \$([A-Za-z_]\w*) %\}")
_FIELD = re.compile(r"\{% \$([A-Za-z_]\w*)\.(?:`([^`]+)`|([A-Za-z_]\w*)) %\}")
_BRANCH = re.compile(r"\{% \$states\.result\[(\d+)\]\.(\w+) %\}")
_INPUT = re.compile(r"\{% \$states\.input\.(\w+) %\}")
_COUNT = re.compile(r"\{% \$\w+\.count %\}")
_ANSWER = "{% $states.result.Payload %}"
_ITEM = "$states.context.Map.Item.Value"


@dataclass(frozen=True, slots=True)
class At:
    """A state of the machine; expressions mean something only where they stand."""

    name: str
    state: Mapping[str, Any]
    times: int
    """How often it may run at once."""

    @property
    def payload(self) -> dict[str, Any] | None:
        """The request that a Task sends to a function."""
        arguments = self.state.get("Arguments") if self.state["Type"] == "Task" else None
        found: dict[str, Any] | None = arguments.get("Payload") if isinstance(arguments, dict) else None
        return found


@dataclass(slots=True)
class Load:
    """What one string of a definition may become: one of the answers, or something of a fixed size."""

    answers: dict[str, None] = field(default_factory=dict)
    """Tasks, by name."""
    fixed: int = 0
    parameters: set[str] = field(default_factory=set)


class Flow:
    """Where the values of a machine come from."""

    def __init__(self, definition: Mapping[str, Any], bounds: Mapping[str, int] | None = None) -> None:
        """`bounds`: title of a step with `each` -> how many iterations it has at most, where that is known."""
        self.states: dict[str, At] = {}
        self.assigned: dict[str, At] = {}
        self._from: dict[_Key, list[tuple[Any, At]]] = {}
        self._known: dict[_Key, Load] = {}
        self._bounds = bounds or {}
        self._machine(definition, 1)

    def loads(self, value: Any, at: At) -> Iterator[Load]:
        """One load for each expression in `value`, and one for the text around them."""
        text = 0
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, dict):
                text += sum(len(_text(key)) + 2 for key in item) + 2
                waiting.extend(item.values())
            elif isinstance(item, list):
                text += len(item) + 2
                waiting.extend(item)
            elif isinstance(item, str) and item.startswith("{%"):
                load = Load()
                self._follow(load, self._sources(load, item, at))
                yield load
            else:
                text += len(_text(item))
        yield Load(fixed=text)

    def variable(self, name: str) -> Load:
        """What a variable may hold."""
        return self._of(("var", name))

    def payload(self, name: str) -> dict[str, Any]:
        """The request that the Task called `name` sends."""
        found = self.states[name].payload
        assert found is not None, "only Tasks answer"
        return found

    def _machine(self, machine: Mapping[str, Any], times: int) -> None:
        for name, state in machine["States"].items():
            at = self.states[name] = At(name, state, times)
            for part in (state, *state.get("Choices", ()), *state.get("Catch", ())):
                for variable, value in part.get("Assign", {}).items():
                    self.assigned[variable] = at
                    self._from.setdefault(("var", variable), []).append((value, at))
            for number, branch in enumerate(state.get("Branches", ())):
                self._machine(branch, times)
                for end in self.ends(branch):
                    output = end.state.get("Output")
                    for key, value in output.items() if isinstance(output, dict) else ():
                        self._from.setdefault(("out", name, str(number), key), []).append((value, end))
            if state["Type"] == "Map":
                self._map(at)

    def ends(self, machine: Mapping[str, Any]) -> list[At]:
        """The states with which a branch ends."""
        return [self.states[name] for name, state in machine["States"].items() if state.get("End")]

    def _map(self, at: At) -> None:
        for key, value in at.state.get("ItemSelector", {}).items():
            self._from.setdefault(("in", key), []).append((value, at))
        for text in _strings([at.state.get("Items"), at.state.get("ItemReader")]):
            self._from.setdefault(("item", at.name), []).append((text, at))
        self._machine(at.state["ItemProcessor"], at.times * self._at_once(at))

    def _at_once(self, at: At) -> int:
        """Iterations that share the variables of one execution."""
        if at.state["ItemProcessor"].get("ProcessorConfig", {}).get("Mode") != "INLINE":
            return 1
        title = self.title(at)
        return max(1, min(INLINE, at.state.get("MaxConcurrency") or INLINE, self._bounds.get(title, INLINE)))

    def title(self, at: At) -> str:
        """The step that a state is for: the one that a Task works for, the first of a Parallel."""
        waiting = [at]
        while waiting:
            found = waiting.pop()
            if found.payload is not None:
                return str(found.payload["step"])
            if found.state["Type"] == "Map":
                texts = " ".join(_strings([found.state.get("Items"), found.state.get("ItemReader")]))
                waiting = [self.assigned[name] for name in _VARIABLE.findall(texts) if name in self.assigned][:1]
            else:
                for branch in reversed(found.state.get("Branches", ())):
                    waiting.extend(self.states[name] for name in reversed(branch["States"]))
        return ""

    def _of(self, key: _Key) -> Load:
        if key not in self._known:
            load = self._known[key] = Load()
            self._follow(load, [key])
        return self._known[key]

    def _follow(self, load: Load, waiting: list[_Key]) -> None:
        seen: set[_Key] = set()
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            if key == ("var", "params"):
                load.parameters.add(ALL)
                continue
            for value, at in self._from.get(key, ()):
                waiting += self._sources(load, value, at)

    def _sources(self, load: Load, value: Any, at: At) -> list[_Key]:
        """What `value` is made from; what is known of it at once goes into `load`."""
        if not isinstance(value, str) or not value.startswith("{%"):
            return self._structure(load, value, at)
        if value == _ANSWER:
            load.answers[at.name] = None
            return []
        if plain := _PLAIN.fullmatch(value):
            return [("var", plain[1])]
        if branch := _BRANCH.fullmatch(value):
            return [("out", at.name, branch[1], branch[2])]
        if inside := _INPUT.fullmatch(value):
            return [("in", inside[1])]
        if _ITEM in value:
            return [("item", at.name)]
        part = _FIELD.fullmatch(value)
        if part is not None and part[1] in self.assigned and self.variable(part[1]).parameters:
            load.parameters.add(part[2] or part[3])
            return []
        if value.startswith(f"{{% ({RESULT};"):
            load.fixed = max(load.fixed, OWN)
            return []
        load.fixed = max(load.fixed, ERROR if "errorOutput" in value else max(SMALL, len(value)))
        if _COUNT.fullmatch(value):
            return []
        return [("var", name) for name in _VARIABLE.findall(value) if name in self.assigned]

    def _structure(self, load: Load, value: Any, at: At) -> list[_Key]:
        """The same of a constant, or of one with expressions in it."""
        keys: list[_Key] = []
        size = len(_text(value))
        for text in _strings(value):
            if text.startswith("{%"):
                part = Load()
                keys += self._sources(part, text, at)
                load.answers.update(part.answers)
                load.parameters |= part.parameters
                size += part.fixed
        load.fixed = max(load.fixed, size)
        return keys


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            waiting.extend(item.values() if isinstance(item, dict) else item)


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
