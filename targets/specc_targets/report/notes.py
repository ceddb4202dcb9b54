"""What the reader of a page must know of how sure its numbers are."""

from __future__ import annotations

from specc_targets.local.code_watch import changed_notes
from specc_targets.report.gather import ALL_ITEMS, Gathered
from specc_targets.report.tree import Tree

_ESSENTIAL = ("run.json", "plan.json", "journal.jsonl")


def notes_of(found: Gathered, tree: Tree, status: str) -> list[list[str]]:
    """Each as how grave it is (`info` or `warning`) and a sentence."""
    notes: list[list[str]] = []
    if status == "running":
        notes.append(["info", "The run was still going when this page was written: it shows what had ended by then."])
    if status == "killed":
        notes.append(
            ["warning", "The process that ran it ended without a word (killed, or the machine stopped). "
             "What is shown is what had been recorded."]
        )  # fmt: skip
    if status == "interrupted":
        notes.append(["warning", "The run was asked to stop before its end."])
    if len(found.sessions) > 1:
        count = len(found.sessions)
        notes.append(
            ["info", f"The run was resumed: {count} processes worked on it. "
             "Pauses between them are left out of the timeline."]
        )  # fmt: skip
    notes += [["warning", f"{note[0].upper()}{note[1:]}."] for note in changed_notes(found.reader.path)]
    missing = [name for name in _ESSENTIAL if name in found.reader.missing]
    notes += [["warning", f"{name} is missing; the page shows what the other files tell."] for name in missing]
    for name, damage in found.reader.damage.items():
        if damage.unreadable:
            notes.append(["warning", f"{name} cannot be read; what it holds is missing here."])
        elif damage.lines:
            said = f"has {damage.lines:,} damaged line{'s' * (damage.lines != 1)}"
            where = f" (the first is line {damage.first:,})" if damage.first else ""
            notes.append(["warning", f"{name} {said}{where}; what it held is missing here."])
        if damage.torn and status != "running":
            notes.append(["info", f"The last line of {name} is torn; it was being written when the process ended."])
    if tree.module is None and "plan.json" not in found.reader.missing and "plan.json" not in found.reader.damage:
        notes.append(["warning", "plan.json is of no form that this version knows; the graph has no lines."])
    if found.thinned:
        notes.append(
            ["info", f"{found.thinned:,} items are shown in sum: beyond {ALL_ITEMS:,}, the timeline shows how many "
             "were under way, and percentiles are accurate to 2%."]
        )  # fmt: skip
    return notes
