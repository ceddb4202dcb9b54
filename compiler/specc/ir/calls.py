"""The calls of a spec, by the names that it gives their steps."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.module import Module
from specc.ir.ops import CallTask, Op, SubPipeline
from specc.ir.region import Region
from specc.ir.walk import body_of

Path = tuple[str, ...]


def calls_of(module: Module) -> Iterator[tuple[str, Path]]:
    """Every call: its step in the spec, and its path in engines. Those of other specs are below what runs them."""
    return _of_module(module, None, ())


def _of_module(module: Module, named: Path | None, path: Path) -> Iterator[tuple[str, Path]]:
    for region in (module.body, module.finally_):
        yield from _of_region(region, named, path, whole=True)


def _of_region(region: Region, named: Path | None, path: Path, *, whole: bool = False) -> Iterator[tuple[str, Path]]:
    """`named` is the path in names of steps, for what is inside of other specs; what wraps a step has its name."""
    for op in (*region.ops, *region.handlers):
        own = _below(path, op, whole=whole)
        name = _origin(op) if named is None else _below(named, op, whole=whole)
        body = body_of(op)
        if isinstance(op, CallTask):
            yield "/".join(name), own
        elif isinstance(op, SubPipeline):
            yield from _of_module(op.module, name, own)
        elif body is not None:
            yield from _of_region(body, None if named is None else name, own)


def _below(path: Path, op: Op, *, whole: bool) -> Path:
    return path if path[-1:] == (op.name,) and not whole else (*path, op.name)


def _origin(op: Op) -> Path:
    return tuple(map(str, op.origin.path[1::2]))
