"""Installed versions of what is imported from outside of the project."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

MISSING = "not installed"
"""In place of the version of a module that is nowhere; the key changes once it is installed."""

UNKNOWN = "of unknown version"
"""In place of the version of a module that no installed distribution has."""


def stamp() -> str:
    """Changes whenever something is installed, upgraded or removed: folders hold one `*.dist-info` a version."""
    found = [sys.prefix]
    for entry in sys.path:
        try:
            found.append(f"{entry}={Path(entry).stat().st_mtime_ns}" if entry else "")
        except OSError:
            continue
    return "\n".join(found)


def versions(top_level: str) -> Mapping[str, str]:
    """Distribution -> version of all that install a module or package of this name; empty when none does."""
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str] = {}
    for name in sorted(set(_distributions(stamp()).get(top_level, ()))):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@lru_cache(maxsize=1)
def _distributions(stamp: str) -> Mapping[str, list[str]]:  # noqa: ARG001  # read anew when it changes
    from importlib.metadata import packages_distributions  # takes a while: it reads the list of files of everything

    return packages_distributions()


@cache
def library_folders() -> tuple[str, ...]:
    """Where installed distributions and the standard library are; what is elsewhere is somebody's source."""
    import site
    import sysconfig

    paths = sysconfig.get_paths()
    found = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found += [*site.getsitepackages(), site.getusersitepackages()]
    return tuple(f"{Path(path)}/" for path in dict.fromkeys(found))


def is_library(path: Path) -> bool:
    """Whether a module's file belongs to an installed distribution or to the standard library."""
    text = str(path)
    return text.startswith(library_folders()) or "/site-packages/" in text or "/dist-packages/" in text
