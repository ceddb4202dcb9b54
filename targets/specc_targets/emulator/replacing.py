"""Puts functions of ours in the place of moto's, and notices when moto has changed."""

from __future__ import annotations

from typing import Any


class ChangedError(Exception):
    """A version of moto that lacks what the emulator replaces."""


def replace(owner: object, name: str, value: Any) -> Any:
    """Set an attribute that `owner`, a module or a class, must already have; the old one is returned."""
    try:
        old = getattr(owner, name)
    except AttributeError:
        place = getattr(owner, "__name__", str(owner))
        raise ChangedError(f"this version of moto has no `{name}` in `{place}`, which the emulator needs") from None
    setattr(owner, name, value)
    return old
