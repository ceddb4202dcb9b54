"""A preview as people read it: one line a resource, and below it what changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from specc_targets.pulumi.preview.compare import Difference
from specc_targets.pulumi.preview.monitor import Wanted
from specc_targets.pulumi.preview.plan import Action, Change
from specc_targets.pulumi.preview.protection import protection_counts, protection_lines
from specc_targets.pulumi.preview.result import Preview
from specc_targets.pulumi.preview.shown import SECRET_TEXT, WIDE, hidden, pair, safe, shown
from specc_targets.pulumi.preview.values import Secret

Paint = Callable[[str, str], str]
"""Called with a text and a color."""
MARKS: dict[Action, str] = {"create": "+", "update": "~", "replace": "±", "delete": "-", "same": " "}
COLORS: dict[Action, str] = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red"}
WORDS: dict[Action, str] = {
    "create": "to create",
    "update": "to update",
    "replace": "to replace",
    "delete": "to delete",
    "same": "unchanged",
}
FEW = 8
"""Differences of a resource that are shown unless all are asked for."""
NAMES = 32
TYPES = 40
"""Columns that names and types may take; longer ones stand out."""
STEPS = 3


def text(preview: Preview, *, verbose: bool = False, paint: Paint = lambda line, _: line) -> str:
    """The whole preview. `verbose` shows resources that stay, every difference and all inputs of what is new."""

    def clean(line: str) -> str:
        return safe(hidden(line, preview.secrets))

    below = (*_protection(preview), *_outputs(preview), *_summary(preview))
    lines = [*map(safe, _head(preview)), *_resources(preview, verbose, paint, clean), *map(clean, below)]
    return "\n".join(lines) + "\n"


def _head(preview: Preview) -> Iterator[str]:
    beside = f"beside {preview.against}" if preview.against is not None else "in an account that has nothing of it"
    yield f"{preview.project}, stack {preview.stack}: what `specc up` would do {beside}"
    yield ""


def _resources(preview: Preview, verbose: bool, paint: Paint, clean: Callable[[str], str]) -> Iterator[str]:
    changes = [change for change in preview.plan.changes if verbose or change.action != "same"]
    words = max((len(change.action) for change in changes), default=0)
    called = [clean(change.name) for change in changes]
    names = max((len(name) for name in called if len(name) <= NAMES), default=0)
    kinds = [_type(change.type) for change in changes]
    types = max((len(kind) for kind in kinds if len(kind) <= TYPES), default=0)
    for change, name, kind in zip(changes, called, kinds, strict=True):
        columns = f"{change.action:{words}}  {name:{names}}  {clean(kind):{types}}  {safe(_why(preview, change))}"
        line, color = f"{MARKS[change.action]} {columns.rstrip()}", COLORS.get(change.action)
        yield paint(line, color) if color is not None else line
        for line in _details(change, verbose):
            yield f"      {clean(line)}"
    if changes:
        yield ""


def _type(type: str) -> str:
    """`aws:s3:Bucket` for `aws:s3/bucket:Bucket`, as Pulumi shows types."""
    package, _, rest = type.partition(":")
    module, _, name = rest.partition(":")
    return f"{package}:{module.partition('/')[0]}:{name}"


def _why(preview: Preview, change: Change) -> str:
    """`(steps get_birds, flap; birds.toml:12)`."""
    if change.wanted is None:
        return ""  # what has this name in the spec is another resource
    steps = preview.steps.get(change.name, ())
    few = steps if len(steps) <= STEPS + 1 else steps[:STEPS]
    listed = ", ".join(few) + (f" and {len(steps) - STEPS} more" if len(few) < len(steps) else "")
    named = f"step{'s' * (len(steps) > 1)} {listed}" if steps else ""
    inside = "; ".join(part for part in (named, preview.places.get(change.name, "")) if part)
    return f"({inside})" if inside else ""


def _details(change: Change, verbose: bool) -> Iterator[str]:
    if change.retained:
        yield _staying(change)
    if change.because:
        verb = "is" if len(change.because) == 1 else "are"
        yield f"{', '.join(f'`{name}`' for name in change.because)} {verb} deleted first, and it cannot be without"
    if change.delete_first and not change.retained:
        yield "the old one is deleted before the new one is made, as both have one name"
    lines = [line for item in change.differences for line in _difference(item, change)]
    if verbose and change.wanted is not None:
        lines = [*_needs(change.wanted), *(_inputs(change.wanted) if change.action == "create" else lines)]
    few = lines if verbose or len(lines) <= FEW + 1 else lines[:FEW]
    yield from few
    if len(few) < len(lines):
        yield f"... and {len(lines) - len(few)} more (--verbose shows all)"


def _staying(change: Change) -> str:
    """What becomes of an old resource that is kept."""
    moved = next((item.old for item in change.differences if item.path == ("region",)), None)
    if isinstance(moved, str) and "region" in change.replaces:
        return f"the old one stays in the account, in {moved}; Pulumi forgets it"
    if change.delete_first:
        return "Pulumi forgets the old one, which stays in the account and has the name that the new one needs"
    return "the old one stays in the account; Pulumi forgets it"


def _protection(preview: Preview) -> Iterator[str]:
    lines = list(protection_lines(preview.plan.changes))
    if lines:
        yield from (*lines, "")


def _needs(wanted: Wanted) -> Iterator[str]:
    names = sorted(urn.rpartition("::")[2] for urn in wanted.dependencies)
    if names:
        yield f"needs {', '.join(names)}"


def _inputs(wanted: Wanted) -> Iterator[str]:
    for name, value in sorted(wanted.inputs.items()):
        yield f"{name} = {shown(value, WIDE)}"


def _difference(item: Difference, change: Change) -> Iterator[str]:
    replaces = " (replaces)" if item.path and item.path[0] in change.replaces else ""
    if isinstance(item.old, Secret) and isinstance(item.new, Secret):
        yield f"{item.text}: {SECRET_TEXT} -> another {SECRET_TEXT}{replaces}"
        return
    old, new = pair(item.old, item.new)
    yield f"{item.text}: {old} -> {new}{replaces}"


def _outputs(preview: Preview) -> Iterator[str]:
    if preview.against is None:
        lines = [f"  {name} = {shown(value)}" for name, value in preview.plan.outputs.items()]
    else:
        found = preview.plan.output_differences
        lines = [f"  {item.text}: {' -> '.join(pair(item.old, item.new))}" for item in found]
    if lines:
        yield from ("outputs:", *lines, "")


def _summary(preview: Preview) -> Iterator[str]:
    notes = (f"note: {note}" for note in preview.plan.notes)
    counts = preview.plan.counts
    words = [f"{counts[action]} {word}" for action, word in WORDS.items() if counts[action]]
    words += protection_counts(preview.plan.changes)
    yield from chain(notes, (", ".join(words) or "nothing to do",))
