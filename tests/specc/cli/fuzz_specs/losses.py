"""What a global may be."""


def huber(a: float, b: float) -> float:
    """A loss."""
    return abs(a - b)
