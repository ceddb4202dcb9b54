"""Where programs work, and the files of theirs that are kept."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from specc_runtime.errors import ArgumentMismatch, OutputMismatch
from specc_runtime.functions import root
from specc_runtime.store import Store, StoreError, open_store
from specc_runtime.store.base import FILES

SCRATCH = "SPECC_SCRATCH"
"""Environment variable with a folder for what is of no use after a run; whoever runs things empties it."""
ARTIFACTS = "SPECC_ARTIFACTS"
"""Environment variable with the URI of the store of artifacts; else it is the store of values."""
STORE = "SPECC_STORE"
"""Environment variable with the URI of the store of values."""
ROOT = "SPECC_ROOT"
"""Environment variable in which a program finds the folder of the package."""
_WILD = re.compile(r"[*?\[]")


def package_root() -> Path:
    """The folder of the user's package."""
    return root() or Path.cwd()


@contextmanager
def working_folder(cwd: str = "root") -> Iterator[Path]:
    """The package's root, or with `fresh` an empty folder, which is gone in the end."""
    if cwd != "fresh":
        yield package_root()
        return
    with tempfile.TemporaryDirectory(prefix="specc-", dir=scratch(), ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def scratch() -> str | None:
    """Where temporary folders and files go; None for the system's place."""
    folder = os.environ.get(SCRATCH)
    if not folder:
        return None
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103  # no path is wanted
    except OSError:  # that of another machine
        return None
    return folder


def artifacts(folder: Path, patterns: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Keep the files below `folder` that match: name relative to it -> `uri`, `sha256`, `size`.

    `*` and `?` match within a folder, `**` any number of folders, `[ab]` one of these characters. Raises
    `OutputMismatch` for a name without these that there is no file of, and for what lies elsewhere: a link out of the
    folder, a pattern with `..`; and `StoreError`.
    """
    there = dict(_files(folder))
    found: dict[str, Path] = {}
    for pattern in patterns:
        name = pattern.removeprefix("./")
        if name.startswith(("/", "~")) or ".." in name.split("/") or not name:
            raise OutputMismatch(f"the artifact `{pattern}` is not below the working directory")
        matching = compiled(name)
        matched = {name: path for name, path in there.items() if matching.fullmatch(name)}
        if not matched and not _WILD.search(name):
            raise OutputMismatch(f"there is no file `{name}`, which is to be kept as an artifact")
        found |= matched
    outside = os.path.realpath(folder)
    for name, path in found.items():
        if not Path(os.path.realpath(path)).is_relative_to(outside):
            raise OutputMismatch(f"the artifact `{name}` is a link to what is not below the working directory")
    return {name: keep_file(found[name]) for name in sorted(found)}


def with_artifacts(result: Any, kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The result of a step that keeps files: what is no table is its `value`."""
    return {**(result if isinstance(result, dict) else {"value": result}), "artifacts": kept}


def keep_file(path: Path) -> dict[str, Any]:
    """Keep a file with what else the run keeps, by its content. Raises `StoreError`."""
    uri = os.environ.get(ARTIFACTS)
    run = Path(unquote(urlsplit(uri).path)).parent if uri and uri.startswith("file:") else None
    if run is not None and not run.is_dir():
        raise StoreError(f"the folder of the run, `{run}`, is not on this machine, which keeps no artifacts without it")
    uri = uri or os.environ.get(STORE) or Path(tempfile.mkdtemp(prefix="specc-kept-")).as_uri()
    kept, digest, size = open_store(uri).put_file(path)
    return {"uri": kept, "sha256": digest, "size": size}


def is_artifact(value: object) -> bool:
    """Whether a value is what stands for a file that was kept."""
    return isinstance(value, dict) and value.keys() == {"uri", "sha256", "size"} and isinstance(value["uri"], str)


def write_file(folder: Path, name: str, content: bytes | Mapping[str, Any]) -> None:
    """Write a file below `folder`: bytes, or the artifact that `content` stands for.

    Raises `ArgumentMismatch` for a name that leads elsewhere, and `StoreError`.
    """
    path = folder / name
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)) or path == folder:
        raise ArgumentMismatch(f"the file `{name}` is not below the working directory")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            _store_of(content["uri"]).get_file(content["uri"], path)
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != content["sha256"]:
                    raise StoreError(f"what is stored at `{content['uri']}` has changed since it was written")
    except OSError as error:
        raise ArgumentMismatch(f"the file `{name}` cannot be written: {error.strerror}") from None


@contextmanager
def readable(content: bytes | Mapping[str, Any] | None) -> Iterator[IO[bytes] | int]:
    """What gives a program this to read: bytes, the artifact that it stands for, or nothing."""
    if content is None:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryDirectory(prefix="specc-", dir=scratch()) as folder:
        write_file(Path(folder), "stdin", content)
        with Path(folder, "stdin").open("rb") as file:
            yield file


def _store_of(uri: str) -> Store:
    """The store that a file is kept in: the one that is used now, or that of another run."""
    for known in (os.environ.get(ARTIFACTS), os.environ.get(STORE)):
        if known and uri.startswith(f"{known}/"):
            return open_store(known)
    return open_store(uri.partition(f"/{FILES}/")[0])


def compiled(pattern: str) -> re.Pattern[str]:
    """A glob as an expression for whole names with `/` between folders."""
    found, position = "", 0
    while position < len(pattern):
        if pattern.startswith("**/", position):
            found, position = f"{found}(?:.*/)?", position + 3
            continue
        letter = pattern[position]
        end = pattern.find("]", position + (3 if pattern.startswith("[!", position) else 2))
        if letter == "*":
            run = 2 if pattern.startswith("**", position) else 1
            found, position = found + (".*" if run == 2 else "[^/]*"), position + run
        elif letter == "[" and end > 0:
            found += "(?!/)" + fnmatch.translate(pattern[position : end + 1])[4:-3]  # without its `(?s:` and `)\\Z`
            position = end + 1
        else:
            found, position = found + ("[^/]" if letter == "?" else re.escape(letter)), position + 1
    return re.compile(found, re.DOTALL)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """All files below, links to files included; folders that are links are not looked into."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path
