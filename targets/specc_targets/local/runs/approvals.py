"""The questions of a run, and what was decided, as files of its folder: whoever may write there may decide."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from specc_runtime.approvals import Decision, Question
from specc_targets.local.runs.errors import StateError, cannot
from specc_targets.local.runs.files import make_folder, read_json, write_file, write_json

FOLDER = "approvals"
_QUESTION, _DECISION = ".question.json", ".decision.json"


class ApprovalFiles:
    """The folder `approvals` of a run. The run writes questions, and removes what it has taken in."""

    def __init__(self, run: Path) -> None:
        self.path = run / FOLDER

    def ask(self, question: Question) -> None:
        """Write a question. A decision that answered another one in its place is removed. Raises `StateError`."""
        make_folder(self.path)
        before = self._question(self._file(question, _QUESTION))
        if before is None or (before.message, before.by) != (question.message, question.by):
            self._unlink(self._file(question, _DECISION))
        write_json(self._file(question, _QUESTION), question.as_json())

    def stamp(self) -> int:
        """What changes whenever a file comes or goes."""
        try:
            return self.path.stat().st_mtime_ns
        except OSError:
            return 0

    def decision(self, question: Question) -> Decision | None:
        """What was decided; None while nothing was, or nothing that can be understood."""
        with contextlib.suppress(StateError, OSError, KeyError, TypeError):
            return Decision.of_json(read_json(self._file(question, _DECISION)))
        return None

    def settle(self, question: Question) -> None:
        """Remove a question that has been answered, with its answer."""
        for kind in (_QUESTION, _DECISION):
            self._unlink(self._file(question, kind))

    def open(self) -> list[Question]:
        """The questions that nobody has answered, by step and item."""
        found: list[Question] = []
        with contextlib.suppress(OSError):
            for file in self.path.iterdir():
                question = self._question(file) if file.name.endswith(_QUESTION) else None
                if question is not None and not self._file(question, _DECISION).exists():
                    found.append(question)
        return sorted(found, key=lambda one: (one.step, one.items))

    def decide(self, question: Question, decision: Decision) -> bool:
        """Write a decision; False when somebody was quicker. Raises `StateError`."""
        target = self._file(question, _DECISION)
        making = target.with_name(f".{target.name}.{os.getpid()}.new")
        write_file(making, json.dumps(decision.as_json()).encode())
        try:
            os.link(making, target)  # unlike a rename this fails where there is one
        except FileExistsError:
            return False
        except OSError as error:
            raise StateError(cannot("write", target, error)) from error
        finally:
            self._unlink(making)
        return True

    def _question(self, path: Path) -> Question | None:
        with contextlib.suppress(StateError, OSError, KeyError, TypeError, ValueError):
            return Question.of_json(read_json(path))
        return None

    def _file(self, question: Question, kind: str) -> Path:
        place: Any = [question.step, question.items]
        name = hashlib.blake2b(json.dumps(place).encode(), digest_size=12).hexdigest()
        return self.path / f"{name}{kind}"

    def _unlink(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            path.unlink()
