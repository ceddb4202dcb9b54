"""References become edges."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.ir.edges import References, edges_of
from specc.ir.module import Module
from specc.ir.region import Region
from specc.ir.settled import Reads
from specc.ir.walk import free_references
from specc.passes.base import Context, Pass
from specc.passes.regions import map_regions


class InferEdges(Pass):
    """Adds a data edge for every reference between operations of a region, and an order edge for every `after`.

    What a handler reads, the operations that it serves wait for. Reports nothing.
    """

    name: ClassVar[str] = "infer-edges"

    def apply(self, context: Context, module: Module) -> Module:
        """The module with the edges of every region filled in, sorted."""
        references = Reads(context.memory).references if context.memory is not None else free_references
        return map_regions(module, lambda region: _with_edges(region, references))


def _with_edges(region: Region, references: References) -> Region:
    found = edges_of(region, references)
    return region if found == region.edges else replace(region, edges=found)
