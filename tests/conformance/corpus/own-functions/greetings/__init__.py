"""A package beside the spec."""


def hello(name: str) -> str:
    return f"hello {name}"
