"""What the page shows, as JSON: everything is cut so that the page stays small however large the run was."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc_targets.graph.layered import Box, Layout, arrange
from specc_targets.report.clock import Clock
from specc_targets.report.critical import critical_path
from specc_targets.report.gather import Gathered, gather
from specc_targets.report.notes import notes_of
from specc_targets.report.reading import clipped, moment, number, text
from specc_targets.report.steps import StepData
from specc_targets.report.sweeps import sweeps_of
from specc_targets.report.tree import Step, Tree, grow
from specc_targets.report.values import Inputs, shown

VALUES = 1_000_000
"""Letters of all values together."""
FAILURES = 600_000
"""Letters of all tracebacks together."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the page is made of."""

    title: str
    content: dict[str, Any]


def page_data(path: Path, status: str) -> Page:
    """Everything that the page of the run in `path` shows. `status` is what the run's directory says of it."""
    found = gather(path)
    now = time.time()
    tree = grow(found, status, now)
    steps = list(tree.walk())
    started = moment(found.run.get("started"))
    clock = Clock.of(found.sessions, started)
    end = _end(found, tree, clock, status, now)
    index = {step.key: number for number, step in enumerate(steps)}
    calls = sum(step.facts.done + step.facts.failed for step in steps if not step.children)
    name = text(found.run.get("name"), 200) or text(_module(found).get("name"), 200) or path.name
    limit = max(160, min(2048, VALUES // (8 * max(1, len(steps)))))
    parameters = _parameters(found, tree)
    inputs = Inputs(tree.module, parameters, found.steps) if tree.module is not None else None
    writer = StepData(found, clock, index, inputs, path, limit)
    content: dict[str, Any] = {
        "run": {
            "id": text(found.run.get("id"), 200) or path.name,
            "name": name,
            "description": text(_module(found).get("description"), 1000),
            "status": status,
            "started": started or clock.origin,
            "ended": moment(found.result.get("ended")),
            "duration": end,
            "spec": text(found.run.get("spec"), 1000),
            "root": text(found.run.get("root"), 1000),
            "version": _version(found.run.get("version")),
            "options": _pairs(found.run.get("options"), 300),
            "sources": _sources(found.run.get("sources")),
            "parameters": _pairs(parameters, 2048),
            "outputs": _pairs(found.result.get("outputs"), 2048),
            "sessions": max(1, len(found.sessions)),
        },
        "written": now,
        "notes": notes_of(found, tree, status),
        "error": _error(found.result.get("error")),
        "totals": _totals(steps, calls, end),
        "steps": [writer.of(step) for step in steps],
        "graph": _graph(tree, index),
        "sweeps": sweeps_of(path, status, index),
        "critical": [
            {
                "step": index[item.step.key],
                "start": _micro(clock.at(item.start)),
                "end": _micro(clock.at(item.end)),
                "waited": _micro(clock.at(item.end) - clock.at(item.end - item.waited)) if item.waited else 0,
            }
            for item in critical_path(tree)
        ],
        "failures": list(_failures(found, index)),
        "moreFailures": found.more_failures,
        "seams": [[_micro(at), left_out] for at, left_out in clock.seams()],
        "log": writer.log(found.steps[""].log, limit=200) if "" in found.steps else None,
    }
    return Page(name, content)


def _micro(seconds: float) -> int:
    return round(seconds * 1e6)


def _module(found: Gathered) -> dict[str, Any]:
    module = found.plan.get("module")
    return module if isinstance(module, dict) else {}


def _parameters(found: Gathered, tree: Tree) -> dict[str, Any]:
    """What was given, and the defaults of what was not."""
    given = found.run.get("parameters")
    declared = tree.module.parameters if tree.module is not None else ()
    known = {parameter.name: parameter.default for parameter in declared if not parameter.required}
    return {**known, **(given if isinstance(given, dict) else {})}


def _version(version: object) -> str:
    return text(version, 100) if isinstance(version, str) else shown(version, 200) if version else ""


def _pairs(values: object, limit: int) -> list[tuple[str, str]]:
    if not isinstance(values, dict):
        return []
    each = max(200, min(limit, 200_000 // max(1, len(values))))
    found = [(clipped(str(name), 200), shown(value, each)) for name, value in list(values.items())[:500]]
    return [*found, ("…", f"{len(values) - 500:,} more")] if len(values) > 500 else found


def _sources(sources: object) -> list[tuple[str, str]]:
    listed = list(sources.items())[:200] if isinstance(sources, dict) else []
    return [(clipped(str(path), 500), text(digest, 80)) for path, digest in listed]


def _end(found: Gathered, tree: Tree, clock: Clock, status: str, now: float) -> float:
    """How long the run took, in seconds."""
    last = max((clock.at(step.end) for step in tree.walk() if step.end), default=0.0)
    last = max([last, *(clock.at(session.last) for session in found.sessions)])
    if status == "running":
        return max(last, clock.at(now))
    said = number(found.result.get("duration"))
    return said if said > 0 and len(found.sessions) < 2 else last


def _error(error: object) -> dict[str, Any] | None:
    if not isinstance(error, dict):
        return None
    items = error.get("items")
    notes = error.get("notes")
    return {
        "name": text(error.get("name"), 200),
        "message": text(error.get("message"), 8000),
        "step": text(error.get("step"), 500),
        "items": [int(number(item)) for item in items] if isinstance(items, list) else [],
        "traceback": text(error.get("traceback"), 20_000),
        "notes": [text(note, 1000) for note in notes[:20]] if isinstance(notes, list | tuple) else [],
    }


def _totals(steps: list[Step], calls: int, duration: float) -> dict[str, Any]:
    states: dict[str, int] = {}
    for step in steps:
        if step.kind != "section" and (step.kind != "handler" or step.state != "notrun"):
            states[step.state] = states.get(step.state, 0) + 1
    facts = [step.facts for step in steps if not step.children]
    items = [step for step in steps if not step.children and (step.kind == "map" or step.many)]
    return {
        "states": states,
        "calls": calls,
        "items": sum(step.facts.done + step.facts.failed for step in items),
        "failed": sum(step.facts.failed for step in steps if not step.children),
        "rate": calls / duration if duration > 0 else 0,
        "busy": sum(item.durations.total for item in facts),
        "cpu": sum(item.cpu for item in facts),
        "memory": max((item.memory for item in facts), default=0),
        "retried": sum(item.retried for item in facts),
        "cached": sum(item.cached for item in facts),
    }


def _failures(found: Gathered, index: dict[str, int]) -> Iterator[dict[str, Any]]:
    ordered = sorted(found.failures.values(), key=lambda failure: -failure.count)
    room = FAILURES
    for failure in ordered:
        traceback = failure.traceback if room > 0 else ""
        room -= len(traceback) + len(failure.message)
        yield {
            "step": index.get(failure.step, -1),
            "key": failure.step,
            "name": failure.name,
            "message": failure.message if room > 0 else clipped(failure.message, 200),
            "traceback": traceback,
            "count": failure.count,
            "settled": failure.settled,
            "where": failure.where,
        }


def _box(step: Step, inner: Layout | None) -> Box:
    """A box that has room for the step's name, and for its numbers when it is a map."""
    least = 144 if step.kind in ("map", "loop") or step.many else 116
    wide = min(232.0, max(least, 46 + 7.7 * len(step.name)))
    return Box(step.key, inner, wide + 60 if inner is not None else wide)


def _graph(tree: Tree, index: dict[str, int]) -> dict[str, Any]:
    links = [(link.source, link.target) for link in tree.links]
    kinds = {(link.source, link.target): link.kind for link in tree.links}

    def boxes(steps: list[Step]) -> Layout:
        return arrange([_box(step, boxes(step.children) if step.children else None) for step in steps], links)

    layout = boxes(tree.roots)
    drawn: list[list[float]] = []
    lines: list[list[Any]] = []

    def flatten(part: Layout, left: float, top: float) -> None:
        for box in part.boxes:
            x, y = left + box.x, top + box.y
            drawn.append([index[box.key], round(x, 1), round(y, 1), round(box.width, 1), round(box.height, 1)])
            if box.inner is not None:
                flatten(box.inner, x + (box.width - box.inner.width) / 2, y + 30)
        for line in part.lines:
            points = [round(at, 1) for x, y in line.points for at in (left + x, top + y)]
            lines.append(
                [index[line.source], index[line.target], kinds.get((line.source, line.target), "data"), points]
            )

    flatten(layout, 0, 0)
    return {"width": round(layout.width, 1), "height": round(layout.height, 1), "boxes": drawn, "lines": lines}
