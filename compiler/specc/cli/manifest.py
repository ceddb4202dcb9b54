"""The list of everything one compilation wrote, with hashes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from specc.cli.files import write_atomically
from specc.cli.version import version

if TYPE_CHECKING:
    from specc.frontend import Compilation

NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What was compiled from what: a pure function of the spec and the version of specc."""

    content: dict[str, Any]
    """`specc`, `version`, `name`, `kind`, `sources` and `artifacts` (path, target, sha256, size), ready for JSON."""
    files: Mapping[PurePosixPath, bytes]
    """Every artifact, by its path below the output directory."""

    @classmethod
    def of(cls, compilation: Compilation, artifacts: Mapping[str, Mapping[PurePosixPath, bytes]]) -> Manifest:
        """The manifest of artifacts by target. Raises `ValueError` when a target names a path outside its directory."""
        module, spec = compilation.module, compilation.spec
        assert module is not None
        assert spec is not None
        files: dict[PurePosixPath, bytes] = {}
        listed = []
        for target, produced in artifacts.items():
            for path, data in sorted(produced.items()):
                if path.is_absolute() or ".." in path.parts:
                    raise ValueError(f"target {target} wants to write outside its directory: {path}")
                place = PurePosixPath(target, path)
                files[place] = data
                listed.append(
                    {"path": str(place), "target": target, "sha256": sha256(data).hexdigest(), "size": len(data)}
                )
        sources = [
            {"path": PurePosixPath(document.name).name, "sha256": sha256(document.text.encode()).hexdigest()}
            for document in spec.sources
        ]
        content = {
            "specc": 1,
            "version": version(),
            "name": module.name,
            "kind": module.kind,
            "sources": sources,
            "artifacts": listed,
        }
        return cls(content, files)

    def write(self, directory: Path) -> list[Path]:
        """Write the artifacts and then the manifest; give their paths.

        Files of the same targets that an earlier manifest lists, that are no longer made, and that nobody has changed
        since are removed. Nothing else in the directory is touched. Raises `TargetError`, before anything is written,
        where a file holds what must not be written over.
        """
        stale = self._stale(directory)
        contents = {place: _merged(place, data, directory / place) for place, data in self.files.items()}
        written = []
        for place, data in contents.items():
            path = directory / place
            write_atomically(path, data)
            written.append(path)
        for path in stale:
            with contextlib.suppress(OSError):
                path.unlink()
        path = directory / NAME
        text = json.dumps(self.content, indent=2, ensure_ascii=False) + "\n"
        write_atomically(path, text.encode(errors="backslashreplace"))  # names of files need not be UTF-8
        return [*written, path]

    def _stale(self, directory: Path) -> list[Path]:
        try:
            earlier = json.loads((directory / NAME).read_bytes())
            entries = [(PurePosixPath(item["path"]), item["target"], item["sha256"]) for item in earlier["artifacts"]]
        except (OSError, ValueError, KeyError, TypeError):
            return []
        targets = {place.parts[0] for place in self.files}
        found = []
        for place, target, digest in entries:
            path = directory / place
            if place in self.files or target not in targets or ".." in place.parts or place.is_absolute():
                continue
            with contextlib.suppress(OSError):
                if sha256(path.read_bytes()).hexdigest() == digest:
                    found.append(path)
        return found


def _merged(place: PurePosixPath, data: bytes, path: Path) -> bytes:
    """What is to be in a file: some hold what others have written, too."""
    from specc.targets import MERGES, TargetError, merged

    target = place.parts[0]
    if target not in MERGES:
        return data
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return data
    except OSError as error:
        raise TargetError(f"cannot read {path}, which is there already: {error.strerror or error}") from None
    return merged(target, PurePosixPath(*place.parts[1:]), data, found)
