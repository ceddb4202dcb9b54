"""What the engine means to do, as text: in the shape in which `specc preview` shows what it would be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from specc.diagnostics import Span
from specc_targets.pulumi.driving.events import Change
from specc_targets.pulumi.driving.scrub import scrub
from specc_targets.pulumi.driving.setup import Setup
from specc_targets.pulumi.preview.text import MARKS, NAMES, STEPS, TYPES, WORDS
from specc_targets.pulumi.preview.values import UNKNOWN, UNKNOWN_TEXT
from specc_targets.pulumi.program import Program

_SHOWN = ("create", "update", "replace", "delete")
"""In the order of a summary. Of a replacement the engine tells its two halves, too, which are one here."""
_FEW = 8
_LONGEST = 60
"""Letters of a value that is shown; of a longer one only the name is."""


def planned(changes: Sequence[Change]) -> list[Change]:
    """What is to be done: each resource once, a replacement as such."""
    replaced = {change.urn for change in changes if change.op == "replace"}
    return [
        change for change in changes if change.op in _SHOWN and (change.urn not in replaced or change.op == "replace")
    ]


def preview_text(setup: Setup, program: Program, changes: Sequence[Change]) -> str:
    """A line for each resource that changes with what changes in it, and how many of each kind there are."""
    todo, counts = planned(changes), Counter(change.op for change in changes)
    lines = [f"{setup.folders.project}, stack {setup.folders.stack}, at {setup.account.place}", ""]
    words = max((len(change.op) for change in todo), default=0)
    names = max((len(change.name) for change in todo if len(change.name) <= NAMES), default=0)
    kinds = [_type(change.type) for change in todo]
    types = max((len(kind) for kind in kinds if len(kind) <= TYPES), default=0)
    for change, kind in zip(todo, kinds, strict=True):
        columns = f"{change.op:{words}}  {change.name:{names}}  {kind:{types}}  {_why(setup, program, change)}"
        lines.append(f"{_mark(change.op)} {columns.rstrip()}")
        lines += [f"      {line}" for line in _details(change)]
    if todo:
        lines.append("")
    said = [f"{counts[op]} {word}" for op, word in WORDS.items() if counts[op] and (todo or op != "same")]
    return "\n".join([*lines, ", ".join(said) if todo else "nothing to do"])


def _mark(op: str) -> str:
    return next((mark for name, mark in MARKS.items() if name == op), " ")


def _type(type: str) -> str:
    """`aws:s3:Bucket` for `aws:s3/bucket:Bucket`, as Pulumi shows types."""
    package, _, rest = type.partition(":")
    module, _, name = rest.partition(":")
    return f"{package}:{module.partition('/')[0]}:{name}"


def _why(setup: Setup, program: Program, change: Change) -> str:
    """`(steps get_birds, flap; birds.toml:12)`."""
    steps = program.steps.get(change.name, ()) if change.op != "delete" else ()
    few = steps if len(steps) <= STEPS + 1 else steps[:STEPS]
    listed = ", ".join(few) + (f" and {len(steps) - STEPS} more" if len(few) < len(steps) else "")
    named = f"step{'s' * (len(steps) > 1)} {listed}" if steps else ""
    place, read = program.places.get(change.name), setup.compilation.spec
    at = read.locate(place) if place is not None and place.path and read is not None and change.op != "delete" else None
    where = f"{at.file}:{at.start.line}" if isinstance(at, Span) else ""
    inside = "; ".join(part for part in (named, where) if part)
    return f"({inside})" if inside else ""


def _details(change: Change) -> Iterator[str]:
    """What differs, with values where they are short."""
    if change.op not in {"update", "replace"}:
        return
    for key in change.keys[:_FEW]:
        old, new = _value(change.old.get(key)), _value(change.new.get(key))
        replaces = " (replaces)" if change.op == "replace" else ""
        yield f"{key}: {old} -> {new}{replaces}" if old and new and old != new else f"{key}{replaces}"
    if len(change.keys) > _FEW:
        yield f"... and {len(change.keys) - _FEW} more"


def _value(value: object) -> str:
    """A short value as text; empty for one that is long, or that stands for a file."""
    if value is None or isinstance(value, Mapping):
        return ""
    text = scrub(json.dumps(value, ensure_ascii=False)).replace(f'"{UNKNOWN_TEXT}"', f"<{UNKNOWN.value}>")
    return text if len(text) <= _LONGEST else ""
