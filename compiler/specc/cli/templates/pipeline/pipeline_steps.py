"""The functions that the steps of `pipeline.toml` call: plain Python, with type annotations that specc checks."""

NAMES = ["Ada", "Grace", "Edsger", "Barbara", "Donald"]


def pick(limit: int) -> list[str]:
    """The first few names."""
    return NAMES[:limit]


def greet(name: str) -> str:
    """One greeting."""
    return f"Dear {name}"


def join(greetings: list[str]) -> str:
    """All greetings, one a line."""
    return "\n".join(greetings)
