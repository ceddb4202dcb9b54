"""A whole spec, once for each combination of values of its parameters."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from specc.diagnostics import closest
from specc.expressions.types import Field, ObjectType
from specc.ir.module import Module, Output, Parameter
from specc.ir.ops import Map, SubPipeline
from specc.ir.region import EMPTY, Region
from specc.ir.walk import MATRIX, uses, walk
from specc.lowering.value_files import quoted
from specc.matrix.configurations import canonical
from specc_runtime.expressions import JsonValue, Reference, Template
from specc_runtime.parameters import faults, parse_parameter
from specc_schemas.matrix import MOST_CELLS

STEP = "sweep"
"""What the only step of a sweep is called, and its output."""
ANY_NUMBER = 1 << 30
"""For callers that ask for no bound."""
_SPAN = re.compile(r"([+-]?[0-9]{1,15})\.\.([+-]?[0-9]{1,15})")


class SweepError(ValueError):
    """Why there is nothing to sweep over; for the user."""


def parse_axes(module: Module, texts: Sequence[str]) -> dict[str, list[JsonValue]]:
    """The values of each parameter that the texts of a command line give. Raises `SweepError`.

    A text is `NAME=VALUE,VALUE`, `NAME=FIRST..LAST` with both ends included, or `NAME=[...]`, a list in JSON.
    """
    found: dict[str, list[JsonValue]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals:
            raise SweepError(f"`--sweep {text}` is not NAME=VALUE,VALUE")
        if name in found:
            raise SweepError(f"`{name}` is swept twice; give all its values at once")
        parameter = _parameter(module, name)
        try:
            found[name] = _values(values, parameter)
        except ValueError as error:
            raise SweepError(f"`--sweep {text}`: {error}") from None
    return found


def swept(
    module: Module, axes: Mapping[str, Sequence[JsonValue]], mode: str = "grid", most: int | None = None
) -> Module:
    """A module that runs `module` once for each combination of the values in `axes`. Raises `SweepError`.

    Its other parameters are those of the new module. Its output is a list: the `configuration` and `outputs` of each.
    """
    for name, values in axes.items():
        _check(_parameter(module, name), values)
    cells = _cells(axes, mode, MOST_CELLS if most is None else most)
    kept = tuple(item for item in module.parameters if item.name not in axes)
    given: dict[str, JsonValue] = {item.name: f"${{params.{item.name}}}" for item in kept}
    given |= {name: f"${{{MATRIX}.{name}}}" for name in axes}
    one = SubPipeline(
        name=STEP,
        module=module,
        arguments=Template(given),
        result=ObjectType(tuple(Field(item.name, item.type) for item in module.outputs), open=False),
    )
    yields = Template({"configuration": f"${{{MATRIX}}}", "outputs": f"${{steps.{STEP}}}"})
    over = Map(
        name=STEP,
        sources=((MATRIX, Template([quoted(cell) for cell in cells])),),
        body=Region(ops=(one,), yields=yields, binds=(MATRIX,)),
    )
    output = Output(name=STEP, value=Template(f"${{steps.{STEP}}}"))
    return replace(module, parameters=kept, body=Region(ops=(over,)), finally_=EMPTY, outputs=(output,))


def unused(module: Module, axes: Iterable[str]) -> list[str]:
    """The swept parameters that nothing in the spec reads, so that their values change nothing."""
    read = {item.path[0] if item.path else None for item in _references(module) if item.root == "params"}
    return [] if None in read else [name for name in axes if name not in read]


def _references(module: Module) -> Iterator[Reference]:
    for region in (module.body, module.finally_):
        for op in walk(region):
            for use in uses(op):
                yield from use.template.references
    for output in module.outputs:
        yield from output.value.references


def _parameter(module: Module, name: str) -> Parameter:
    known = {item.name: item for item in module.parameters}
    if name in known:
        return known[name]
    near = closest(name, known)
    there = f"; there are: {', '.join(known)}" if known else "; the spec has no parameters"
    raise SweepError(f"there is no parameter `{name}`" + (f"; did you mean `{near}`?" if near else there))


def _values(text: str, parameter: Parameter) -> list[JsonValue]:
    if not text.strip():
        raise ValueError("there are no values")
    if text.startswith("{"):
        raise ValueError(
            "values are written as `0.1,0.2`, `0..4` or a list in JSON, `[...]`; rules such as `log` are for `matrix`"
        )
    span = _SPAN.fullmatch(text)
    if span is not None and parameter.kind in ("integer", "number"):
        first, last = int(span[1]), int(span[2])
        if abs(last - first) > 100_000:
            raise ValueError("more than 100000 values")
        return list(range(first, last + 1)) if first <= last else list(range(first, last - 1, -1))
    if text.startswith("["):
        try:
            listed = json.loads(text)
        except ValueError:
            raise ValueError("not a list in JSON") from None
        if parameter.kind != "array" or all(isinstance(item, list) for item in listed):
            return list(listed)
        raise ValueError("a parameter of type array takes a list of lists: `[[1, 2], [3]]`")
    if parameter.kind in ("array", "object"):
        raise ValueError(f"a parameter of type {parameter.kind} takes a list of values in JSON: `[...]`")
    return [parse_parameter(part.strip(), parameter.kind) for part in text.split(",")]


def _check(parameter: Parameter, values: Sequence[JsonValue]) -> None:
    name = parameter.name
    if not values:
        raise SweepError(f"there are no values to sweep `{name}` over")
    seen: set[str] = set()
    for value in values:
        fault = next(faults(value, parameter.schema, parameter.kind), None)
        if fault is not None:
            raise SweepError(f"the parameter `{name}` does not fit: {fault}")
        if canonical(value) in seen:
            raise SweepError(f"`{name}` has the value `{json.dumps(value)}` twice: the results could not be told apart")
        seen.add(canonical(value))


def _cells(axes: Mapping[str, Sequence[Any]], mode: str, most: int) -> list[dict[str, Any]]:
    lengths = {name: len(values) for name, values in axes.items()}
    if mode == "zip" and len(set(lengths.values())) > 1:
        told = ", ".join(f"`{name}` has {count}" for name, count in lengths.items())
        raise SweepError(f"parameters that are swept together have equally many values: {told}")
    count = math.prod(lengths.values()) if mode == "grid" else next(iter(lengths.values()))
    if count > most:
        product_of = " x ".join(f"{name} {length}" for name, length in lengths.items())
        raise SweepError(f"the sweep has {count} configurations ({product_of}); at most {most} are allowed")
    rows = product(*axes.values()) if mode == "grid" else zip(*axes.values(), strict=True)
    return [dict(zip(axes, row, strict=True)) for row in rows]
