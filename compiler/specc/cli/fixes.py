"""Applying the safe fixes that diagnostics carry."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specc.cli.files import write_atomically
from specc.diagnostics import Diagnostic, Edit, Span
from specc.source.lines import Lines

if TYPE_CHECKING:
    from specc.frontend import Compilation

ROUNDS = 10
"""One fix may uncover another, but never without end."""


def check_and_fix(name: str, text: bytes | None, format: str | None = None) -> Compilation:
    """Check a spec, apply what fixes are safe, and check again until there are none; the last compilation is given.

    A spec that was read from standard input (`text`) is written to standard output, fixed.
    """
    from specc.frontend import check

    applied = 0
    for _ in range(ROUNDS):
        compilation = check(name, text=text, format=format)
        changed = apply_fixes(compilation.diagnostics, compilation.texts)
        if text is not None:
            fixed = changed.get(name, (text.decode("utf-8", "replace"), 0))
            changed = {name: fixed} if fixed[1] else {}
            text = fixed[0].encode() if fixed[1] else text
        else:
            for file, (content, _number) in changed.items():
                _write(Path(file), content)
        if not changed:
            break
        applied += sum(number for _, number in changed.values())
    if text is not None:
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
    if applied:
        click.echo(f"fixed {applied} fault{'s' * (applied != 1)} in `{name}`", err=True)
    return compilation


def apply_fixes(diagnostics: Iterable[Diagnostic], texts: dict[str, str]) -> dict[str, tuple[str, int]]:
    """The new text of every file that safe fixes change, and how many were applied.

    Fixes that overlap an earlier one wait for another round; a fix is applied whole or not at all.
    """
    taken: dict[str, list[tuple[int, int, str]]] = {}
    counts: dict[str, int] = {}
    for found in diagnostics:
        if found.fix is None or not found.fix.safe:
            continue
        edits = _offsets(found.fix.edits, texts)
        if not edits or any(_overlaps(edit, taken.get(file, ())) for file, edit in edits):
            continue
        for file, edit in edits:
            taken.setdefault(file, []).append(edit)
        counts[edits[0][0]] = counts.get(edits[0][0], 0) + 1
    changed = {}
    for file, replacements in taken.items():
        text = texts[file]
        for start, end, replacement in sorted(replacements, reverse=True):
            text = text[:start] + replacement + text[end:]
        if text != texts[file]:
            changed[file] = (text, counts.get(file, 0))
    return changed


def _offsets(edits: Sequence[Edit], texts: dict[str, str]) -> list[tuple[str, tuple[int, int, str]]]:
    """The edits as character offsets; empty when one of them has no place in a known text."""
    placed = []
    for edit in edits:
        if not isinstance(edit.at, Span) or edit.at.file not in texts:
            return []
        lines = Lines(texts[edit.at.file])
        placed.append((edit.at.file, (lines.offset(edit.at.start), lines.offset(edit.at.end), edit.replacement)))
    return placed


def _overlaps(edit: tuple[int, int, str], others: Iterable[tuple[int, int, str]]) -> bool:
    start, end, _ = edit
    return any(start < other_end and other_start < end or start == other_start for other_start, other_end, _ in others)


def _write(path: Path, text: str) -> None:
    """Write a fixed text, with the byte order mark the file had."""
    with path.open("rb") as file:
        mark = codecs.BOM_UTF8 if file.read(3) == codecs.BOM_UTF8 else b""
    write_atomically(path, mark + text.encode())
