"""The state machines of the specs that a spec runs as steps: one for each spec and what is caught around it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count

from specc.ir.module import Module
from specc.ir.ops import Op, SubPipeline
from specc.ir.region import Region
from specc.ir.walk import body_of
from specc_targets.asl.failures import declared_by
from specc_targets.aws.names import Names


@dataclass(frozen=True, slots=True)
class SubMachine:
    """One of them. It fails under the names that are retried or caught around the step that runs it."""

    name: str
    module: Module
    errors: frozenset[str]


def sub_machines(module: Module) -> tuple[SubMachine, ...]:
    """Those of a legalized module and of the specs that it runs, in the order in which they are met."""
    found: list[SubMachine] = []
    names = Names.of(module)
    for inner, errors in _runs(module, frozenset()):
        if find(found, inner, errors) is None:
            name = _free(names.sub_machine(inner.name), {item.name for item in found})
            found.append(SubMachine(name, inner, errors))
    return tuple(found)


def _free(name: str, taken: Collection[str]) -> str:
    """The name, with a number where specs, or what is caught around them, share it."""
    numbered = (f"{name}-{number}" for number in count(2))
    return next(item for item in chain((name,), numbered) if item not in taken)


def find(machines: Iterable[SubMachine], module: Module, errors: Iterable[str]) -> SubMachine | None:
    """The machine that runs a module where `errors` are retried or caught."""
    wanted = frozenset(errors)
    return next((item for item in machines if item.errors == wanted and item.module == module), None)


def _runs(module: Module, errors: frozenset[str]) -> Iterator[tuple[Module, frozenset[str]]]:
    for region in (module.body, module.finally_):
        yield from _region(region, errors)


def _region(region: Region, errors: frozenset[str]) -> Iterator[tuple[Module, frozenset[str]]]:
    for op in (*region.ops, *region.handlers):
        yield from _op(op, errors | frozenset(declared_by(op)))


def _op(op: Op, errors: frozenset[str]) -> Iterator[tuple[Module, frozenset[str]]]:
    if isinstance(op, SubPipeline):
        yield op.module, errors
        yield from _runs(op.module, errors)
    body = body_of(op)
    if body is not None:
        yield from _region(body, errors)
