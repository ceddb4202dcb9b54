"""From a schema model to the IR: one file a kind, and what the kinds share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import Sink
from specc.ir.module import Module
from specc.lowering.pipeline import lower_pipeline
from specc.lowering.sub_pipelines import Others
from specc.memory import Memory

if TYPE_CHECKING:
    from specc_schemas import PipelineSpec


def lower(
    model: PipelineSpec, sink: Sink, stack: str = "", others: Others | None = None, memory: Memory | None = None
) -> Module:
    """The module of a valid spec. What no target can do yet is reported (SPC401, SPC402) and left out."""
    return lower_pipeline(model, sink, stack, others, memory)
