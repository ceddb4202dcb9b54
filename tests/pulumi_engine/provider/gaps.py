"""Declared properties that moto takes and does not keep: exactly these, each with what it does instead.

A test applies programs with all of them, and fails for an entry that was not met as well as for what has none.
"""

from __future__ import annotations

FUNCTION = "aws:lambda/function:Function"
GAPS: dict[tuple[str, str], str] = {
    (FUNCTION, "loggingConfig"): "moto reads none of it",
}
"""Kind and path -> why what was said does not read back."""
