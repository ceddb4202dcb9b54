"""What goes into an archive: files by name, each with the reason why it is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["runtime", "module", "include", "dependency", "image"]
"""Where a file comes from: specc's runtime, the user's modules, `package.include`, a requirement, the image's own."""

PROGRAM = 0o755
PLAIN = 0o644
_ELF = b"\x7fELF"


@dataclass(frozen=True, slots=True)
class Item:
    """One file."""

    name: str
    """With slashes, from the root of the archive."""
    content: Path | bytes
    kind: Kind
    why: str
    """What asked for it, in the user's words and without anything of this machine."""

    @property
    def size(self) -> int:
        """Bytes. Raises `OSError` when the file is gone."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def read(self) -> bytes:
        """The content. Raises `OSError`."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()

    def head(self, length: int) -> bytes:
        """The first bytes. Raises `OSError`."""
        if isinstance(self.content, bytes):
            return self.content[:length]
        with self.content.open("rb") as file:
            return file.read(length)


def mode(name: str, head: bytes) -> int:
    """The permissions of a file, told from what is in it: those on disk depend on the umask and the file system."""
    is_program = head.startswith(b"#!") or (head.startswith(_ELF) and not is_library(name))
    return PROGRAM if is_program else PLAIN


def is_library(name: str) -> bool:
    """Whether a name is that of a shared library: `x.so`, `x.cpython-312-x86_64-linux-gnu.so`, `libx.so.6`."""
    return name.endswith(".so") or ".so." in name.rpartition("/")[2]


def total(items: Iterable[Item]) -> int:
    """Bytes of all of them."""
    return sum(item.size for item in items)
