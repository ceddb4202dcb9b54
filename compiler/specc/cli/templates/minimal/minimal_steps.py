"""The functions that the steps of `minimal.toml` call."""


def hello() -> str:
    """Say hello."""
    return "hello"
