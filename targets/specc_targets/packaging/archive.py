"""A zip archive whose bytes depend on nothing but names and contents.

Entries are sorted and stored without compression. What deflate makes of the same bytes differs between zlib and
zlib-ng, and from version to version, so compressed archives would differ between machines and ship code that has not
changed. Code is small, and what is large goes to S3 only when its hash is new.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from specc_targets.packaging.items import Item, mode

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can state."""
_UNIX = 3
_REGULAR = 0o100000
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was written."""

    path: Path
    sha256: str
    size: int
    unzipped_size: int


def write_archive(directory: Path, stem: str, items: Iterable[Item], *, below: str = "") -> Archive:
    """Write `STEM-<16 digits of its sha256>.zip` into `directory`; `below` is a folder that all entries go into.

    Raises `OSError`; nobody ever sees half an archive.
    """
    directory.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{stem}.", dir=directory)
    try:
        unzipped = 0
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for item in sorted(items, key=lambda item: item.name.encode()):
                    data = item.read()
                    archive.writestr(_info(below + item.name, data), data)
                    unzipped += len(data)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.seek(0, os.SEEK_END)
        path = directory / f"{stem}-{digest[:_DIGITS]}.zip"
        os.chmod(temporary, 0o644)  # noqa: PTH101  # beside its neighbours, which take the bare name
        os.replace(temporary, path)  # noqa: PTH105  # as above
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Archive(path, digest, size, unzipped)


def _info(name: str, data: bytes) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system = _UNIX  # zipfile writes that of the machine
    info.external_attr = (_REGULAR | mode(name, data[:4])) << 16
    return info
