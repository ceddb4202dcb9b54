"""Draws a module in every form at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from specc.ir.module import Module
from specc_targets.graph.as_json import to_json
from specc_targets.graph.dot import to_dot
from specc_targets.graph.draw import draw
from specc_targets.graph.mermaid import to_mermaid
from specc_targets.graph.picture import Picture
from specc_targets.graph.svg import to_svg
from specc_targets.graph.text import to_text

if TYPE_CHECKING:
    from specc.passes.base import Context

RENDERERS: Mapping[str, Callable[[Picture], str]] = {
    "graph.mmd": to_mermaid,
    "graph.dot": to_dot,
    "graph.txt": to_text,
    "graph.json": to_json,
    "graph.svg": to_svg,
}
"""File name -> what writes it."""


@dataclass(frozen=True)
class GraphTarget:
    """Every module can be drawn, so nothing is ever refused."""

    name: str = "graph"

    def legalize(self, context: Context, module: Module) -> Module:
        """The module itself."""
        return module

    def emit(self, context: Context, module: Module) -> Mapping[PurePosixPath, bytes]:
        """One file a form."""
        picture = draw(module)
        return {PurePosixPath(name): render(picture).encode() for name, render in RENDERERS.items()}
