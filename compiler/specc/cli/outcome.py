"""What `specc run` says at the end of a run."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from specc.cli.report import Failure, Refused, show

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic
    from specc.frontend import Compilation

_SHOWN = 5
"""Tolerated failures that are told one by one."""


def report_outcome(compilation: Compilation, result: Any) -> tuple[Diagnostic, ...]:
    """Say on standard error what went wrong, at the spec's line, with the user's own traceback; give what was found."""
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
            notes=[f"item {index}: {error.name}: {error.message}" for index, error in errors[:_SHOWN]],
        )
    if result.status == "interrupted":
        click.echo(f"interrupted: {result.error.message}", err=True)
    for error in result.errors if result.status != "interrupted" else ():
        code, message, text = _described(error)
        notes = [f"item {', '.join(map(str, error.items))}"] if error.items else []
        labels = (Label(error.origin.key(), text),) if error.origin.path else ()
        if error.fault is not None:
            labels = (Label(error.fault, "this has no value"), *labels)
        sink.report(code, message, *labels, notes=[*notes, *error.notes])
        if error.traceback:
            click.echo(error.traceback, err=True, nl=False)
    found = locate_diagnostics(sink.diagnostics, compilation.spec)
    show(found, compilation.texts)
    return found


def _described(error: Any) -> tuple[str, str, str]:
    """Code, message and the label's text of a run's error."""
    if error.name == "InvalidParameters" and not error.step:
        return "SPC502", error.message, "declared here"
    if error.name == "SecretNotFound" and not error.step:
        return "SPC503", error.message, "declared here"
    if not error.step:
        return "SPC504", f"an output has no value: {error.name}: {error.message}", "this output"
    return "SPC501", f"step `{error.step}` failed: {error.name}: {error.message}", "this step"


def outcome_text(outputs: Mapping[str, Any]) -> str:
    """Outputs for people: one line for each, or an indented block where the value is large."""
    return "".join(f"{name} = {_shown(value)}\n" for name, value in outputs.items())


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=_bytes)
    return text if len(text) <= 100 else json.dumps(value, ensure_ascii=False, default=_bytes, indent=2)


def outcome_json(result: Any, diagnostics: Sequence[Diagnostic]) -> str:
    """The outcome for programs, with all that was said about the spec and the run. Bytes are base64."""
    from specc.diagnostics.render.json_format import as_data

    error = result.error
    found = {
        "run": result.id,
        "status": result.status,
        "outputs": dict(result.outputs),
        "skipped": result.skipped,
        "error": None
        if error is None
        else {
            "name": error.name,
            "message": error.message,
            "step": error.step or None,
            "items": list(error.items),
            "traceback": error.traceback,
        },
        "tolerated": [
            {
                "step": item.step,
                "items": list(item.items),
                "total": item.total,
                "errors": [
                    {"item": index, "name": fault.name, "message": fault.message}
                    for index, fault in item.errors.items()
                ],
            }
            for item in result.tolerated
        ],
        "duration": round(result.duration, 6),
        "diagnostics": [as_data(diagnostic) for diagnostic in diagnostics],
    }
    return json.dumps(found, ensure_ascii=False, indent=2, default=_bytes)


def refusal_json(failure: Failure) -> str:
    """The outcome of a run that never began, in the shape of any other: `run` is null, nothing has a value."""
    from specc.diagnostics.render.json_format import as_data

    diagnostics = failure.diagnostics if isinstance(failure, Refused) else ()
    found: dict[str, Any] = {
        "run": None,
        "status": "failed",
        "outputs": {},
        "skipped": [],
        "error": {"name": failure.name, "message": failure.message, "step": None, "items": [], "traceback": ""},
        "tolerated": [],
        "duration": 0.0,
        "diagnostics": [as_data(diagnostic) for diagnostic in diagnostics],
    }
    return json.dumps(found, ensure_ascii=False, indent=2)


def _bytes(value: object) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else repr(value)
