"""`build.json`: what was built, of what, and why. As deterministic as the archives, and without paths of a machine."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc_targets.packaging.items import Item, total
from specc_targets.packaging.limits import MAX_DIRECT

if TYPE_CHECKING:
    from specc_targets.packaging.archive import Archive
    from specc_targets.packaging.image import Context
    from specc_targets.packaging.requirements import Requirements

NAME = "build.json"


def archive_data(archive: Archive) -> dict[str, Any]:
    """An archive. `upload` says how it gets to Lambda: `direct`, or by way of `s3`."""
    return {
        "path": archive.path.name,
        "sha256": archive.sha256,
        "size": archive.size,
        "unzipped_size": archive.unzipped_size,
        "upload": "direct" if archive.size <= MAX_DIRECT else "s3",
    }


def image_data(context: Context) -> dict[str, Any]:
    """The context of an image, and the command that builds it."""
    return {
        "context": context.path.name,
        "sha256": context.sha256,
        "tag": context.tag,
        "build": list(context.build),
    }


def contents(runtime: Sequence[Item], project: Sequence[Item], dependencies: Iterable[Item]) -> dict[str, Any]:
    """What went in and why: the user's files one by one, dependencies by distribution."""
    grouped: dict[str, list[Item]] = {}
    for item in dependencies:
        grouped.setdefault(item.why, []).append(item)
    return {
        "runtime": {"files": len(runtime), "size": total(runtime)},
        "project": [_listed(item) for item in project],
        "dependencies": [
            {"why": why, "files": len(items), "size": total(items)} for why, items in sorted(grouped.items())
        ],
    }


def requirements_data(requirements: Requirements | None) -> dict[str, Any] | None:
    """The list of requirements."""
    if requirements is None:
        return None
    return {"file": requirements.name, "pinned": not requirements.loose}


def _listed(item: Item) -> dict[str, Any]:
    data = item.read()
    return {"path": item.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "why": item.why}


def write(directory: Path, data: dict[str, Any]) -> Path:
    """Write the file, in one step. Raises `OSError`."""
    path = directory / NAME
    temporary = directory / f".{NAME}.{os.getpid()}"
    temporary.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return temporary.replace(path)


def earlier(directory: Path) -> set[str]:
    """The names of archives and contexts in `directory` that an earlier build has made, by its manifest."""
    try:
        found = json.loads((directory / NAME).read_bytes())
        made = [found["archive"], *found["layers"]]
        named = [item["path"] for item in made if item is not None]
        if found["image"] is not None:
            named.append(found["image"]["context"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    ours = re.compile(rf"{re.escape(str(found.get('name')))}-(dependencies-|image-)?[0-9a-f]{{16}}(\.zip)?")
    return {name for name in named if isinstance(name, str) and ours.fullmatch(name)}
