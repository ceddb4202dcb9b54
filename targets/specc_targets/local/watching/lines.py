"""Events as JSON objects: what `--log-format json` prints and a run keeps. Their schema is `specc_schemas.events`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from specc_runtime.capture import Place
from specc_targets.local import events
from specc_targets.local.events import Event
from specc_targets.local.failures import RunError

NAMES: Mapping[type[Event], str] = {
    events.RunStarted: "run-started",
    events.RunEnded: "run-ended",
    events.StepStarted: "step-started",
    events.StepFinished: "step-finished",
    events.StepWaiting: "step-waiting",
    events.StepSkipped: "step-skipped",
    events.StepFailed: "step-failed",
    events.StepRecovered: "step-recovered",
    events.ItemStarted: "item-started",
    events.ItemsFinished: "items-finished",
    events.Retrying: "retrying",
}
"""What each event is called in JSON; others are not written."""

_EVENTS = {name: event for event, name in NAMES.items()}
_OWN = {
    event: tuple(field.name for field in fields(event) if field.name not in ("step", "items", "id")) for event in NAMES
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "status": (str,),
    "total": (int, type(None)),
    "done": (int,),
    "failed": (int,),
    "attempt": (int,),
    "seconds": (int, float),
    "delay": (int, float),
    "because": (str, type(None)),
    "message": (str,),
    "by": (list,),
    "timeout": (int, float, type(None)),
    "error": (dict, type(None)),
    "cells": (list,),
}
"""What a field may be; a file may hold anything, and a field that is something else is left out."""
_OF_STEPS = (events.StepStarted, events.StepFinished, events.StepSkipped, events.ItemsFinished)
_EVERY = 1.0
"""Seconds between two lines about the items of one map."""

Line = dict[str, Any]
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def timestamp(seconds: float) -> str:
    """Seconds since the epoch in ISO 8601, UTC, with microseconds."""
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat(timespec='microseconds')[:-6]}Z"


def event_line(event: Event, run: str, at: float) -> Line:
    """The object for an event that happened `at` these seconds since the epoch."""
    kind = type(event)
    line: Line = {
        "time": timestamp(at),
        "run": run,
        "event": NAMES[kind],
        "step": event.step,
        "items": list(event.items),
    }
    for name in _OWN[kind]:
        value = getattr(event, name)
        if isinstance(value, RunError):
            value = _fault(value)
        value = list(value) if isinstance(value, tuple) else value
        line[name] = round(value, 6) if isinstance(value, float) else value
    return line


def log_line(place: Place | None, stream: str, level: str | None, text: str, run: str, at: float) -> Line:
    """The object for a line that a step printed."""
    step, items = place or ("", ())
    line: Line = {"time": timestamp(at), "run": run, "event": "log", "step": step, "items": list(items)}
    return {**line, "stream": stream, "level": level, "text": text}


def read_event(line: Line) -> Event | None:
    """The event that an object stands for; None when it is none that is known here. Raises nothing."""
    kind = _EVENTS.get(line.get("event", ""))
    if kind is None:
        return None
    own = {name: line[name] for name in _OWN[kind] if isinstance(line.get(name), _TYPES.get(name, object))}
    if own.get("error") is not None:
        fault = fault_of(own["error"])
        own["error"] = RunError(
            fault["name"], fault["message"], fault["step"], tuple(fault["items"]), traceback=fault["traceback"]
        )
    for name in own.keys() & {"by", "cells"}:
        own[name] = tuple(map(str, own[name]))
    if kind in (events.RunStarted, events.StepWaiting):
        own["id"] = line.get("run", "")
    try:
        return kind(str(line["step"]), _indices(line["items"]), **own)
    except (KeyError, TypeError):
        return None


def place_of(found: Mapping[str, Any]) -> Line:
    """The step and items of an object from a file, whatever that holds."""
    return {"step": str(found.get("step") or ""), "items": list(_indices(found.get("items")))}


def fault_of(found: Mapping[str, Any]) -> Line:
    """The same of an error."""
    texts = {key: str(found.get(key) or "") for key in ("name", "message", "traceback")}
    return {**texts, **place_of(found)}


def _indices(value: Any) -> tuple[int, ...]:
    return tuple(item for item in value if isinstance(item, int)) if isinstance(value, list) else ()


def encoded(line: Line) -> bytes:
    """The object in one line of UTF-8, with its end."""
    text = _encoder.encode(line)
    return f"{text}\n".encode(errors="backslashreplace")  # a lone surrogate becomes JSON's own escape of it


def _fault(error: RunError) -> dict[str, Any]:
    return {
        "name": error.name,
        "message": error.message,
        "step": error.step,
        "items": list(error.items),
        "traceback": error.traceback,
    }


class Recorder:
    """Gives every event worth a line to `write`, as an object.

    What goes well inside a single item of a map is left out, and maps are counted once a second: the lines of a run
    with a million items are those of its steps, and of what went wrong.
    """

    def __init__(self, write: Callable[[Line], None], run: str = "") -> None:
        self._write, self._run = write, run
        self._counted: dict[str, float] = {}
        self._named: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Write an event."""
        if isinstance(event, events.RunStarted):
            self._run = event.id or self._run
        inner = event.items and isinstance(event, _OF_STEPS) and not self._names_cells(event)
        if type(event) in NAMES and not inner and self._is_time(event):
            self._write(event_line(event, self._run, time.time()))

    def printed(self, place: Place | None, stream: str, level: str | None, text: str) -> None:
        """Write a line that a step printed. Safe in any thread, as far as `write` is."""
        self._write(log_line(place, stream, level, text, self._run, time.time()))

    def _names_cells(self, event: Event) -> bool:
        """Whether this is where the configurations of a matrix inside of a map are told, which is done once."""
        if not isinstance(event, events.StepStarted) or not event.cells or event.step in self._named:
            return False
        self._named.add(event.step)
        return True

    def _is_time(self, event: Event) -> bool:
        if not isinstance(event, events.ItemsFinished):
            return True
        now = time.monotonic()
        if event.done < event.total and now - self._counted.setdefault(event.step, now) < _EVERY:
            return False
        self._counted[event.step] = now
        return True
