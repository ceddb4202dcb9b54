"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import codecs
import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from specc.cli.report import Failure


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the content of `path`, or leave it as it was. End the command with 1 when that fails."""
    with atomically(path) as file:
        file.write(data)


@contextlib.contextmanager
def atomically(path: Path) -> Iterator[BinaryIO]:
    """A file whose content replaces that of `path` in the end. After an exception that is left as it was.

    End the command with 1 when writing fails.
    """
    import tempfile

    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.resolve()  # through a symbolic link, not over it
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:64]}.", dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
        temporary = None
    except OSError as error:
        raise Failure(f"cannot write `{path}`: {(error.strerror or str(error)).lower()}") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def create_all(directory: Path, files: Mapping[PurePosixPath, bytes]) -> None:
    """Create files in a directory, with the folders that they need: all or none, and nothing that is there is touched.

    End the command with 1 when that fails.
    """
    made: list[Path] = []
    try:
        for path, data in files.items():
            made += _make_folders((directory / path).parent)
            with (directory / path).open("xb") as file:
                made.append(directory / path)
                file.write(data)
    except BaseException as error:
        for done in reversed(made):
            with contextlib.suppress(OSError):
                done.rmdir() if done.is_dir() else done.unlink()
        if not isinstance(error, OSError):
            raise
        reason = (error.strerror or str(error)).lower()
        raise Failure(f"cannot write `{error.filename or directory}`: {reason}") from None


def _make_folders(folder: Path) -> Iterator[Path]:
    """Make a folder and its parents where they are missing, and give those that were."""
    if not folder.is_dir():
        yield from _make_folders(folder.parent)
        folder.mkdir()
        yield folder


def byte_order_mark(data: bytes) -> bytes:
    """The byte order mark that a text begins with, if there is one."""
    return codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""


def _umask() -> int:
    # The one portable way to read the mask is to set it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
