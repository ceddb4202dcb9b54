"""What came of a run, and how two of them, or one and its expectation, differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.harness.case import Run

_SHOWN = 300


@dataclass(frozen=True)
class Outcome:
    """The end of one run on one engine."""

    status: str
    """`succeeded` or `failed`."""
    outputs: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    error: str | None = None
    message: str | None = None
    files: dict[str, str] = field(default_factory=dict)


def files_in(directory: Path) -> dict[str, str]:
    """The text files of a run's folder."""
    return {path.name: path.read_text() for path in sorted(directory.iterdir()) if path.is_file()}


def differences(engine: str, run: Run, got: Outcome) -> Iterator[str]:
    """How an outcome differs from what the corpus expects."""
    status = "succeeded" if run.error is None else "failed"
    if got.status != status or got.error != run.error:
        yield f"{engine}: {_end(got)} instead of {status} {run.error or ''}"
        return
    if run.message is not None and got.message != run.message:
        yield f"{engine}: message {got.message!r} instead of {run.message!r}"
    if run.error is None:
        for name, length in run.lengths.items():
            if len(got.outputs.get(name, "")) != length:
                yield f"{engine}: output {name} is not of length {length}"
        exact = {name: value for name, value in got.outputs.items() if name not in run.lengths}
        yield from _different(f"{engine}: outputs", exact, run.outputs)
        if got.skipped != run.skipped:
            yield f"{engine}: skipped {list(got.skipped)} instead of {list(run.skipped)}"
    for name, text in run.files.items():
        if got.files.get(name) != text:
            yield f"{engine}: file {name} is {got.files.get(name)!r} instead of {text!r}"


def disagreements(local: Outcome, machine: Outcome) -> Iterator[str]:
    """How the two engines' outcomes differ from each other."""
    parts = ["status", "error", "skipped", "files"]
    if local.error != "timeout":  # AWS words none, or its own
        parts.append("message")
    for part in parts:
        mine, other = getattr(local, part), getattr(machine, part)
        if mine != other:
            yield f"{part}: local {mine!r}, machine {other!r}"
    yield from _different("outputs: local", local.outputs, machine.outputs)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _different(what: str, got: dict[str, Any], expected: dict[str, Any]) -> Iterator[str]:
    """JSON text tells 1 from 1.0 and from true, which Python's equality does not. Only what differs is shown."""
    equal = {name for name in got if name in expected and _text(got[name]) == _text(expected[name])}
    first, second = (_text({key: value for key, value in part.items() if key not in equal}) for part in (got, expected))
    if first != second:
        yield f"{what}: {first[:_SHOWN]} instead of {second[:_SHOWN]}"


def _end(got: Outcome) -> str:
    return got.status if got.error is None else f"{got.status} with {got.error}: {(got.message or '')[:_SHOWN]}"
