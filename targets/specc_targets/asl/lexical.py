"""Which operation a name means, and where operations stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.ir.module import Module
from specc.ir.ops import Op
from specc.ir.region import Region
from specc.ir.walk import body_of

Path = tuple[str, ...]
"""The names of operations from the outermost to the one meant; the body starts with `body`, finally with `finally`."""


@dataclass(frozen=True, slots=True)
class Level:
    """A region within those around it."""

    region: Region
    path: Path
    owner: Op | None = None
    outer: Level | None = None

    def step(self, name: str) -> Path | None:
        """The path of the operation that `steps.<name>` means inside this region."""
        level: Level | None = self
        while level is not None:
            if name in level.region.by_name:
                return (*level.path, name)
            level = level.outer
        return None

    def binder(self, root: str) -> Path | None:
        """The path of the innermost operation around this region that binds `root`."""
        level: Level | None = self
        while level is not None:
            if root in level.region.binds:
                return level.path
            level = level.outer
        return None

    def enter(self, op: Op) -> Level | None:
        """The region that `op`, an operation of this one, owns."""
        body = body_of(op)
        return None if body is None else Level(body, (*self.path, op.name), op, self)


def top_levels(module: Module) -> tuple[Level, Level]:
    """The body and, seeing its steps, the finally region."""
    body = Level(module.body, ("body",))
    return body, Level(module.finally_, ("finally",), None, body)


def levels(module: Module) -> Iterator[Level]:
    """Every region of a module, outer before inner."""
    waiting = list(reversed(top_levels(module)))
    while waiting:
        level = waiting.pop()
        yield level
        inner = (level.enter(op) for op in (*level.region.ops, *level.region.handlers))
        waiting.extend(reversed([item for item in inner if item is not None]))
