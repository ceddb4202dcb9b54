"""What is to be said about how a run ended, at the spec's lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic
    from specc.frontend import Compilation

_SHOWN = 5
"""Tolerated failures that are told one by one."""


def diagnostics_of(compilation: Compilation, result: Any) -> tuple[Diagnostic, ...]:
    """What the user must know of a run's end: why it failed, and which items failed and were tolerated."""
    from specc.diagnostics import Label, Severity, Sink
    from specc.source import locate_diagnostics

    sink = Sink()
    for item in result.tolerated:
        errors = list(item.errors.items())
        sink.report(
            "SPC505",
            f"{len(errors)} of the {item.total} items of step `{item.step}` failed; their results are null",
            Label(item.origin.key(), "tolerated"),
            severity=Severity.WARNING,
            notes=[
                f"item {_labels(result, item.step, (*item.items, index))[-1]}: {error.name}: {error.message}"
                for index, error in errors[:_SHOWN]
            ],
        )
    for error in result.errors if result.status != "interrupted" else ():
        code, message, text = _described(error)
        notes = [f"item {', '.join(_labels(result, error.step, error.items))}"] if error.items else []
        labels = (Label(error.origin.key(), text),) if error.origin.path else ()
        if error.fault is not None:
            labels = (Label(error.fault, "this has no value"), *labels)
        sink.report(code, message, *labels, notes=[*notes, *error.notes])
    return locate_diagnostics(sink.diagnostics, compilation.spec)


def _labels(result: Any, step: str, items: tuple[int, ...]) -> list[str]:
    """The items of a failure as they are shown: by their numbers, those of a matrix by their names, too."""
    names = getattr(result, "names", None)
    if names is None:
        return [str(index) for index in items]
    shown = zip(items, names.labels(step, items), strict=True)
    return [label if label == str(index) else f"{index} ({label})" for index, label in shown]


_STATE = ("JournalError", "StateError", "RunBusy", "RunDamaged")
"""What the engine calls it when a run cannot be kept."""


def _described(error: Any) -> tuple[str, str, str]:
    """Code, message and the label's text of a run's error."""
    if error.name == "InvalidParameters" and not error.step:
        return "SPC502", error.message, "declared here"
    if error.name == "SecretNotFound" and not error.step:
        return "SPC503", error.message, "declared here"
    if error.name in _STATE and not error.step and not error.origin.path:
        return "SPC506", error.message, ""
    if not error.step:
        return "SPC504", f"an output has no value: {error.name}: {error.message}", "this output"
    return "SPC501", f"step `{error.step}` failed: {error.name}: {error.message}", "this step"
