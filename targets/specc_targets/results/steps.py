"""Which steps of a run have cells, and where in a run each stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specc.ir.module import Module
from specc.ir.ops import CallTask, Group, Loop, Map, Op, SubPipeline
from specc.ir.region import Region
from specc_targets.results.past import Past, Unknown


@dataclass(frozen=True, slots=True)
class CellStep:
    """A step that runs once for each cell: one with `matrix` or `each`."""

    path: tuple[str, ...]
    """As users know it."""
    way: tuple[Op, ...]
    """The operations around it, outermost first, and its own."""
    final: bool = False
    """Whether it is one of the `finally` steps."""

    @property
    def name(self) -> str:
        """The path as it is written."""
        return "/".join(self.path)

    @property
    def op(self) -> Map:
        """Its operation."""
        op = self.way[-1]
        assert isinstance(op, Map)
        return op

    @property
    def is_sweep(self) -> bool:
        """Whether its cells are those of a `matrix`."""
        return [name for name, _ in self.op.sources] == ["matrix"]

    @property
    def action(self) -> CallTask | None:
        """The one call that each cell is; None where there is more to it."""
        region = self.op.body
        while len(region.ops) == 1:
            op = region.ops[0]
            if isinstance(op, CallTask):
                return op
            if not isinstance(op, Group | Loop):
                return None
            region = op.body
        return None


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a step with cells. There are several inside of a map or a loop."""

    index: tuple[int, ...]
    """The item of each map and the pass of each loop around it."""
    items: tuple[int, ...]
    """The items of maps alone, as events name them."""
    names: Mapping[str, Any]
    """What the maps around it bind."""
    past: Past


def steps_with_cells(module: Module) -> list[CellStep]:
    """All steps that have cells, outer ones first, in the order of the spec."""
    return [
        *_in_region(module.body, (), (), final=False),
        *_in_region(module.finally_, (), (), final=True),
    ]


def _in_region(
    region: Region, path: tuple[str, ...], way: tuple[Op, ...], *, final: bool, whole: bool = False
) -> Iterator[CellStep]:
    for op in region.ops:
        here = path if path and path[-1] == op.name and not whole else (*path, op.name)
        if isinstance(op, Map):
            yield CellStep(here, (*way, op), final)
        if isinstance(op, Map | Group | Loop):
            yield from _in_region(op.body, here, (*way, op), final=final)
        elif isinstance(op, SubPipeline):
            yield from _in_region(op.module.body, here, (*way, op), final=final, whole=True)


def executions(step: CellStep, root: Past) -> Iterator[Execution]:
    """Every execution of a step that has begun or can be told from what is known; `root` is its outermost region."""
    yield from _walk(step.way[:-1], Execution((), (), {}, root))


def _walk(way: Sequence[Op], at: Execution) -> Iterator[Execution]:
    if not way:
        yield at
        return
    for inner in _inside(way[0], at):
        yield from _walk(way[1:], inner)


def _inside(op: Op, at: Execution) -> Iterator[Execution]:
    index, items, names, past = at.index, at.items, at.names, at.past
    try:
        match op:
            case Map():
                for number, bound in enumerate(past.bindings(op)):
                    inner = past.cell(op, number, bound)
                    yield Execution((*index, number), (*items, number), {**names, **bound}, inner)
            case Loop():
                for number, inner in enumerate(past.passes(op)):
                    yield Execution((*index, number), items, names, inner)
            case Group():
                yield Execution(index, items, names, past.inside(op.body, past.address_of(op)))
            case SubPipeline():
                yield Execution(index, items, names, past.sub(op))
    except Unknown:
        return
