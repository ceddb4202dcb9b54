"""The functions that the steps of `{{name}}` call."""


def hello() -> str:
    """Say hello."""
    return "hello"
