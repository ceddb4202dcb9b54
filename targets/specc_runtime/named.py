"""Exceptions under a name that is known only when a step runs."""

from __future__ import annotations


def named(name: str, message: str) -> Exception:
    """An exception whose class is called `name`: what Lambda reports as the error's type."""
    error: Exception = type(name, (Exception,), {"__module__": "builtins"})(message)
    return error
