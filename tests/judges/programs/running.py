"""Runs of the programs, each made once for all processes of a test session."""

from __future__ import annotations

import fcntl
import pickle
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from judges.programs.account import Account
from judges.programs.cases import Case, compiled, write_case
from specc_targets.pulumi.preview.monitor import Message, Value, Wanted, run_program

TIMEOUT = 120.0
Result = TypeVar("Result")


@dataclass(frozen=True)
class Recorded:
    """What a program asked for."""

    ok: bool
    messages: tuple[Message, ...]
    stdout: str
    stderr: str
    wanted: Mapping[str, Wanted]
    """By Pulumi's names, the stack left out."""
    twice: tuple[str, ...]
    exported: Mapping[str, Value]

    def of_type(self, type: str) -> list[Wanted]:
        """The resources of one type: `iam/role:Role`."""
        return [item for item in self.wanted.values() if item.type == f"aws:{type}"]


def run_case(case: Case, *, unknown: bool) -> Recorded:
    """Run a program on Pulumi's runtime; with `unknown`, as a preview of a stack that is not there."""
    with tempfile.TemporaryDirectory() as folder:
        write_case(case, Path(folder))
        return run_folder(Path(folder), compiled(case).project, compiled(case).stack, case.config, unknown=unknown)


def run_folder(directory: Path, project: str, stack: str, config: Mapping[str, str], *, unknown: bool) -> Recorded:
    """Run the project in a folder."""
    account = Account(unknown=unknown)
    ran = run_program(
        directory, project=project, stack=stack, config=config, planner=account, dry_run=unknown, timeout=TIMEOUT
    )
    wanted = {name: item for name, item in account.wanted.items() if item.type != "pulumi:pulumi:Stack"}
    return Recorded(ran.ok, ran.messages, ran.stdout, ran.stderr, wanted, tuple(account.twice), account.exported)


class Shared:
    """What one process of a session has made, the others read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def get(self, name: str, make: Callable[[], Result]) -> Result:
        """The result of this name, made by the first who asks."""
        with (self._folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            file = self._folder / f"{name}.pickle"
            if not file.exists():
                file.write_bytes(pickle.dumps(make()))
            found: Result = pickle.loads(file.read_bytes())
            return found
