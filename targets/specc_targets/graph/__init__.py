"""The target `graph`: pictures of a module, as Mermaid, Graphviz, plain text and JSON."""

from specc_targets.graph.target import GraphTarget


def target() -> GraphTarget:
    """The entry point of the group `specc.targets`."""
    return GraphTarget()


__all__ = ["GraphTarget", "target"]
