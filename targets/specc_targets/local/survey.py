"""What the engine wants to know of a module before it runs it."""

from __future__ import annotations

from collections.abc import Iterator

from specc.ir.module import Module
from specc.ir.ops import CallTask, Map, Op, Recoverable
from specc.ir.policies import Catch
from specc.ir.region import Region
from specc.ir.walk import body_of, every_operation, free_references, walk
from specc_targets.local.sites import Site
from specc_targets.local.workers import DEFAULT_THREADS

MOST_THREADS = 512
"""However many a `max_parallel` asks for."""


def _own_operations(module: Module) -> Iterator[Op]:
    """Those of the module itself, those of `finally` last."""
    for region in (module.body, module.finally_):
        yield from walk(region)


def threads(module: Module) -> int:
    """How many calls may go on at the same time where nobody says."""
    limits = [op.max_parallel or 0 for op in every_operation(module) if isinstance(op, Map)]
    return min(MOST_THREADS, max([DEFAULT_THREADS, *limits]))


def asked(module: Module) -> frozenset[str]:
    """The names of steps whose results something in the module uses."""
    references = [item for output in module.outputs for item in output.value.references]
    for op in _own_operations(module):
        references += free_references(op)
        body = body_of(op)
        if body is not None and body.yields is not None and not _is_wrapper(op, body):
            references += body.yields.references
    named = {str(item.path[0]) for item in references if item.root == "steps" and item.path}
    return frozenset(
        named | {catch.run for op in _own_operations(module) for catch in _catches(op) if catch.run is not None}
    )


def _is_wrapper(op: Op, body: Region) -> bool:
    """Whether a map's own step is all that it goes round: then its yield asks for no map's results."""
    assert body.yields is not None
    return isinstance(op, Map) and len(body.ops) == 1 and body.yields.raw == f"${{steps.{op.name}}}"


def _catches(op: Op) -> tuple[Catch, ...]:
    return op.catches if isinstance(op, Recoverable) else ()


def processes_are_needed(module: Module) -> bool:
    """Whether some call is to run in a process of its own."""
    return any(isinstance(op, CallTask) and Site(op, op.name).where == "process" for op in every_operation(module))


def slots_are_leased(module: Module) -> bool:
    """Whether some call leases things."""
    return any(isinstance(op, CallTask) and op.slots for op in every_operation(module))


def cached_functions(module: Module) -> set[str]:
    """The functions, and scripts, of steps whose results are kept from run to run."""
    return {
        Site(op, op.name).code for op in every_operation(module) if isinstance(op, CallTask) and op.cache is not None
    }
