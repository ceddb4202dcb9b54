"""A preview as one object, for programs. Its form is kept; more may be added to it."""

from __future__ import annotations

from typing import Any

from specc_targets.pulumi.preview.compare import Difference, Missing
from specc_targets.pulumi.preview.plan import Change
from specc_targets.pulumi.preview.protection import protection
from specc_targets.pulumi.preview.result import Preview
from specc_targets.pulumi.preview.shown import as_data, hidden

OURS = frozenset({"project", "stack", "against", "summary", "action", "do", "severity", "place"})
"""What holds nothing of the program's."""
LISTS = frozenset({"changes", "steps", "messages"})
"""Lists of objects that have some of it, too."""


def preview_data(preview: Preview) -> dict[str, Any]:
    """All of it; secrets are hidden, values known only after creation are texts that say so."""
    found: dict[str, Any] = _hidden(_data(preview), preview.secrets, OURS)
    return found


def _hidden(value: Any, secrets: tuple[str, ...], ours: frozenset[str] = frozenset()) -> Any:
    """The same without secrets that the program has put where anybody sees them, but for the values of `ours`."""
    match value:
        case str():
            return hidden(value, secrets)
        case dict():
            return {
                name if ours else hidden(name, secrets): item
                if name in ours
                else _hidden(item, secrets, OURS if ours and name in LISTS else frozenset())
                for name, item in value.items()
            }
        case list():
            return [_hidden(item, secrets, ours) for item in value]
    return value


def _data(preview: Preview) -> dict[str, Any]:
    plan = preview.plan
    return {
        "project": preview.project,
        "stack": preview.stack,
        "against": preview.against,
        "ok": preview.ok,
        "summary": {**plan.counts, "protection": sum(bool(protection(change)) for change in plan.changes)},
        "changes": [_change(preview, change) for change in plan.changes],
        "steps": [{"do": step, "urn": urn} for step, urn in plan.steps],
        "outputs": {name: as_data(value) for name, value in sorted(plan.outputs.items())},
        "outputDifferences": [_difference(item, ()) for item in plan.output_differences],
        "refused": [
            {
                "name": item.change.name,
                "urn": item.change.urn,
                "lost": item.lost,
                "message": item.text,
                "help": item.help,
            }
            for item in preview.refusals
        ],
        "messages": [
            {"severity": item.severity, "urn": item.urn or None, "text": item.text} for item in preview.messages
        ],
        "notes": list(plan.notes),
    }


def _change(preview: Preview, change: Change) -> dict[str, Any]:
    wanted, held = change.wanted, change.held
    return {
        "action": change.action,
        "name": change.name,
        "type": change.type,
        "urn": change.urn,
        "steps": list(preview.steps.get(change.name, ())),
        "place": preview.places.get(change.name),
        "inputs": as_data(wanted.inputs) if wanted is not None else None,
        "dependencies": list(wanted.dependencies) if wanted is not None else [],
        "differences": [_difference(item, change.replaces) for item in change.differences],
        "because": list(change.because),
        "deletedFirst": change.delete_first and not change.retained,
        "protected": held.protect if held is not None else wanted is not None and wanted.protect,
        "retained": change.retained,
        "protection": [_difference(item, ()) for item in protection(change)],
    }


def _difference(item: Difference, replaces: tuple[str, ...]) -> dict[str, Any]:
    """What was or will be there; nothing at all is not the same as null."""
    found: dict[str, Any] = {"path": item.text, "replaces": bool(item.path) and item.path[0] in replaces}
    if not isinstance(item.old, Missing):
        found["old"] = as_data(item.old)
    if not isinstance(item.new, Missing):
        found["new"] = as_data(item.new)
    return found
