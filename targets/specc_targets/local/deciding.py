"""Answers to the questions of local runs, from another process."""

from __future__ import annotations

from pathlib import Path

from specc_runtime.approvals import Decision, Question
from specc_targets.deciding import decided, meant
from specc_targets.local.runs.approvals import ApprovalFiles
from specc_targets.local.runs.directory import RunDirectory, list_runs

_OPEN = frozenset({"running", "killed", "interrupted", "failed"})
"""Runs that go on, or can go on, and so may still want an answer."""


def open_questions(run: RunDirectory) -> list[Question]:
    """What a run asks, and nobody has answered."""
    return ApprovalFiles(run.path).open() if run.status() in _OPEN else []


def decide(
    state: Path, name: str | None, place: str | None, *, approved: bool, who: str, comment: str | None
) -> tuple[Question, Decision, bool]:
    """Answer a question of a run, the latest that asks one without a name; also whether the run goes on just now.

    Raises `LookupError` with words for the user, and `StateError`.
    """
    run = RunDirectory.open(state, name, lock=False) if name is not None else _asking(state)
    files = ApprovalFiles(run.path)
    question = meant(open_questions(run), run.id, place)
    decision = decided(question, approved=approved, who=who, comment=comment)
    if not files.decide(question, decision):
        raise LookupError(f"`{question.place}` of run `{run.id}` has been answered already")
    return question, decision, run.status() == "running"


def _asking(state: Path) -> RunDirectory:
    for run in list_runs(state):
        if open_questions(run):
            return run
    raise LookupError(f"no run in `{state}` waits for anybody")
