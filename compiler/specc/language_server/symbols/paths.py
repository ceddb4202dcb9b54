"""Paths that a spec names, which may be anything."""

from __future__ import annotations

import os
from typing import Any, TypeGuard


def is_path(value: Any) -> TypeGuard[str]:
    """Whether a value can be a path on this machine: no NUL, and no half of a character."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True
