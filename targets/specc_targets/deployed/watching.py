"""The runs of a deployed machine: which there are, how one stands, what it told. In the shapes of local runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from specc.targets import TargetError
from specc_runtime.approvals import Question
from specc_targets.deciding import command_for
from specc_targets.deployed.approvals import Approvals
from specc_targets.deployed.arrays import array_progress
from specc_targets.deployed.function_logs import FunctionLogs, Printed
from specc_targets.deployed.history import Reading, Timed
from specc_targets.deployed.machine import Execution, Machine
from specc_targets.deployed.outcome import error_of, outputs_of
from specc_targets.deployed.tolerated import tolerated_of
from specc_targets.local.events import Event, RunEnded, RunStarted, StepFailed, StepFinished
from specc_targets.local.progress import Once, describe
from specc_targets.local.running import Tolerated
from specc_targets.local.watching.asking import system_user
from specc_targets.local.watching.figures import counts, step_figures
from specc_targets.local.watching.history import where
from specc_targets.local.watching.lines import Line, event_line, log_line, timestamp
from specc_targets.local.watching.tree import Tree

Summary = dict[str, Any]
_AT_ONCE = 8
_LOOK, _LOOK_AT_EMULATOR = 2.0, 0.1
"""Seconds between two looks at a run that goes on."""


@dataclass(eq=False)
class DeployedHistory:
    """The runs of one machine. What cannot be done raises `LookupError` or `TargetError`, with words for the user."""

    machine: Machine
    spec_name: str
    stack: str
    asking: Approvals

    @property
    def state(self) -> str:
        """Where the runs are, in words."""
        return f"{self.machine.name} at {self.machine.account.place}"

    def runs(self, limit: int | None = None) -> list[Summary]:
        """Runs, newest first, each in a few figures, as `specc_targets.local.watching.history` gives them."""
        found = list(self.machine.executions(limit))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda run: self._figures(run, self.tree(run)), found))

    def status(self, name: str | None) -> Summary:
        """How a run stands, the latest without a name: its figures, every step, its error."""
        run = self.machine.execution(name)
        tree, now = self.tree(run), time.time()
        error = error_of(self.machine, run)
        known = {node.path for node in tree.walk()}
        waiting = [step for step in self.machine.steps(run).top_level if step not in known]
        state = "waiting" if run.status == "running" else "not run"
        succeeded = run.status == "succeeded"
        return {
            **self._figures(run, tree),
            "parameters": dict(run.input),
            "outputs": outputs_of(self.machine.account, run.output.get("outputs", {})) if succeeded else {},
            "pid": None,
            "steps": [
                *(step_figures(node, now) for node in tree.walk()),
                *({"step": step, "state": state} for step in waiting),
            ],
            "error": None
            if error is None
            else {
                "name": error.name,
                "message": error.message,
                "traceback": error.traceback,
                "step": error.step,
                "items": list(error.items),
            },
            "tolerated": [_tolerated(found) for found in tolerated_of(self.machine.account, self.machine.history(run))],
            "approvals": self._asked(run),
            "notes": [],
            "resume": None,
            "folder": None,
            "arn": run.arn,
        }

    def approvals(self, name: str | None) -> list[Summary]:
        """What runs ask, or those with this id: questions, each with the command that approves it."""
        return [_question(one, self.stack) for one in self.asking.questions(name)]

    def decide(
        self, name: str | None, step: str | None, *, approved: bool, who: str | None, comment: str | None
    ) -> Summary:
        """Answer a question, as the user of the system unless `who` says otherwise; the question and the decision."""
        question, decision = self.asking.decide(
            name, step, approved=approved, who=who or system_user(), comment=comment
        )
        return {**_question(question, self.stack), "decision": decision.as_json(), "resume": None}

    def where(self, line: Line) -> str:
        """The step and items of a line: `process/fetch[3]`."""
        return where(line)

    def item(self, name: str | None, cell: str) -> tuple[int, ...]:
        """Of a deployed run items are known by their numbers alone."""
        raise LookupError(f"of run `{name or 'latest'}` an item is known by its number, not as `{cell}`")

    def logs(
        self, name: str | None, *, step: str | None, items: tuple[int, ...], since: float | None, follow: bool
    ) -> Iterator[tuple[Line, str]]:
        """What a run told, as objects and as text, by time; `follow` waits for more until it has ended."""
        run = self.machine.execution(name)
        steps = self.machine.steps(run)
        if step is not None:
            _check_step(run.id, step, {use.step for use in steps.states.values()})
        is_new, reading = Once(), Reading(steps)
        printed = FunctionLogs(self.machine.account, steps.log_groups, run.id, run.started)
        seen, going = 0, True
        while going:
            looked = time.monotonic()
            run = self.machine.again(run)
            going = follow and run.status == "running"  # asked first: what came before the end is read below
            events = list(self.machine.history(run))
            told = [(at, event_line(event, run.id, at), event) for at, event in reading.read(events[seen:])]
            if not seen:
                begun = RunStarted(id=run.id, name=self.spec_name, total=len(steps.top_level))
                told.insert(0, (run.started, event_line(begun, run.id, run.started), begun))
            seen = len(events)
            lines: list[tuple[float, Line, Event | None]] = [*told]
            for found in printed.new(run.ended):
                if isinstance(found, Printed):
                    place = (found.step, found.items)
                    line = log_line(place, "stdout", found.level, found.text, run.id, found.at)
                    lines.append((found.at, line, None))
            for at, line, event in sorted(lines, key=lambda item: item[0]):
                if _wanted(line, step, items) and (since is None or at >= since):
                    yield line, _text(line, event, is_new)
            if going:
                time.sleep(max(self._pause, time.monotonic() - looked))  # a long history takes long to read again
        if run.status != "running" and step is None:
            ended = _ended(run)
            yield event_line(ended, run.id, run.ended or time.time()), ""

    def follow(self, run: Execution) -> Iterator[tuple[Event, Execution]]:
        """What happens in a run from its beginning to its end, and the run as it is then."""
        steps = self.machine.steps(run)
        reading, seen = Reading(steps), 0
        progress: list[Event] = []
        yield RunStarted(id=run.id, name=self.spec_name, total=len(steps.top_level)), run
        while True:
            looked = time.monotonic()
            run = self.machine.again(run)
            events = list(self.machine.history(run))
            for _, event in reading.read(events[seen:]):
                yield event, run
            seen = len(events)
            if run.status == "running":
                progress, before = array_progress(self.machine, reading), progress
                yield from ((event, run) for event in progress if event not in before)
            if run.status != "running":
                yield _ended(run), run
                return
            time.sleep(max(self._pause, time.monotonic() - looked))

    def tree(self, run: Execution) -> Tree:
        """How the steps of a run stand."""
        tree, steps = Tree(), self.machine.steps(run)
        tree.apply(RunStarted(id=run.id, name=self.spec_name, total=len(steps.top_level)), run.started)
        last = run.started
        reading = Reading(steps)
        for last, event in reading.read(self.machine.history(run)):
            tree.apply(event, last)
        if run.status == "running":
            for event in array_progress(self.machine, reading):
                tree.apply(event, last)
        for at, event in _closing(tree, run, last):
            tree.apply(event, at)
        if run.status != "running":
            tree.stop(last)
        return tree

    def _asked(self, run: Execution) -> list[Summary]:
        """What a run asks, as far as who looks may see it."""
        with suppress(TargetError):
            return self.approvals(run.id) if run.status == "running" else []
        return []

    @property
    def _pause(self) -> float:
        return _LOOK_AT_EMULATOR if self.machine.account.endpoint else _LOOK

    def _figures(self, run: Execution, tree: Tree) -> Summary:
        return {
            "id": run.id,
            "name": self.spec_name,
            "spec": self.machine.spec,
            "stack": self.stack,
            "status": run.status,
            "started": timestamp(run.started),
            "ended": timestamp(run.ended) if run.ended is not None else None,
            "duration": round((run.ended or time.time()) - run.started, 6),
            "counts": counts(tree),
        }


def _tolerated(found: Tolerated) -> Summary:
    errors = {
        str(index): {"name": error.name, "message": error.message, "step": error.step, "items": list(error.items)}
        for index, error in found.errors.items()
    }
    return {"step": found.step, "items": list(found.items), "total": found.total, "errors": errors}


def _question(question: Question, stack: str) -> Summary:
    return {**question.as_json(), "place": question.place, "command": command_for(question, stack)}


def _closing(tree: Tree, run: Execution, at: float) -> Iterator[Timed]:
    """Groups end with the run: nothing in its history says when the last of their steps has."""
    if run.status == "running":
        return
    for node in reversed(list(tree.walk())):
        if node.state == "running" and node.children:
            failed = any(child.state == "failed" for child in node.children.values())
            yield at, StepFailed(node.path) if failed else StepFinished(node.path, (), at - run.started)


def _ended(run: Execution) -> RunEnded:
    seconds = round((run.ended or time.time()) - run.started, 6)
    return RunEnded(status="failed" if run.status == "running" else run.status, seconds=seconds)


def _text(line: Line, event: Event | None, is_new: Once) -> str:
    if event is None:
        return str(line["text"])
    return describe(event).removeprefix(f"{where(line)}: ") if is_new(event) else ""


def _wanted(line: Line, step: str | None, items: tuple[int, ...]) -> bool:
    path = str(line["step"])
    if step is not None and path != step and not path.startswith(f"{step}/"):
        return False
    return tuple(line["items"])[: len(items)] == items


def _check_step(run: str, step: str, known: set[str]) -> None:
    """Raise `LookupError` when the machine has no such step, so that a misspelt name is not an empty log."""
    if step in known or any(name.startswith(f"{step}/") for name in known):
        return
    from specc.diagnostics import closest

    near = closest(step, sorted(known))
    raise LookupError(f"run `{run}` has no step `{step}`" + (f"; did you mean `{near}`?" if near else ""))
