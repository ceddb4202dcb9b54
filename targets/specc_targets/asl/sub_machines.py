"""The state machines of the specs that a spec runs as steps: one for each spec and what is caught around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
            same = sum(item.module.name == inner.name for item in found)
            number = f"-{same + 1}" if same else ""
            found.append(SubMachine(f"{names.sub_machine(inner.name)}{number}", inner, errors))
    return tuple(found)


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
