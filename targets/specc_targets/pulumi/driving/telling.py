"""What the engine has failed with, as diagnostics at the lines of the spec, each with what mends it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Label, Severity
from specc.source import locate_diagnostics
from specc_targets.pulumi.driving.engine import EngineFailed
from specc_targets.pulumi.driving.errors import Failed, Interrupted
from specc_targets.pulumi.driving.events import Complaint, shown
from specc_targets.pulumi.driving.failures import MISSING, UNKNOWN, Recognized, recognize
from specc_targets.pulumi.driving.program_errors import program_error
from specc_targets.pulumi.driving.scrub import plain, scrub
from specc_targets.pulumi.driving.setup import Setup

if TYPE_CHECKING:
    from specc_targets.pulumi.program import Program

_TRAILER = re.compile(r"^(?:error: )?(?:preview|update|refresh|destroy|delete) failed\.?$", re.IGNORECASE)
"""What only repeats that it has failed."""
_PREFACE = re.compile(r"^\s*(?:error:|sdk-v2/\S+:\d+:|sdk\.helper_schema:|Preview failed:|\d+ errors? occurred:|\*)\s*")
_ENDING = re.compile(r":? ?provider=aws@[\d.]+$")
_REQUEST = re.compile(
    r",? ?(?:https response error )?StatusCode: \d+, RequestID: [^,]+, (?:HostID: [^,]*, )?(?:api error )?"
)
_LONGEST = 400
_ORDER = {1: 0, 2: 1, MISSING: 2}
"""Which exit code counts where several things have failed: what is missing outside explains the most."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One failure, and the resources that have it."""

    found: Recognized
    text: str
    names: tuple[str, ...]


def failed(setup: Setup, program: Program, error: EngineFailed) -> Failed | Interrupted:
    """What to raise for it."""
    if error.interrupted:
        called = f"{setup.spec} --stack {setup.folders.stack}"
        return Interrupted(
            f"interrupted; what was done is kept, and `specc up {called}` goes on from there. Should it say that the "
            f"stack is locked or that operations are pending: `specc recover {called}`"
        )
    told = list(_gathered(error))
    diagnostics = [_diagnostic(setup, program, item) for item in told]
    if os.environ.get("SPECC_DEBUG"):
        everything = scrub("\n".join(filter(None, (error.out, error.err))))
        diagnostics.append(Diagnostic("", Severity.HINT, "all that the engine says", notes=(everything,)))
    located = locate_diagnostics(diagnostics, setup.compilation.spec)
    code = max((item.found.failure.code for item in told), key=lambda code: _ORDER.get(code, 3))
    first = next(item for item in located if item.severity is Severity.ERROR)
    return Failed(first.message, code, located, setup.compilation.texts)


def _gathered(error: EngineFailed) -> Iterator[_Told]:
    """Each failure once: what the engine says of resources, else what the CLI says."""
    complaints = _distinct(error.errors) or _distinct(_of_cli(error))
    groups: dict[tuple[str, str], list[str]] = {}
    found: dict[tuple[str, str], tuple[Recognized, str]] = {}
    for complaint in complaints or [Complaint("error", "it says nothing of why")]:
        recognized = recognize(complaint.text)
        text = _short(complaint.text)
        same = recognized.failure.name if recognized.failure.is_spoken and recognized.failure is not UNKNOWN else text
        key = (same, recognized.said.get("what", ""))
        found.setdefault(key, (recognized, complaint.text))
        groups.setdefault(key, []).append(complaint.name)
    for key, names in groups.items():
        recognized, text = found[key]
        yield _Told(recognized, text, tuple(dict.fromkeys(name for name in names if name)))


def _distinct(complaints: Sequence[Complaint]) -> list[Complaint]:
    """Those that say something; of two of a resource that say the same, the one that says more."""
    kept: list[Complaint] = []
    for item in complaints:
        if _TRAILER.match(item.text.strip()):
            continue
        said = _short(item.text)
        twin = next((other for other in kept if other.urn == item.urn and _short(other.text) in {said, ""}), None)
        if twin is None:
            kept.append(item)
    return kept


def _of_cli(error: EngineFailed) -> list[Complaint]:
    """What the CLI has written: from `error:` on to the next one."""
    text = plain(error.err.strip() or error.out.strip())
    parts = re.split(r"(?m)^\s*error: ", text)
    said = [part.strip() for part in (parts[1:] if len(parts) > 1 else parts)]
    return [Complaint("error", part) for part in said if part]


def _diagnostic(setup: Setup, program: Program, told: _Told) -> Diagnostic:
    failure, names = told.found.failure, setup.called
    message, helps = told.found.means(names), [told.found.fix(names)]
    labels = [Label(program.places[name], _label(name, program)) for name in told.names if name in program.places]
    notes: list[str] = []
    if failure.name == "program" and (located := program_error(told.text, setup.folders.program, program)):
        message = located.message
        labels += [Label(located.place)] if located.place is not None else []
        notes = [located.where]
    elif failure is UNKNOWN or not failure.is_spoken:
        notes = [scrub(_short(told.text))]
    elif failure.name == "denied" and (where := _short(told.text)):
        notes = [scrub(where)]
    if failure.name == "locked" and told.found.said.get("who"):
        said = told.found.said
        notes = [f"locked by {said['who']}, process {said['pid']}, since {said['when']}"]
    if failure.name == "violates-plan" and (how := told.found.said.get("how", "").strip()):
        notes = [scrub(how)]
    unplaced = [name for name in told.names if name not in program.places]
    if told.names:
        named = ", ".join(f"`{name}`" for name in told.names[:3])
        message = f"{named}: {message}"
    if unplaced and failure.name != "program":
        notes.append(f"nothing in the spec alone asks for {', '.join(f'`{name}`' for name in unplaced[:3])}")
    return Diagnostic("", Severity.ERROR, scrub(message), tuple(labels[:3]), tuple(helps), tuple(notes))


def _label(name: str, program: Program) -> str:
    known = shown(name, program.steps)
    return f"{known} is there for this" if known == name else known


def _short(text: str) -> str:
    """The message without what the layers between AWS and here put around it."""
    lines = []
    for line in plain(text).splitlines():
        while (cut := _PREFACE.sub("", line)) != line:
            line = cut
        if line.strip():
            lines.append(_ENDING.sub("", _REQUEST.sub(": ", line.strip())))
    said = " ".join(" ".join(lines).split())
    said = said.replace(": :", ":").replace(",: ", ": ")
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]} ..."
