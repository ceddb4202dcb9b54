"""Makes the steps of a region: calls, groups, maps and loops that use each other at random."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from conformance.generator.faults import Faults
from conformance.generator.values import Kind, Scope, Value, argument, condition, record, source

_DEEPEST = 4
_WORDS = ("value", "states", "input", "context", "result", "scattered", "item", "address", "index", "scope", "a0_h")
"""Names of steps that might be taken for something else."""


_UNTIL = (
    "${last.even}",
    "${last.number > 600}",
    "${last.even and last['odd key']['ä/~1'] < 0}",
    "${coalesce(last.rows[0].of, 0) > 100}",
    "${len(last.items) > 1}",
    "${last.items == [8]}",
)


class Steps:
    """Makes steps until `left` are made; the names of all begin with `prefix`."""

    def __init__(self, random: Random, faults: Faults, left: int) -> None:
        self.random = random
        self.faults = faults
        self.left = left
        self.prefix = ""
        self._made = 0
        self._stumbles = False
        self._taken: set[str] = set()

    def region(
        self, scope: Scope, *, may_fail: bool, stumbles: bool = False, least: int = 1
    ) -> tuple[dict[str, Any], tuple[Value, ...]]:
        """The steps of one table in any order, and the values that they give.

        At most one of them fails without being caught, and only if it `may_fail`.
        """
        random = self.random
        depth = scope.depth
        scope = replace(scope, depth=depth + 1)
        count = max(least, min(self.left, random.randint(1, 7 if depth == 0 else 4)))
        self.left -= count
        names = [self.prefix + self._name(scope, depth) for _ in range(count)]
        names = list(dict.fromkeys(names))
        failing = random.choice(names) if may_fail else None
        stumbling = self._stumbles
        self._stumbles = stumbles or (may_fail and stumbling)
        inside = scope.without_steps(set(names))
        steps: dict[str, Any] = {}
        escaped = self.faults.names
        for name in names:
            step, value = self._step(name, inside, steps, may_fail=name == failing)
            escaped = self.faults.names if name == failing else escaped
            earlier = [value.step for value in inside.values if value.step in steps]
            if earlier and random.random() < 0.15:
                step["after"] = random.sample(earlier, 1)
            steps[name] = step
            inside = inside.with_values(value)
        self._stumbles, self.faults.names = stumbling, escaped
        order = list(steps)
        random.shuffle(order)
        found = tuple(value for value in inside.values if value.step in names)
        return {name: steps[name] for name in order}, found

    def _name(self, scope: Scope, depth: int) -> str:
        """A new name, or now and then one that hides a step outside."""
        outer = [value.step for value in scope.values if value.step is not None]
        if outer and depth and self.random.random() < 0.1:
            return self.random.choice(outer)
        self._made += 1
        if self.random.random() < 0.1:
            free = [word for word in _WORDS if word not in self._taken]
            if free:
                self._taken.add(found := self.random.choice(free))
                return found
        return f"{'abcd'[depth]}{self._made - 1}"

    def _step(
        self, name: str, scope: Scope, siblings: dict[str, Any], *, may_fail: bool
    ) -> tuple[dict[str, Any], Value]:
        random = self.random
        depth = scope.depth
        step: dict[str, Any] = {}
        outer = scope
        each = random.random() < (0.35 if depth < _DEEPEST else 0.1)
        if each:
            scope = self._each(name, step, scope)
        around = scope  # what handlers see
        if random.random() < 0.15:
            scope = self._repeat(step, scope)
        kind: Kind = "record"
        if depth < _DEEPEST and self.left > 1 and random.random() < 0.35:
            kind = self._group(name, step, scope, around, siblings, may_fail=may_fail)
        elif each and "repeat" not in step and len(step["each"]) == 1 and random.random() < 0.2:
            self._batch(name, step, scope, may_fail=may_fail)
        elif not each and random.random() < 0.03 and "repeat" not in step and not may_fail:
            step["wait"] = random.choice(
                ["10ms", "${'10ms' if params.flag else '20ms'}", {"until": "${'2020-01-01T00:00:00Z'}"}]
            )
            kind = "anything"
        else:
            self._call(name, step, scope, around, siblings, may_fail=may_fail)
        if random.random() < 0.25 and "when" not in step:
            step["when"] = f"${{{condition(random, outer)}}}"
        if each:
            kind = "records" if kind == "record" and "steps" not in step and "tolerate" not in step else "rows"
        return step, Value(f"steps.{name}", kind)

    def _each(self, name: str, step: dict[str, Any], scope: Scope) -> Scope:
        random = self.random
        item = f"i_{name}" if random.random() < 0.8 else random.choice(["row", "value", "index", "input"])
        text, kind = source(random, scope)
        step["each"] = {item: text}
        bound = [Value(item, kind)]
        if isinstance(text, str) and random.random() < 0.3:
            step["each"][f"j_{name}"] = f"${{range(len({text[2:-1]}))}}"
            bound.append(Value(f"j_{name}", "number"))
        if random.random() < 0.3:
            step["max_parallel"] = random.randint(1, 3)
        return scope.binding(*bound)

    def _repeat(self, step: dict[str, Any], scope: Scope) -> Scope:
        random = self.random
        records = [value for value in scope.values if value.kind == "record"]
        if records and random.random() < 0.5:
            start: object = f"${{{random.choice(records).text}}}"
        else:
            start = record("start", "nothing")
        step["repeat"] = {"start": start, "max": random.randint(1, 4)}
        if random.random() < 0.7:
            step["repeat"] |= {"until": random.choice(_UNTIL), "on_max": "stop"}
        return scope.binding(Value("last", "record"))

    def _arguments(self, name: str, scope: Scope) -> dict[str, Any]:
        random = self.random
        given: dict[str, Any] = {"name": name, "directory": "${params.directory}"}
        for index in range(random.choice([0, 1, 1, 2, 2, 3])):
            given[f"x{index}"] = argument(random, scope)
        if scope.items:
            given["seen"] = [f"${{{item}}}" for item in scope.items]
        return given

    def _call(
        self, name: str, step: dict[str, Any], scope: Scope, around: Scope, siblings: dict[str, Any], *, may_fail: bool
    ) -> None:
        random = self.random
        step["call"] = "inventive:make"
        step["with"] = self._arguments(name, scope)
        chance = random.random()
        if may_fail and self._stumbles:
            self.faults.stumbling(step, random.randint(1, 2))
        elif may_fail and chance < 0.3:
            self.faults.breaking(step, scope)
        elif may_fail:
            self.faults.escaping(step)
        elif chance < 0.15:
            self.faults.recovering(step)
        elif chance < 0.3:
            self.faults.caught(step, siblings, f"h_{name}", around)
        elif chance < 0.4:
            step["with"]["size"] = 9000
        elif chance < 0.5 and "each" in step:
            self.faults.escaping(step)
            step["tolerate"] = random.choice(["100%", 50])
        if random.random() < 0.1:
            step["compute"] = "big"
        if random.random() < 0.1:
            step["timeout"] = "30s"
        if random.random() < 0.05:
            step["codec"] = "pickle"
        if random.random() < 0.2 and "retry" not in step:
            step["retry"] = {"max": 1, "delay": "10ms"}

    def _batch(self, name: str, step: dict[str, Any], scope: Scope, *, may_fail: bool) -> None:
        (item,) = step["each"]
        own = Value(item, "anything")
        step["call"] = "inventive:make_all"
        step["batch"] = self.random.randint(1, 3)
        step["with"] = {"items": f"${{{item}}}", **self._arguments(name, scope.binding(own))}
        step["with"].pop("seen", None)
        if may_fail:
            self.faults.losing(step)

    def _group(
        self, name: str, step: dict[str, Any], scope: Scope, around: Scope, siblings: dict[str, Any], *, may_fail: bool
    ) -> Kind:
        random = self.random
        chance = random.random()
        inner_fails = may_fail or chance < 0.5
        stumbles = 0.4 < chance < 0.5 and not may_fail
        broken = inner_fails and not stumbles and not self._stumbles and random.random() < 0.15
        step["steps"], found = self.region(scope, may_fail=inner_fails and not broken, stumbles=stumbles)
        records = [value for value in found if value.kind == "record"]
        chosen = random.choice(records or list(found))
        kind: Kind = chosen.kind
        if len(found) > 1 or kind != "record" or random.random() < 0.5:
            step["yield"] = f"${{{chosen.text}}}"
        if ("repeat" in step and kind != "record") or random.random() < 0.1:  # what it gives is what it is given next
            step["yield"] = record(name, f"${{{chosen.text}}}")
            kind = "record"
        if broken:
            step["yield"] = self.faults.broken()
        if inner_fails and not may_fail:
            names = self.faults.names
            if stumbles:
                step["retry"] = self.faults.retry(12, names) | {"backoff": 1.0}  # every item may need its own
            elif chance < 0.1 and "each" in step:
                step["tolerate"] = random.choice(["100%", 50])
            else:
                step["on_error"] = self.faults.handled(names, siblings, f"h_{name}", around)
                kind = "record" if kind == "record" else "anything"
            if not stumbles and random.random() < 0.3:
                step["retry"] = {"max": random.randint(1, 2), "delay": "10ms"}
        return kind
