"""`specc check --fix`: mend what can be mended safely, and check what is left."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specc.cli.files import byte_order_mark, write_atomically
from specc.diagnostics.fixes import apply_fixes

if TYPE_CHECKING:
    from specc.frontend import Compilation

ROUNDS = 10
"""One fix may uncover another, but never without end."""


def check_and_fix(name: str, text: bytes | None, format: str | None = None, stack: str | None = None) -> Compilation:
    """Check a spec, apply what fixes are safe, and check again until there are none; the last compilation is given.

    A spec that was read from standard input (`text`) is written to standard output, fixed.
    """
    from specc.frontend import check

    mended: set[str] = set()
    for _ in range(ROUNDS):
        compilation = check(name, text=text, format=format, stack=stack)
        changed = apply_fixes(compilation.texts, compilation.diagnostics)
        if text is not None:
            changed = {file: content for file, content in changed.items() if file == name}
            text = byte_order_mark(text) + changed[name].encode() if changed else text
        else:
            for file, content in changed.items():
                _write(Path(file), content)
        if not changed:
            break
        mended |= changed.keys()
    if text is not None:
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
    if mended:
        click.echo(f"fixed {', '.join(f'`{file}`' for file in sorted(mended))}", err=True)
    return compilation


def _write(path: Path, text: str) -> None:
    """Write a fixed text, with the byte order mark the file had."""
    with path.open("rb") as file:
        mark = byte_order_mark(file.read(3))
    write_atomically(path, mark + text.encode())
