"""Which operations may end up skipped: what cannot be skipped needs no test in the machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from specc.ir.module import Module
from specc.ir.ops import Group, Loop, Op, Recoverable
from specc.ir.walk import free_references
from specc_runtime.expressions import Reference, Template
from specc_targets.asl.lexical import Level, Path, top_levels


class Skips:
    """The answer for every operation of a module, by path."""

    def __init__(self, module: Module) -> None:
        self._may: dict[Path, bool] = {}
        body, final = top_levels(module)
        self._level(body)
        self._level(final)

    def __getitem__(self, path: Path) -> bool:
        return self._may[path]

    def sources(self, op: Op, level: Level) -> tuple[str, ...]:
        """Steps that `op` needs the value of and that may be skipped, in order of first use."""
        return self._needed(free_references(op), level)

    def template_sources(self, template: Template, level: Level) -> tuple[str, ...]:
        """The same of one template, read inside the region of `level`."""
        return self._needed(template.references, level)

    def _needed(self, references: Iterable[Reference], level: Level) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for reference in references:
            if reference.root == "steps" and reference.path and not reference.optional:
                name = str(reference.path[0])
                path = level.step(name)
                if path is not None and self._of(path, level):
                    found[name] = None
        return tuple(found)

    def _of(self, path: Path, level: Level) -> bool:
        if path[0] == "body" and level.path[0] == "finally":
            return True
        return self._may.get(path, False)

    def _level(self, level: Level) -> None:
        handlers = {op.name: op for op in level.region.handlers}
        for op in level.region.order():
            may = self._op(op, level)
            for name in _handlers(op):
                may |= self._handler(name, level, handlers)
            self._may[(*level.path, op.name)] = may

    def _handler(self, name: str, level: Level, handlers: Mapping[str, Op]) -> bool:
        path = (*level.path, name)
        if path in self._may:
            return self._may[path]
        may = self._op(handlers[name], level)
        for other in _handlers(handlers[name]):
            may |= self._handler(other, level, handlers)
        self._may[path] = may
        return may

    def _op(self, op: Op, level: Level) -> bool:
        inner = level.enter(op)
        if inner is not None:
            self._level(inner)
        return op.when is not None or bool(self.sources(op, level)) or self._yields_skipped(op, level)

    def _yields_skipped(self, op: Op, level: Level) -> bool:
        inner = level.enter(op)
        if not isinstance(op, Group | Loop) or inner is None or inner.region.yields is None:
            return False
        return bool(self.template_sources(inner.region.yields, inner))


def _handlers(op: Op) -> list[str]:
    return [catch.run for catch in op.catches if catch.run is not None] if isinstance(op, Recoverable) else []
