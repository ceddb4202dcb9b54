"""References become edges."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.ir.edges import edges_of
from specc.ir.module import Module
from specc.ir.region import Region
from specc.passes.base import Context, Pass
from specc.passes.regions import map_regions


class InferEdges(Pass):
    """Adds a data edge for every reference between operations of a region, and an order edge for every `after`.

    What a handler reads, the operations that it serves wait for. Reports nothing.
    """

    name: ClassVar[str] = "infer-edges"

    def apply(self, context: Context, module: Module) -> Module:
        """The module with the edges of every region filled in, sorted."""
        return map_regions(module, _with_edges)


def _with_edges(region: Region) -> Region:
    found = edges_of(region)
    return region if found == region.edges else replace(region, edges=found)
