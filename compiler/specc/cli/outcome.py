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


def report_outcome(compilation: Compilation, result: Any, *, quiet: bool = False) -> tuple[Diagnostic, ...]:
    """Say on standard error what went wrong, at the spec's line, with the user's own traceback; give what was found.

    `quiet` only gives it.
    """
    from specc.api.outcome import diagnostics_of

    if quiet:
        return diagnostics_of(compilation, result)
    if result.status == "interrupted":
        click.echo(f"interrupted: {result.error.message}", err=True)
    for error in result.errors if result.status != "interrupted" else ():
        if error.traceback:
            click.echo(error.traceback, err=True, nl=False)
    found = diagnostics_of(compilation, result)
    show(found, compilation.texts)
    return found


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
