"""One step as the page's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc_targets.report.clock import Clock
from specc_targets.report.facts import Facts, Item, Log
from specc_targets.report.gather import Gathered
from specc_targets.report.reading import clipped
from specc_targets.report.tree import Step
from specc_targets.report.values import Inputs, sample_text

LOGS = 900_000
"""Letters of all logs together."""


class StepData:
    """Writes steps; keeps count of how much room logs have taken."""

    def __init__(
        self,
        found: Gathered,
        clock: Clock,
        index: Mapping[str, int],
        inputs: Inputs | None,
        directory: Path,
        limit: int,
    ) -> None:
        self._clock, self._index, self._inputs = clock, index, inputs
        self._directory, self._limit = directory, limit
        logs = sum(1 for facts in found.steps.values() if facts.log.count)
        self._lines = max(6, min(200, LOGS // (160 * max(1, logs))))

    def of(self, step: Step) -> dict[str, Any]:
        """Everything of one step; what is nothing is left out."""
        facts = step.facts
        content: dict[str, Any] = {
            "key": step.key,
            "name": step.name,
            "kind": step.kind,
            "depth": step.depth,
            "state": step.state,
            "notes": list(step.notes),
            "parent": self._index[step.parent.key] if step.parent else None,
            "group": bool(step.children) or None,
            "start": self._micro(step.start),
            "end": self._micro(step.end),
            "count": 0 if step.children else facts.done + facts.failed,
            "done": facts.done,
            "failed": facts.failed,
            "retried": facts.retried,
            "cached": facts.cached,
            "skipped": facts.skipped,
            "total": facts.total,
            "because": facts.because,
            "cpu": round(facts.cpu, 6),
            "memory": facts.memory,
            **({} if step.children else _durations(facts)),
            "inputs": self._inputs.of(step.key, self._limit) if self._inputs is not None else [],
            "results": self._results(facts),
            "items": None if step.children else self._items(facts.items),
            "density": [
                [self._micro(at) or 0, round(under_way, 3)] for at, under_way in facts.density.curve()
            ] if facts.density and not step.children else None,
            "retries": [
                [self._micro(item.time), item.where, item.attempt, item.delay, item.error] for item in facts.retries
            ],
            "log": self.log(facts.log) if facts.log.count else None,
        }  # fmt: skip
        return {name: value for name, value in content.items() if value is not None and value not in ([], "")}

    def _micro(self, moment: float) -> int | None:
        return round(self._clock.at(moment) * 1e6) if moment > 0 else None

    def _results(self, facts: Facts) -> list[tuple[str, str]]:
        samples = [facts.result, *facts.lowest, facts.highest]
        return [
            (sample.where, sample_text(sample, self._directory, self._limit))
            for sample in samples
            if sample is not None
        ]

    def _items(self, items: list[Item]) -> dict[str, Any] | None:
        """In columns, by beginning; each beginning as microseconds after the one before."""
        if not items:
            return None
        ordered = sorted(items)
        starts, last = [], 0
        for item in ordered:
            at = self._micro(item.start) or 0
            starts.append(at - last)
            last = at
        return {
            "start": starts,
            "took": [round(item.seconds * 1e6) for item in ordered],
            "where": [_place(item.where) for item in ordered],
            "failed": [number for number, item in enumerate(ordered) if item.failed],
        }

    def log(self, log: Log, limit: int = 0) -> dict[str, Any]:
        """The first and the last lines of a log, and how many are between."""
        room = limit or self._lines
        first = log.first[: max(2, room // 3)]
        rest = [*log.first[len(first) :], *log.last]
        last = rest[-(room - len(first)) :] if len(first) == max(2, room // 3) else []
        return {
            "count": log.count,
            "first": [self._line(line) for line in first],
            "last": [self._line(line) for line in last],
        }

    def _line(self, line: tuple[float, str, str, str]) -> list[Any]:
        time, where, kind, said = line
        return [self._micro(time), where, kind, clipped(said, 500)]


def _place(where: str) -> int | str:
    return int(where) if where.isdecimal() and len(where) < 12 else where


def _durations(facts: Facts) -> dict[str, Any]:
    durations = facts.durations
    if not durations.count:
        return {}
    shortest, longest, bars = durations.histogram()
    return {
        "busy": durations.total,
        "mean": durations.total / durations.count,
        "p50": durations.quantile(0.5),
        "p95": durations.quantile(0.95),
        "max": durations.longest,
        **({"bars": bars, "shortest": shortest, "longest": longest} if bars else {}),
    }
