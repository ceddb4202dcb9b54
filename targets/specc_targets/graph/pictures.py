"""What `specc graph` does: one form of a picture, laid out as asked for, or a server that shows it while it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from specc_targets.graph.as_json import to_json
from specc_targets.graph.dot import to_dot
from specc_targets.graph.draw import draw
from specc_targets.graph.html import to_html
from specc_targets.graph.mermaid import to_mermaid
from specc_targets.graph.picture import Picture
from specc_targets.graph.svg import to_svg
from specc_targets.graph.text import to_text

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc_targets.graph.serving import Server

Layout = Literal["auto", "graphviz", "built-in"]
_TEXTS: Mapping[str, Callable[[Picture], str]] = {
    "text": to_text,
    "mermaid": to_mermaid,
    "dot": to_dot,
    "json": to_json,
}
_MANY = 150
"""Boxes from which on `auto` does without Graphviz, which takes long for them."""


def drawn(compilation: Compilation, form: str, layout: Layout = "auto") -> bytes:
    """A sound spec in one of the forms. Raises `GraphvizError` when that is asked for and does not work."""
    assert compilation.module is not None
    picture = draw(compilation.module)
    if form in _TEXTS:
        return _TEXTS[form](picture).encode()
    svg = laid_out(picture, layout)
    return svg.encode() if form == "svg" else to_html(picture, sources(compilation, picture), svg)


def laid_out(picture: Picture, layout: Layout) -> str:
    """The SVG with the layout asked for; `auto` takes Graphviz where it is there and works."""
    from specc_targets.graph.graphviz import GraphvizError, graphviz

    if layout == "graphviz":
        return to_svg(picture, graphviz())
    if layout == "auto" and sum(1 for _ in picture.walk()) <= _MANY:
        try:
            return to_svg(picture, graphviz())
        except GraphvizError:
            pass  # the built-in one needs nothing
    return to_svg(picture)


def sources(compilation: Compilation, picture: Picture) -> dict[str, str]:
    """Where each step stands, as `file:line`, by key."""
    spec = compilation.spec
    if spec is None:
        return {}
    spans = {node.key: spec.locate(node.origin.key()) for node in picture.walk() if node.origin.path}
    return {key: f"{span.file}:{span.start.line}" for key, span in spans.items()}


class Pictures:
    """The driver `pictures`."""

    def drawn(self, compilation: Compilation, form: str, layout: Layout) -> bytes:
        """See `drawn`."""
        return drawn(compilation, form, layout)

    def server(self, spec: str, layout: Layout, port: int) -> Server:
        """A server of a spec's picture, not begun yet. Raises `TargetError` when the port is taken."""
        from specc_targets.graph.serving import Server

        return Server(spec, layout, port)


def driver() -> Pictures:
    """What `specc.targets.driver` gives as `pictures`."""
    return Pictures()
