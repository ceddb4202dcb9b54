"""What the emitted program itself fails with: from a line of Python back to the spec, or to a file of the user's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics import Place
from specc_targets.pulumi.driving.reading import Reading
from specc_targets.pulumi.driving.scrub import plain, scrub

if TYPE_CHECKING:
    from specc_targets.pulumi.program import Program

_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)', re.MULTILINE)
_RAISED = re.compile(r"^(?P<raised>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning)\b[^\n]*)", re.MULTILINE)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class ProgramError:
    """An exception that the program did not handle."""

    message: str
    where: str
    """The file and line, in words."""
    place: Place | None
    """What the spec says there; None where that cannot be told, as in a file of the user's."""


def program_error(text: str, folder: Path, program: Program) -> ProgramError | None:
    """The exception in what the engine says, at the innermost line that is the program's or the user's own."""
    said = plain(text)
    raised = _RAISED.findall(said)
    frames = [(Path(found["file"]), int(found["line"])) for found in _FRAME.finditer(said)]
    own = [frame for frame in frames if _is_within(frame[0], folder)]
    if not own or not raised:
        return None
    file, line = own[-1]
    what = scrub(" ".join(raised[-1].split()))[:_LONGEST]
    if file.name != "__main__.py":
        return ProgramError(f"`{file.name}` failed: {what}", f"line {line} of {file.name}", Place(("pulumi", "extra")))
    source = next((content for path, content in program.files.items() if path.name == file.name), b"")
    resource = Reading.of(source).at(line)
    named = f", which makes `{resource}`" if resource else ""
    return ProgramError(
        f"the emitted program failed: {what}", f"line {line} of {file}{named}", program.places.get(resource)
    )


def _is_within(file: Path, folder: Path) -> bool:
    """Whether a file is of the project, and not of an environment in it."""
    try:
        inside = file.resolve().relative_to(folder.resolve())
    except (ValueError, OSError):
        return False
    return "site-packages" not in inside.parts
