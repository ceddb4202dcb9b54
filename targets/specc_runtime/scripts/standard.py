"""The standard streams of a script's process, made as Python makes them for the descriptors that it has now.

A stream looks at its file when it is made, and the server's lead elsewhere. Loads nothing that a bare Python has not.
"""

from __future__ import annotations

import io
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def renew() -> None:
    """Make `sys.stdin`, `sys.stdout` and `sys.stderr` anew, and what Python keeps of them under other names."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        old = getattr(sys, f"__{name}__", None)
        if type(old) is not io.TextIOWrapper:
            continue
        new = _stream(descriptor, name, old)
        if getattr(sys, name, None) is old:  # else something of the installation has its own in this place
            setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def _stream(descriptor: int, name: str, old: Any) -> io.TextIOWrapper:
    """What the variables and options of Python say of a stream can be seen in the one that there was."""
    buffered = type(old.buffer) is not io.FileIO  # PYTHONUNBUFFERED
    made: Any = io.open(  # noqa: SIM115, UP020  # as Python itself does it; it stays
        descriptor, "rb" if name == "stdin" else "wb", -1 if buffered else 0, closefd=False
    )
    raw = made.raw if buffered else made
    raw.name = f"<{name}>"
    new = io.TextIOWrapper(
        made,
        old.encoding,
        old.errors,
        "\n",
        line_buffering=old.line_buffering or (buffered and raw.isatty()),
        write_through=old.write_through,
    )
    new.mode = "r" if name == "stdin" else "w"  # type: ignore[misc]  # Python sets it, too
    return new
