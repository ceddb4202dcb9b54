"""Bytes of a file, whatever the path names: it never blocks and never reads without bound."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from specc.source.fault import Fault
from specc.source.formats import FORMATS
from specc.source.limits import MAX_BYTES

_REASONS = {
    errno.EACCES: "you may not read it",
    errno.EPERM: "you may not read it",
    errno.ELOOP: "its symbolic links go round in a circle",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EISDIR: "it is a directory",
}

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_MOST_NAMES = 1000
"""Names of a directory that are looked at for a suggestion."""
_MOST_READ = 50
"""Files of a directory that are read for one."""

NOTHING_OPEN: Mapping[str, bytes] = MappingProxyType({})


def open_text(path: str | Path, open_texts: Mapping[str, bytes]) -> bytes | None:
    """What an editor holds of the file at `path`, which may not be on the disk yet; None where it is not open.

    `open_texts` are contents by real path.
    """
    if not open_texts or "\0" in str(path):
        return None
    return open_texts.get(os.path.realpath(path))


def read_bytes(path: str, name: str) -> bytes:
    """Read a regular file of at most `MAX_BYTES`; raise `Fault` (SPC001, SPC002 or SPC003) for anything else."""
    try:
        _refuse_special(Path(path).stat().st_mode, path, name)
        # O_NONBLOCK: should a pipe have taken the file's place since, opening it still returns at once.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            _refuse_special(os.fstat(descriptor).st_mode, path, name)
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        if Path(path).is_symlink():
            raise Fault("SPC001", f"`{name}` is a symbolic link to a file that is not there") from None
        raise Fault("SPC001", f"there is no file `{name}`", help=_similar_name(path)) from None
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        said = str(getattr(error, "strerror", None) or "it is not a possible file name")
        reason = _REASONS.get(number or 0) or said.lower()
        raise Fault("SPC002", f"cannot read `{name}`: {reason}") from None
    check_size(data, name)
    return data


def check_size(data: bytes, name: str) -> None:
    """Raise `Fault` (SPC003) when the data are more than one file may hold."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        raise Fault(
            "SPC003",
            f"`{name}` is larger than {limit} MiB",
            help="a spec describes work; keep data in files of their own and pass their paths as parameters",
        )


def _refuse_special(mode: int, path: str, name: str) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise Fault("SPC002", f"cannot read `{name}`: it is a directory", help=_spec_inside(path))
    kind = next((kind for test, kind in _KINDS if test(mode)), "a special file")
    raise Fault("SPC002", f"cannot read `{name}`: it is {kind}, not a file")


def _spec_inside(path: str) -> str:
    """Say which file of a directory may have been meant."""
    try:
        with os.scandir(path) as entries:
            found = sorted(entry.name for entry in islice(entries, _MOST_NAMES) if entry.name.endswith(tuple(FORMATS)))
    except OSError:
        found = []
    spec = next((name for name in found[:_MOST_READ] if _holds_a_spec(Path(path, name))), None)
    return f"name a file in it, such as `{spec}`" if spec else "name a spec file"


def _holds_a_spec(path: Path) -> bool:
    from specc.source.recognition import is_spec  # late: it needs JSON

    try:
        return is_spec(path, read_bytes(str(path), path.name).decode("utf-8", "replace"))
    except Fault:
        return False


def _similar_name(path: str) -> str | tuple[str, ...]:
    """Say which file beside the missing one may have been meant."""
    from specc.diagnostics import closest

    try:
        with os.scandir(Path(path).parent) as entries:
            names = [entry.name for entry in islice(entries, _MOST_NAMES)]
    except (OSError, ValueError):
        return ()
    found = closest(Path(path).name, names)
    return f"did you mean `{found}`?" if found else ()
