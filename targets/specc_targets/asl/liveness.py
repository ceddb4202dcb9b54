"""Which results are read outside the branch that makes them: only those leave a Parallel state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.ir.module import Module
from specc.ir.ops import Op, Recoverable
from specc.ir.walk import free_references
from specc_runtime.expressions import Reference
from specc_targets.asl import regions
from specc_targets.asl.lexical import Level, Path, levels, top_levels
from specc_targets.asl.skips import Skips


class Liveness:
    """Readers of every operation's result, by path."""

    def __init__(self, module: Module, skips: Skips) -> None:
        self._readers: dict[Path, set[str | None]] = {}
        for level in levels(module):
            for op in level.region.ops:
                for name in _read_by(op, level):
                    self._add(level, name, op.name)
            if level.region.yields is not None:
                for name in _steps(level.region.yields.references):
                    self._add(level, name, None)
        body, final = top_levels(module)
        outside = [name for output in module.outputs for name in _steps(output.value.references)]
        outside += [name for op in module.finally_.ops for name in _read_by(op, final)]
        outside += [op.name for op in module.body.ops if skips[("body", op.name)]]
        for name in outside:
            self._add(body, name, None)

    def readers(self, path: Path) -> frozenset[str | None]:
        """The operations of the same region that read the result; None stands for a reader outside of the region."""
        return frozenset(self._readers.get(path, ()))

    def leaving(self, tree: regions.Tree, level: Level) -> list[str]:
        """The operations in `tree` whose results something outside of it reads, in order."""
        inside = set(leaves(tree))
        return [name for name in leaves(tree) if self._readers.get((*level.path, name), set()) - inside]

    def _add(self, level: Level, name: str, reader: str | None) -> None:
        if name in level.region.by_name:
            self._readers.setdefault((*level.path, name), set()).add(reader)


def _read_by(op: Op, level: Level) -> Iterator[str]:
    """Steps that an operation, or a handler that stands in for it, reads."""
    handlers = {handler.name: handler for handler in level.region.handlers}
    seen = {op.name}
    waiting = [op]
    while waiting:
        found = waiting.pop()
        yield from _steps(free_references(found))
        for catch in found.catches if isinstance(found, Recoverable) else ():
            if catch.run is not None and catch.run in handlers and catch.run not in seen:
                seen.add(catch.run)
                waiting.append(handlers[catch.run])


def _steps(references: Iterable[Reference]) -> Iterator[str]:
    return (str(item.path[0]) for item in references if item.root == "steps" and item.path)


def leaves(tree: regions.Tree) -> list[str]:
    """The names of the operations in a tree, in order."""
    found: list[str] = []
    waiting: list[regions.Tree] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, regions.Leaf):
            found.append(node.name)
        else:
            waiting.extend(reversed(node.parts if isinstance(node, regions.Sequence) else node.branches))
    return found
