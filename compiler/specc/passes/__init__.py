"""The passes, in the one order in which they run."""

from __future__ import annotations

from collections.abc import Callable

from specc.diagnostics import Severity
from specc.ir.module import Module
from specc.ir.verifier import verify
from specc.passes.base import Context, Pass
from specc.passes.check_actions import CheckActions
from specc.passes.check_cycles import CheckCycles
from specc.passes.check_functions import CheckFunctions
from specc.passes.check_triggers import CheckTriggers
from specc.passes.check_types import CheckTypes
from specc.passes.fold_constants import FoldConstants
from specc.passes.infer_edges import InferEdges
from specc.passes.resolve_names import ResolveNames

PASSES: tuple[Pass, ...] = (
    ResolveNames(),
    InferEdges(),
    CheckCycles(),
    CheckFunctions(),
    CheckActions(),
    CheckTypes(),
    CheckTriggers(),
    FoldConstants(),
)
"""Every target starts from the module that these leave."""


class InternalError(Exception):
    """The compiler broke a rule of its own: a bug, never the user's fault."""


def run_passes(context: Context, module: Module, after: Callable[[str, Module], None] | None = None) -> Module:
    """Run all passes, as far as errors allow; `after` sees the module after lowering and after each pass.

    Raises `InternalError` when a pass leaves a malformed module although no error was reported.
    """
    if after is not None:
        after("lower", module)
    for item in PASSES:
        known, before = len(context.sink.diagnostics), module
        module = item.apply(context, before)
        if after is not None:
            after(item.name, module)
        if item.final_on_error and any(new.severity is Severity.ERROR for new in context.sink.diagnostics[known:]):
            break
        changed = module is not before and not isinstance(item, InferEdges)  # a cycle is for the next one
        if not context.sink.failed and (changed or item is PASSES[-1]):
            faults = verify(module, context.memory)
            if faults:
                raise InternalError(f"after the pass {item.name}: " + "; ".join(faults[:5]))
    return module
