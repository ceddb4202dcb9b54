"""The runs that are kept: which there are, how one stands, what it told. For `specc runs`, `status` and `logs`."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from specc.diagnostics import closest
from specc_runtime.approvals import Question
from specc_targets.deciding import command_for
from specc_targets.local.cell_names import NO_NAMES, CellNames
from specc_targets.local.deciding import decide, open_questions
from specc_targets.local.progress import Once, describe
from specc_targets.local.runs.directory import RunDirectory, list_runs, run_names
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.journal import JOURNAL
from specc_targets.local.runs.removal import prune, remove
from specc_targets.local.watching.asking import system_user
from specc_targets.local.watching.figures import counts, step_figures
from specc_targets.local.watching.files import EVENTS, LOG
from specc_targets.local.watching.lines import Line, fault_of, place_of, read_event
from specc_targets.local.watching.reading import epoch, follow_log, read_lines, read_log, read_tree
from specc_targets.local.watching.tree import Tree

Summary = dict[str, Any]
_UNTOLD = frozenset({"running", "killed"})
"""Of such a run the events may be behind the journal."""
_QUICKLY_READ = 16 * 1024 * 1024
"""Bytes of a journal that is read only to list its run."""
_RESUMABLE = frozenset({"failed", "interrupted", "killed"})


class History:
    """The runs of a state directory. What cannot be done raises `LookupError` with words for the user."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._names = CellNames()
        """Of the run whose logs were asked for last."""

    def runs(self, limit: int | None = None) -> list[Summary]:
        """Runs, newest first, each in a few figures: see `_summary`. One that is damaged has `damage` only."""
        with _told():
            return [_summary(run) for run in list_runs(self.state)[:limit]]

    def remove(self, names: Sequence[str]) -> list[str]:
        """Delete runs; gives their ids. Nothing is deleted when one of them does not exist."""
        with _told():
            found = [self._open(name) for name in names]
            for run in found:
                remove(run)
            return [run.id for run in found]

    def keep(self, number: int) -> list[str]:
        """Delete all but the newest so many runs, and those that are going; gives their ids."""
        with _told():
            return prune(self.state, number)

    def status(self, name: str | None) -> Summary:
        """How a run stands, the latest without a name: its figures, every step, its error."""
        with _told():
            return _status(self._open(name))

    def approvals(self, name: str | None) -> list[Summary]:
        """What runs ask, or one of them: questions, each with the command that approves it."""
        with _told():
            runs = [self._open(name)] if name is not None else list_runs(self.state)
            return [_question(one) for run in runs for one in open_questions(run)]

    def decide(
        self, name: str | None, step: str | None, *, approved: bool, who: str | None, comment: str | None
    ) -> Summary:
        """Answer a question, as the user of the system unless `who` says otherwise; the question and the decision."""
        with _told():
            question, decision, going = decide(
                self.state, name, step, approved=approved, who=who or system_user(), comment=comment
            )
            resume = None if going else _resume(self._open(question.run))
        return {**_question(question), "decision": decision.as_json(), "resume": resume}

    def logs(
        self, name: str | None, *, step: str | None, items: tuple[int, ...], since: float | None, follow: bool
    ) -> Iterator[tuple[Line, str]]:
        """What a run told, as objects and as text, by time. The text is empty for what says nothing new to people.

        Only of `step` and what is in it, of the items that begin with `items`, and from `since` (seconds since the
        epoch) on, where these are given. `follow` waits for more until the run has ended.
        """
        with _told():
            run = self._open(name)
            if step is not None:
                _check_step(run, step)
        self._names = _names(run)
        is_new = Once()
        for line in follow_log(run) if follow else read_log(run):
            if _wanted(line, step, items) and (since is None or epoch(line.get("time")) >= since):
                yield line, self._text(line, is_new)

    def where(self, line: Line) -> str:
        """The step and items of a line: `process/fetch[3]`, `train[lr=0.1,seed=0]`."""
        return self._names.place(str(line.get("step", "")), line.get("items", ()))

    def item(self, name: str | None, cell: str) -> tuple[int, ...]:
        """The item that is the configuration `cell` of a matrix of a run, the latest without a name."""
        with _told():
            names = _names(self._open(name))
        index = names.index(cell)
        if index is None:
            near = closest(cell, names.all())
            help = f"; did you mean `{near}`?" if near else ""
            raise LookupError(f"no configuration of the run is called `{cell}`{help}")
        return (index,)

    def _text(self, line: Line, is_new: Once) -> str:
        if line.get("event") == "log":
            return str(line.get("text", ""))
        event = read_event(line)
        if event is None or not is_new(event):
            return ""
        self._names.learn(event)
        return describe(event, self._names).removeprefix(f"{self.where(line)}: ")

    def _open(self, name: str | None) -> RunDirectory:
        if not run_names(self.state):
            raise LookupError(f"there are no runs in `{self.state}`; `specc run --local SPEC` makes one")
        return RunDirectory.open(self.state, name, lock=False)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what is wrong with the state directory into a `LookupError`."""
    try:
        yield
    except StateError as error:
        raise LookupError(str(error)) from None


def where(line: Line) -> str:
    """The step and items of a line: `process/fetch[3]`."""
    return NO_NAMES.place(str(line.get("step", "")), line.get("items", ()))


def _names(run: RunDirectory) -> CellNames:
    """What the items of matrices are called in a run, as far as it has come."""
    found = CellNames()
    for line in read_lines(run.path / EVENTS):
        if line.get("cells") and (event := read_event(line)) is not None:
            found.learn(event)
    return found


def _wanted(line: Line, step: str | None, items: tuple[int, ...]) -> bool:
    path = str(line.get("step", ""))
    if step is not None and path != step and not path.startswith(f"{step}/"):
        return False
    return tuple(line.get("items", ()))[: len(items)] == items


def _summary(run: RunDirectory) -> Summary:
    """`id`, `name`, `spec`, `status`, `started`, `ended`, `duration` in seconds, `counts` of steps and items."""
    damage = run.damage()
    if damage is not None:
        return {"id": run.id, "status": "damaged", "damage": damage}
    status = run.status()
    tree = read_tree(run, status)
    if status in _UNTOLD and _size(run) <= _QUICKLY_READ:
        _from_journal(run, tree)
    return _figures(run, status, tree)


def _figures(run: RunDirectory, status: str, tree: Tree) -> Summary:
    header, result = run.header(), run.result() or {}
    started = epoch(header.get("started"))
    elapsed = max(0.0, (time.time() if status == "running" else _touched(run)) - started)
    return {
        "id": run.id,
        "name": header.get("name"),
        "spec": header.get("spec"),
        "status": status,
        "started": header.get("started"),
        "ended": result.get("ended"),
        "duration": round(lasted if isinstance(lasted := result.get("duration"), int | float) else elapsed, 6),
        "counts": counts(tree),
    }


def _status(run: RunDirectory) -> Summary:
    header = run.header()
    status = run.status()
    tree, notes = read_tree(run, status), []
    if status in _UNTOLD:
        notes = _from_journal(run, tree)
    result = run.result() or {}
    error = result.get("error")
    tolerated = found if isinstance(found := result.get("tolerated"), list) else []
    now = time.time()
    known = {node.path: node for node in tree.walk()}
    waiting = [name for name in _planned(run) if name not in known]
    return {
        **_figures(run, status, tree),
        "parameters": _table(header.get("parameters")),
        "outputs": _table(result.get("outputs")),
        "pid": run.pid(),
        "steps": [
            *(step_figures(node, now) for node in tree.walk()),
            *({"step": name, "state": "waiting" if status == "running" else "not run"} for name in waiting),
        ],
        "error": _placed(fault_of(error), tree.names) if isinstance(error, dict) else None,
        "tolerated": [_tolerated(each, tree.names) for each in tolerated if isinstance(each, dict)],
        "approvals": [_question(one) for one in open_questions(run)],
        "notes": notes,
        "resume": _resume(run) if status in _RESUMABLE else None,
        "folder": str(run.path),
    }


def _resume(run: RunDirectory) -> str:
    """What goes on with a run."""
    return f"specc run --local {shlex.quote(str(run.header().get('spec')))} --resume {run.id}"


def _question(question: Question) -> Summary:
    return {**question.as_json(), "place": question.place, "command": command_for(question)}


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _placed(fault: Summary, names: CellNames) -> Summary:
    return {**fault, "place": names.place(fault["step"], fault["items"])}


def _tolerated(found: Summary, names: CellNames) -> Summary:
    """Which items of a map failed and were tolerated, as `result.json` says it."""
    errors = {index: fault_of(error) for index, error in _table(found.get("errors")).items() if isinstance(error, dict)}
    total = found.get("total")
    at = place_of(found)
    for index, error in errors.items():
        number = int(index) if index.isascii() and index.isdigit() else -1
        error["item"] = names.labels(at["step"], [*at["items"], number])[-1] if number >= 0 else index
    return {**at, "total": total if isinstance(total, int) else len(errors), "errors": errors}


def _from_journal(run: RunDirectory, tree: Tree) -> list[str]:
    """Bring a tree up to what the journal of a run says, which is written before the events. Gives what was lost."""
    from specc_targets.local.runs.recovery import Recovered

    with suppress(StateError), Recovered.read(run.path) as recovered:
        for node in tree.walk():
            if node.depth or node.total is None:
                continue
            table = recovered.items(node.path)
            failed = sum(1 for _ in recovered.failed_items(node.path))
            node.failed = max(node.failed, failed)
            node.done = max(node.done, (len(table) if table is not None else 0) + failed)
        return list(recovered.notes) if run.pid() is None else []
    return []


def _touched(run: RunDirectory) -> float:
    """When a run last wrote something, in seconds since the epoch; 0 when it never did."""
    times = [0.0]
    for name in (JOURNAL, EVENTS, LOG):
        with suppress(OSError):
            times.append((run.path / name).stat().st_mtime)
    return max(times)


def _size(run: RunDirectory) -> int:
    try:
        return (run.path / JOURNAL).stat().st_size
    except OSError:
        return 0


def _planned(run: RunDirectory) -> list[str]:
    """The names of all steps outside of groups."""
    try:
        plan = json.loads((run.path / "plan.json").read_bytes())
        return [op["name"] for op in plan["module"]["body"]["ops"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _check_step(run: RunDirectory, step: str) -> None:
    """Raise `LookupError` when the run has no such step, so that a misspelt name is not an empty log."""
    known = [*_planned(run), *(node.path for node in read_tree(run, "running").walk())]
    if not known or step in known or step.partition("/")[0] in known:
        return
    from specc.diagnostics import closest

    near = closest(step, known)
    raise LookupError(f"run `{run.id}` has no step `{step}`" + (f"; did you mean `{near}`?" if near else ""))
