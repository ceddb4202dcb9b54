"""Which of the files that an editor opens the server looks at."""

from __future__ import annotations

from pathlib import Path

from specc.source.recognition import is_spec


def is_settings(path: Path) -> bool:
    """Whether a file holds the settings of a project."""
    from specc.config_files import FILE_NAME

    return path.name == FILE_NAME


__all__ = ["is_settings", "is_spec"]
