"""Machines of generated modules, with every operation in every other, have no fault that the verifier knows."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specc.diagnostics import Sink
from specc.introspection import ModuleReader
from specc.ir.module import Module, Output, Parameter
from specc.ir.ops import CallTask, FunctionRef, Group, Loop, Map, Op, Wait
from specc.ir.policies import Catch, Retry, Tolerance
from specc.ir.region import Region
from specc.ir.verifier import verify
from specc.passes.base import Context
from specc.passes.infer_edges import InferEdges
from specc_runtime.expressions import Template
from specc_targets.asl.flow import Flow
from specc_targets.asl.legalize import legalize_with
from specc_targets.asl.target import machine
from specc_targets.asl.verifier import verify_machine

FUNCTION = FunctionRef(module="m", qualname="f")


class Generator:
    """Modules from a seed: names, references that mean something, all modifiers."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def name(self) -> str:
        self.count += 1
        return f"s{self.count}"

    def value(self, steps: list[str], bound: list[str]) -> Template:
        choices = ["${params.p}", "${run.id}", 1, -2.5, "{% no %}", "$${no}", *(f"${{{name}}}" for name in bound)]
        choices += [f"${{steps.{name}}}" for name in steps] * 2
        choices += [f"${{coalesce(steps.{name}.x, 1)}}" for name in steps]
        return Template({key: self.random.choice(choices) for key in "ab"[: self.random.randrange(3)]})

    def condition(self, steps: list[str], bound: list[str]) -> Template | None:
        choices = ["params.p == 1", "true", *(f"{name} == 1" for name in bound)]
        choices += [f"steps.{name}.ok" for name in steps] + [f"len(steps.{name}) > 1" for name in steps]
        return Template(f"${{{self.random.choice(choices)}}}") if self.chance(0.3) else None

    def region(self, depth: int, steps: list[str], bound: list[str], binds: tuple[str, ...] = ()) -> Region:
        ops: list[Op] = []
        handlers = (self.call(self.name(), steps, [*bound, "error.name"]),) if self.chance(0.3) else ()
        seen = list(steps)
        inside = [*bound, *binds]
        for _ in range(self.random.randrange(1, 5)):
            op = self.op(depth, self.random.sample(seen, min(len(seen), 3)), inside, [op.name for op in handlers])
            ops.append(op)
            seen.append(op.name)
        last = ops[-1].name
        yields = Template(self.random.choice([f"${{steps.{last}}}", {"a": f"${{steps.{last}.x}}"}, 3, None]))
        return Region(ops=tuple(ops), handlers=handlers, yields=yields, binds=binds)

    def catches(self, handlers: list[str]) -> tuple[Catch, ...]:
        found = [
            Catch(errors=("ValueError",), use=Template("${error.message}")),
            Catch(errors=("*",), use=Template(None)),
        ]
        found += [Catch(errors=("KeyError",), run=name) for name in handlers]
        return tuple(self.random.sample(found, self.random.randrange(len(found) + 1)))

    def call(self, name: str, steps: list[str], bound: list[str], **fields: Any) -> CallTask:
        retry = Retry(max=2, on=("OSError", "timeout")) if self.chance(0.3) else None
        return CallTask(name=name, function=FUNCTION, arguments=self.value(steps, bound), retry=retry, **fields)

    def op(self, depth: int, steps: list[str], bound: list[str], handlers: list[str]) -> Op:
        kind = self.random.choice(
            ["call", "call", "call", "wait", "group", "map", "loop"] if depth else ["call", "wait"]
        )
        name, when = self.name(), self.condition(steps, bound)
        if kind == "call":
            return self.call(name, steps, bound, when=when, catches=self.catches(handlers))
        if kind == "wait":
            seconds = [1.0, "${params.p}", *(f"${{steps.{step}}}" for step in steps)]
            return Wait(name=name, duration=Template(self.random.choice(seconds)), when=when)
        if kind == "group":
            retry = Retry(max=1) if self.chance(0.3) else None
            body = self.region(depth - 1, steps, bound)
            return Group(name=name, body=body, when=when, retry=retry, catches=self.catches(handlers))
        if kind == "map":
            return Map(
                name=name,
                sources=(
                    (
                        f"i{depth}",
                        Template(self.random.choice([[1, 2], "${params.p}", *(f"${{steps.{s}}}" for s in steps)])),
                    ),
                ),
                body=self.region(depth - 1, steps, bound, (f"i{depth}",)),
                max_parallel=self.random.choice([None, 3, 50]),
                tolerance=Tolerance(unit="count", amount=1) if self.chance(0.3) else None,
                batch=self.random.choice([None, 2]),
                when=when,
            )
        until = self.random.choice([None, Template("${last.ok}"), Template("${len(last) > 1}")])
        body = self.region(depth - 1, steps, bound, ("last",))
        start = Template(self.random.choice([None, {"ok": False}, *(f"${{steps.{step}}}" for step in steps)]))
        return Loop(name=name, start=start, until=until, max=5, body=body, when=when, catches=self.catches(handlers))

    def module(self) -> Module:
        body = self.region(3, [], [])
        names = [op.name for op in body.ops]
        final = self.region(1, names, ["run.status"]) if self.chance(0.5) else Region()
        outputs = tuple(Output(name=name, value=Template(f"${{steps.{name}}}")) for name in names if self.chance(0.5))
        parameter = Parameter(name="p", type=None, schema={"type": "integer"}, kind="integer")
        plain = Region(ops=body.ops, handlers=body.handlers)
        return Module(name="m", parameters=(parameter,), body=plain, finally_=final, outputs=outputs)


def definition(seed: int) -> dict[str, Any]:
    context = Context(sink=Sink(), root=Path(), modules=ModuleReader([]))
    module = InferEdges().apply(context, Generator(seed).module())
    assert verify(module) == []
    return machine(legalize_with(Sink(), module))


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_no_faults(seed: int) -> None:
    assert verify_machine(definition(seed)) == []


@pytest.mark.slow
@given(st.integers(0, 2**48))
@settings(max_examples=800, deadline=None)
def test_no_faults_in_many(seed: int) -> None:
    assert verify_machine(definition(seed)) == []


@given(st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_the_origin_of_every_value_is_known(seed: int) -> None:
    flow = Flow(definition(seed))
    branches = [branch for at in flow.states.values() for branch in at.state.get("Branches", ())]
    assume(all(map(flow.ends, branches)))  # a loop that always fails leaves nothing
    for at in flow.states.values():
        scope: dict[str, Any] = at.payload["scope"] if at.payload is not None else {}
        for text in (*scope.get("steps", {}).values(), *scope.get("items", ()), *filter(None, [scope.get("last")])):
            *loads, _ = flow.loads(text, at)
            assert loads, (at.name, text)
            assert all(load.answers or load.fixed for load in loads), (at.name, text)


def test_same_module_same_machine() -> None:
    assert json.dumps(definition(7)) == json.dumps(definition(7))
