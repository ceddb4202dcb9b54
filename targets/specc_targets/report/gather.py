"""Reads a whole run directory, in memory that does not grow with the number of items."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specc_targets.report.addresses import label_of, step_of
from specc_targets.report.facts import GROUPS, PLACES, Facts, Failure, Sample, alike
from specc_targets.report.reading import Damage, Reader, number, text

ITEMS = 20_000
"""Items of one step that are drawn one by one."""
ALL_ITEMS = 30_000
"""Items of all steps that are drawn one by one."""
_REMEMBERED = 100_000
"""Places of failures that are remembered, to know whether they succeeded later."""
_LOWEST = 2


@dataclass(slots=True)
class Session:
    """One process that worked on the run."""

    first: float = 0.0
    last: float = 0.0

    def add(self, start: float, end: float) -> None:
        """Something happened from `start` to `end`."""
        if start > 0:
            if start < self.first or not self.first:
                self.first = start
            if end > self.last:
                self.last = end


@dataclass(slots=True)
class Gathered:
    """A run directory as it was read."""

    reader: Reader
    run: dict[str, Any]
    plan: dict[str, Any]
    result: dict[str, Any]
    steps: dict[str, Facts] = field(default_factory=dict)
    failures: dict[tuple[str, str, str], Failure] = field(default_factory=dict)
    more_failures: int = 0
    """Failures beyond those that `failures` has room for."""
    sessions: list[Session] = field(default_factory=list)
    ended: str = ""
    """What the journal's last word is, if it has one."""
    thinned: int = 0
    """Items that are known in sum only."""

    def step(self, path: str) -> Facts:
        """The facts of a step, empty at first."""
        found = self.steps.get(path)
        if found is None:
            found = self.steps[path] = Facts()
        return found

    def fail(self, path: str, where: str, name: Any, message: Any, traceback: Any, settled: int = 0) -> None:
        """Add a failure to those that are like it."""
        key = alike(path, text(name, 200), text(message))
        failure = self.failures.get(key)
        if failure is None:
            if len(self.failures) >= GROUPS:
                self.more_failures += 1
                return
            failure = self.failures[key] = Failure(path, text(name, 200), text(message, 2000), _ending(traceback))
        failure.count += 1
        failure.settled += settled
        if where and len(failure.where) < PLACES:
            failure.where.append(where)


def gather(path: Path) -> Gathered:
    """Read the run directory at `path`. What cannot be read is noted in `reader`, not raised."""
    reader = Reader(path)
    from specc_targets.report.told import read_event, read_log

    found = Gathered(reader, reader.document("run.json"), reader.document("plan.json"), reader.document("result.json"))
    _Journal(found).read()
    for event in reader.objects("events.jsonl"):
        read_event(found, event)
    for line in reader.objects("log.jsonl"):
        read_log(found, line)
    return found


class _Journal:
    def __init__(self, found: Gathered) -> None:
        self._found = found
        self._steps: dict[str, tuple[Facts, str, str]] = {}
        """Of each prefix: the step, its path and the place of the map."""
        self._remembered = 0
        self._exact = 0
        self._session = Session()

    def read(self) -> None:
        for record in self._found.reader.journal():
            try:
                self._record(record[0], record)
            except (IndexError, TypeError, ValueError):
                self._found.reader.damage.setdefault("journal.jsonl", Damage()).add(0)

    def _record(self, kind: str, record: list[Any]) -> None:
        match kind:
            case "item" | "item-blob":
                _, prefix, index, value, started, seconds, cpu = record[:7]
                facts, path, outer = self._step(prefix)
                self._done(facts, path, f"{outer}.{index}" if outer else str(index), value, kind, started, seconds, cpu)
            case "step" | "step-blob":
                _, address, value, started, seconds, cpu, memory = (*record, 0, 0)[:7]
                path, where = step_of(address)
                facts = self._found.step(path)
                facts.memory = max(facts.memory, int(number(memory)))
                self._done(facts, path, where, value, kind, started, seconds, cpu)
            case "failed":
                self._failed(*record[1:10])
            case "skipped":
                self._found.step(step_of(record[1])[0]).skipped += 1
            case "run":
                self._session = Session()
                self._found.sessions.append(self._session)
            case "end":
                self._found.ended = text(record[1])

    def _step(self, prefix: str) -> tuple[Facts, str, str]:
        known = self._steps.get(prefix)
        if known is None:
            path, outer = step_of(prefix)
            known = self._found.step(path), path, outer
            if len(self._steps) < _REMEMBERED:
                self._steps[prefix] = known
        return known

    def _done(
        self, facts: Facts, path: str, where: str, value: Any, kind: str, started: Any, seconds: Any, cpu: Any
    ) -> None:
        facts.done += 1
        if seconds == 0 and cpu == 0:
            facts.cached += 1
        facts.cpu += number(cpu)
        if facts.failing and where in facts.failing:
            self._settle(facts, path, where)
        stored = kind.endswith("blob")
        if not where:
            facts.result = Sample("", value, stored)
        elif len(facts.lowest) < _LOWEST:
            facts.lowest.append(Sample(where, value, stored))
        else:
            facts.highest = Sample(where, value, stored)
        self._ran(facts, number(started), number(seconds), where, failed=False)

    def _ran(self, facts: Facts, started: float, seconds: float, where: str, *, failed: bool) -> None:
        before = len(facts.items)
        facts.ran(started, seconds, where, failed=failed)
        self._session.add(started, started + seconds)
        self._exact += len(facts.items) - before
        if where and facts.density is not None:
            self._found.thinned += 1
        if len(facts.items) > ITEMS:
            self._thin(facts)
        if self._exact > ALL_ITEMS:
            self._thin(max(self._found.steps.values(), key=lambda step: len(step.items)))

    def _thin(self, facts: Facts) -> None:
        count = facts.thin()
        self._exact -= count
        self._found.thinned += count

    def _failed(
        self,
        address: str,
        names: Any,
        name: Any,
        message: Any,
        traceback: Any,
        started: Any,
        seconds: Any,
        step: Any = "",
        items: Any = (),
    ) -> None:
        path, where = step_of(address)
        facts = self._found.step(path)
        self._ran(facts, number(started), number(seconds), where, failed=True)
        if where in facts.failing:
            return  # the same call failed again in a resumed run
        if self._remembered < _REMEMBERED:
            self._remembered += 1
            facts.failing.add(where)
        else:
            facts.beyond += 1
        origin, place = text(step, 500) or path, label_of(items) if step else where
        if (origin, place) != (path, where):  # it only came through here: where it began is what there is to say of it
            self._found.step(origin).failing.add(place)
        self._found.fail(origin, place, name, message, traceback)

    def _settle(self, facts: Facts, path: str, where: str) -> None:
        """A call that had failed has a result now."""
        facts.failing.discard(where)
        mine = [failure for failure in self._found.failures.values() if failure.step == path]
        for failure in mine:
            if where in failure.where or (not where and failure.count) or len(mine) == 1:
                failure.settled = min(failure.count, failure.settled + 1)
                return


def _ending(traceback: Any, limit: int = 6000) -> str:
    """A traceback; the end of a long one, where the error is."""
    found = traceback if isinstance(traceback, str) else ""
    return found if len(found) <= limit else f"…\n{found[-limit:]}"
