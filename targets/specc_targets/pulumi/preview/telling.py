"""What a preview found, as diagnostics at the lines that it is about."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Label, Place, Position, Severity, Span
from specc.source import locate_diagnostics
from specc_targets.pulumi.preview.losses import Refusal
from specc_targets.pulumi.preview.monitor import Message
from specc_targets.pulumi.preview.result import Preview
from specc_targets.pulumi.preview.shown import hidden

if TYPE_CHECKING:
    from specc.frontend import Compilation

_REGION = "region"
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING}


def diagnostics(compilation: Compilation, preview: Preview) -> tuple[Diagnostic, ...]:
    """What is in the way of an update, and what the program warns of."""
    found = [_of_message(compilation, preview, item) for item in preview.messages if item.severity in _SEVERITIES]
    for item in preview.refusals:
        text = hidden(item.text, preview.secrets)
        found.append(Diagnostic("", Severity.ERROR, text, _to_blame(compilation, preview, item), (item.help,)))
    return locate_diagnostics(found, compilation.spec)


def _of_message(compilation: Compilation, preview: Preview, message: Message) -> Diagnostic:
    severity = _SEVERITIES[message.severity]
    name = message.urn.rpartition("::")[2]
    first, *rest = message.text.splitlines() or [""]
    labels = (_in_extra(compilation, message),) if name else ()
    said = first if severity is Severity.WARNING else f"the program failed: {first}"
    if name:
        said = f"`{hidden(name, preview.secrets)}`: {first}"
    there = tuple(label for label in labels if label is not None)
    return Diagnostic(
        "", severity, said, there or _labels(preview, name), notes=("\n".join(map(str.strip, rest)),) if rest else ()
    )


def _in_extra(compilation: Compilation, message: Message) -> Label | None:
    """The line of the user's own file that asks for what a message is about."""
    file, line = message.source
    module, spec = compilation.module, compilation.spec
    extra = module.deployment.pulumi.extra if module is not None else None
    if extra is None or spec is None or PurePath(extra).name != file:
        return None
    start = Position(line, 1)
    return Label(Span(str(Path(spec.documents[0].name).parent / extra), start, start))


def _to_blame(compilation: Compilation, preview: Preview, refusal: Refusal) -> tuple[Label, ...]:
    """What moves to another region moves because of the stack, not of a step."""
    place = Place(("stacks", preview.stack, _REGION))
    documents = compilation.spec.documents if compilation.spec is not None else ()
    if _REGION in refusal.change.replaces and any(document.has(place.path) for document in documents):
        return (Label(place),)
    return _labels(preview, refusal.change.name)


def _labels(preview: Preview, name: str) -> tuple[Label, ...]:
    return (Label(preview.origins[name]),) if name in preview.origins else ()
