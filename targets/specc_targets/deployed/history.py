"""The history of an execution as the events that a local run would have told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specc_targets.deployed.causes import run_error
from specc_targets.deployed.steps import StateUse, Steps
from specc_targets.local.events import (
    Event,
    ItemsFinished,
    Retrying,
    StepFailed,
    StepFinished,
    StepRecovered,
    StepSkipped,
    StepStarted,
)
from specc_targets.local.failures import RunError

HistoryEvent = Mapping[str, Any]
Timed = tuple[float, Event]
"""Seconds since the epoch, and what happened then."""
_FAILED = ("TaskFailed", "TaskTimedOut", "TaskSubmitFailed", "TaskStartFailed", "LambdaFunctionFailed")
_BEGIN = frozenset({"call", "other", "begin"})
_END = frozenset({"call", "other", "end"})
_ENDS = ("ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted", "MapIterationFailed")


@dataclass(eq=False)
class _Visit:
    """A state that was entered."""

    use: StateUse
    items: tuple[int, ...]
    begun: float
    attempts: int = 0
    failed: RunError | None = None
    failed_at: float = 0.0


@dataclass(frozen=True, slots=True)
class _Where:
    """What an event belongs to, known from the event before it."""

    visit: _Visit | None = None
    items: tuple[int, ...] = ()
    around: tuple[_Visit, ...] = ()
    """The maps around."""


@dataclass(eq=False)
class Reading:
    """Reads the events of one execution in their order; may be given more later."""

    steps: Steps
    _at: dict[int, _Where] = field(default_factory=dict)
    _maps: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Map outside of maps -> its items, those that ended, those that failed."""
    _begun: dict[str, float] = field(default_factory=dict)
    arrays: dict[str, str] = field(default_factory=dict)
    """Job of Batch -> the map outside of maps of which it does items, until that map is gathered."""
    last_failure: RunError | None = None

    def items_of(self, step: str) -> int:
        """How many items a map has, as far as it is known."""
        return self._maps.get(step, (0, 0, 0))[0]

    def read(self, events: Iterable[HistoryEvent]) -> Iterator[Timed]:
        """What the next events tell."""
        for event in events:
            at = event["timestamp"].timestamp()
            where = self._at.get(event.get("previousEventId", 0), _Where())
            found, where = self._event(event, str(event["type"]), at, where)
            self._at[event["id"]] = where
            yield from ((at, item) for item in found)

    def _event(self, event: HistoryEvent, kind: str, at: float, where: _Where) -> tuple[list[Event], _Where]:
        visit = where.visit
        if kind.endswith("StateEntered"):
            use = self.steps.states.get(event["stateEnteredEventDetails"]["name"])
            if use is None:
                return [], replace(where, visit=None)
            visit = _Visit(use, where.items, at)
            return self._entered(visit), replace(where, visit=visit)
        if kind.endswith("StateExited"):
            details = event["stateExitedEventDetails"]
            self._count(details)
            told = [*self._exited(visit, at), *self._skipped(details)] if visit else list(self._skipped(details))
            if kind == "MapStateExited" and where.around:  # it follows the end of its last item
                return told, replace(where, visit=None, items=where.around[-1].items, around=where.around[:-1])
            return told, replace(where, visit=None)
        if kind in {"TaskScheduled", "LambdaFunctionScheduled"} and visit is not None:
            visit.attempts += 1
            if visit.failed is not None and visit.use.action == "call":
                error, visit.failed = visit.failed, None
                own = visit.attempts - 1, round(at - visit.failed_at, 3)
                return [Retrying(visit.use.step, visit.items, *own, error)], where
            return [], where
        if kind == "TaskSubmitted" and visit is not None and len(where.around) == 1:
            submitted = _parsed(event.get("taskSubmittedEventDetails", {}).get("output"))
            if where.around[0].use.action == "array" and isinstance(submitted, dict) and "JobId" in submitted:
                self.arrays[submitted["JobId"]] = where.around[0].use.step
            return [], where
        if kind in _FAILED and visit is not None:
            why: Mapping[str, Any] = next((event[key] for key in event if key.endswith("EventDetails")), {})
            name = "States.Timeout" if kind == "TaskTimedOut" else why.get("error")
            visit.failed = run_error(name, why.get("cause"), visit.use.step, visit.items)
            visit.failed_at, self.last_failure = at, visit.failed
            return [], where
        if kind == "MapStateStarted" and visit is not None:
            return self._map_started(visit, event, at), replace(where, around=(*where.around, visit))
        if kind == "MapIterationStarted":
            index = int(event.get("mapIterationStartedEventDetails", {}).get("index", 0))
            around = where.items[: len(where.around) - 1]
            is_array = bool(where.around) and where.around[-1].use.action == "array"  # not an item, but many
            return [], replace(where, visit=None, items=around if is_array else (*around, index))
        if kind == "MapIterationSucceeded" and where.around:
            return self._item_ended(where.around[-1]), self._left(where)
        if kind in _ENDS and visit is not None and visit.failed is not None and visit.use.step:
            return [StepFailed(visit.use.step, visit.items, visit.failed)], where
        return [], where

    def _entered(self, visit: _Visit) -> list[Event]:
        use = visit.use
        if use.action == "gather" and not visit.items:
            self.arrays = {job: step for job, step in self.arrays.items() if step != use.step}
        if use.action in {"scatter", "begin"}:
            self._begun[use.step] = visit.begun
        if use.action == "record":  # an item of a map has failed, and the map goes on
            total, done, failed = self._maps.get(use.step, (0, 0, 0))
            self._maps[use.step] = (total, done, failed + 1)
            error = self.last_failure
            return [StepFailed(use.step, visit.items, error)] if error is not None else []
        return [StepStarted(use.step, visit.items)] if use.action in _BEGIN and not visit.items else []

    def _exited(self, visit: _Visit, at: float) -> Iterator[Event]:
        use = visit.use
        if use.action == "gather" and not visit.items:
            total, _, failed = self._maps.get(use.step, (0, 0, 0))
            if visit.failed is None:
                yield ItemsFinished(use.step, (), total, total, failed)
                yield StepFinished(use.step, (), at - self._begun.get(use.step, visit.begun))
        elif use.action in _END:
            if visit.failed is not None:
                yield StepRecovered(use.step, visit.items, visit.failed)
            if not visit.items:
                begun = self._begun.get(use.step, visit.begun) if use.action == "end" else visit.begun
                yield StepFinished(use.step, (), at - begun)

    def _map_started(self, visit: _Visit, event: HistoryEvent, at: float) -> list[Event]:
        if visit.items:
            return []
        known = self._maps.get(visit.use.step, (0, 0, 0))[0]
        total = known or int(event.get("mapStateStartedEventDetails", {}).get("length", 0))
        self._maps[visit.use.step] = (total, 0, 0)
        self._begun.setdefault(visit.use.step, at)
        return [StepStarted(visit.use.step, (), total)]

    def _item_ended(self, around: _Visit) -> list[Event]:
        if around.items or around.use.action == "array":
            return []
        total, done, failed = self._maps.get(around.use.step, (0, 0, 0))
        self._maps[around.use.step] = (total, done + 1, failed)
        return [ItemsFinished(around.use.step, (), done + 1, total, failed)]

    def _left(self, where: _Where) -> _Where:
        return replace(where, visit=where.around[-1])

    def _count(self, details: Mapping[str, Any]) -> None:
        """A scatter says how many items its map has, and its gather how many of them failed."""
        use = self.steps.states.get(details.get("name", ""))
        if use is None or use.action not in {"scatter", "gather"}:
            return
        for text in (details.get("assignedVariables") or {}).values():
            value = _parsed(text)
            if not isinstance(value, dict):
                continue
            if use.action == "scatter" and isinstance(value.get("count"), int):
                self._maps[use.step] = (value["count"], 0, 0)
            elif use.action == "gather" and isinstance(value.get("failed"), int):
                total, done, failed = self._maps.get(use.step, (0, 0, 0))
                self._maps[use.step] = (total, done, failed or value["failed"])

    def _skipped(self, details: Mapping[str, Any]) -> Iterator[Event]:
        """A state that assigns the mark of a skipped step says that it is skipped."""
        around = str(details.get("name", "")).rpartition(".")[0].replace(".", "/")
        for text in (details.get("assignedVariables") or {}).values():
            value = _parsed(text)
            if isinstance(value, dict) and value.keys() == {"$skipped"}:
                yield StepSkipped(f"{around}/{value['$skipped']}" if around else str(value["$skipped"]))


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
