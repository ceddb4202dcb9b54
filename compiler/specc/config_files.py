"""Where settings are written. Loads nothing: most commands only look whether there are any."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "specc.config.toml"
"""The project's settings, beside its specs."""


def user_file(env: Mapping[str, str]) -> Path | None:
    """Where the user's own settings are; None when there is no home."""
    base = env.get("XDG_CONFIG_HOME") or (f"{env['HOME']}/.config" if env.get("HOME") else None)
    return Path(base) / "specc" / "config.toml" if base is not None and Path(base).is_absolute() else None
