"""Makes the steps of a region: calls, groups, maps and loops that use each other at random."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from conformance.generator.faults import Faults
from conformance.generator.values import Kind, Scope, Value, argument, condition, source

_DEEPEST = 4


class Steps:
    """Makes steps until `left` are made."""

    def __init__(self, random: Random, faults: Faults, left: int) -> None:
        self.random = random
        self.faults = faults
        self.left = left
        self._made = 0

    def region(
        self, scope: Scope, *, may_fail: bool, least: int = 1, prefix: str = ""
    ) -> tuple[dict[str, Any], tuple[Value, ...]]:
        """The steps of one table in any order, and the values that they give.

        At most one of them fails without being caught, and only if it `may_fail`.
        """
        random = self.random
        depth = scope.depth
        scope = replace(scope, depth=depth + 1)
        count = max(least, min(self.left, random.randint(1, 7 if depth == 0 else 4)))
        self.left -= count
        names = [prefix + self._name(scope, depth) for _ in range(count)]
        names = list(dict.fromkeys(names))
        failing = random.choice(names) if may_fail else None
        inside = scope.without_steps(set(names))
        steps: dict[str, Any] = {}
        for name in names:
            step, value = self._step(name, inside, steps, may_fail=name == failing)
            earlier = [value.root for value in inside.values if value.root in steps]
            if earlier and random.random() < 0.15:
                step["after"] = random.sample(earlier, 1)
            steps[name] = step
            inside = inside.with_values(value)
        order = list(steps)
        random.shuffle(order)
        found = tuple(value for value in inside.values if value.root in names)
        return {name: steps[name] for name in order}, found

    def _name(self, scope: Scope, depth: int) -> str:
        """A new name, or now and then one that hides a step outside."""
        outer = [value.root for value in scope.values if value.text.startswith("steps.")]
        if outer and depth and self.random.random() < 0.1:
            return self.random.choice(outer)
        self._made += 1
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
            self._batch(name, step, scope)
        else:
            self._call(name, step, scope, around, siblings, may_fail=may_fail)
        if random.random() < 0.25:
            step["when"] = f"${{{condition(random, outer)}}}"
        if each:
            kind = "records" if kind == "record" and "steps" not in step and "tolerate" not in step else "rows"
        return step, Value(f"steps.{name}", kind)

    def _each(self, name: str, step: dict[str, Any], scope: Scope) -> Scope:
        random = self.random
        item = f"i_{name}" if random.random() < 0.8 else "row"
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
            start = {"name": "start", "number": 1, "even": False, "items": [8], "rows": [], "given": "", "body": ""}
        step["repeat"] = {"start": start, "max": random.randint(1, 4)}
        if random.random() < 0.7:
            step["repeat"] |= {"until": random.choice(["${last.even}", "${last.number > 600}"]), "on_max": "stop"}
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
        if may_fail and chance < 0.25:
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
        if random.random() < 0.2 and "retry" not in step:
            step["retry"] = {"max": 1, "delay": "10ms"}

    def _batch(self, name: str, step: dict[str, Any], scope: Scope) -> None:
        (item,) = step["each"]
        own = Value(item, "anything")
        step["call"] = "inventive:make_all"
        step["batch"] = self.random.randint(1, 3)
        step["with"] = {"items": f"${{{item}}}", **self._arguments(name, scope.binding(own))}
        step["with"].pop("seen", None)

    def _group(
        self, name: str, step: dict[str, Any], scope: Scope, around: Scope, siblings: dict[str, Any], *, may_fail: bool
    ) -> Kind:
        random = self.random
        chance = random.random()
        inner_fails = may_fail or chance < 0.4
        step["steps"], found = self.region(scope, may_fail=inner_fails)
        records = [value for value in found if value.kind == "record"]
        chosen = random.choice(records or list(found))
        if len(found) > 1 or chosen.kind != "record" or random.random() < 0.5:
            step["yield"] = f"${{{chosen.text}}}"
        kind: Kind = chosen.kind
        if "repeat" in step and kind != "record":  # what it gives is what it is given next
            step["yield"] = {
                "name": name,
                "number": 7,
                "even": False,
                "items": [],
                "rows": [],
                "body": "",
                "given": f"${{{chosen.text}}}",
            }
            kind = "record"
        if inner_fails and not may_fail:
            if chance < 0.1 and "each" in step:
                step["tolerate"] = "100%"
            else:
                step["on_error"] = self.faults.handled("*", siblings, f"h_{name}", around)
                kind = "record" if kind == "record" else "anything"
            if random.random() < 0.3:
                step["retry"] = {"max": random.randint(1, 2), "delay": "10ms"}
        return kind
