"""What the engine wants to know of a module before it runs it."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.module import Module
from specc.ir.ops import CallTask, Map, Op
from specc.ir.walk import uses, walk
from specc_targets.local.workers import DEFAULT_THREADS

MOST_THREADS = 512
"""However many a `max_parallel` asks for."""


def operations(module: Module) -> Iterator[Op]:
    """All of them, those of `finally` last."""
    for region in (module.body, module.finally_):
        yield from walk(region)


def threads(module: Module) -> int:
    """How many calls may go on at the same time where nobody says."""
    limits = [op.max_parallel or 0 for op in operations(module) if isinstance(op, Map)]
    return min(MOST_THREADS, max([DEFAULT_THREADS, *limits]))


def asked(module: Module) -> frozenset[str]:
    """The names of steps whose results something in the module uses."""
    templates = [use.template for op in operations(module) for use in uses(op)]
    templates += [output.value for output in module.outputs]
    references = (item for template in templates for item in template.references)
    return frozenset(str(item.path[0]) for item in references if item.root == "steps" and item.path)


def cached_functions(module: Module) -> set[str]:
    """The functions of steps whose results are kept from run to run."""
    return {str(op.function) for op in operations(module) if isinstance(op, CallTask) and op.cache is not None}
