"""`specc recover`: what is in the way of a stack whose last change did not end well, and away with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.targets import TargetError
from specc_targets.deployed.errors import Refused
from specc_targets.local.runs.files import make_folder, write_file
from specc_targets.pulumi.driving.engine import Engine, EngineFailed
from specc_targets.pulumi.driving.events import name_of, shown
from specc_targets.pulumi.driving.locks import locks_of
from specc_targets.pulumi.driving.setup import Say, Setup
from specc_targets.pulumi.driving.telling import failed

if TYPE_CHECKING:
    from specc.frontend import Compilation

_NOT_MADE = "creating"
"""Of an operation after which something may be there that the state does not know."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An operation of which nobody knows whether it was done."""

    resource: str
    """As it is shown."""
    doing: str
    """`creating`, `updating`, `deleting`, ..."""
    type: str

    def __str__(self) -> str:
        return f"interrupted while {self.doing} {self.resource}"


class Recovery:
    """What is wrong with a stack (`locks`, `pending`), and `run` that mends it. Raises `TargetError`."""

    def __init__(self, setup: Setup, say: Say) -> None:
        self.setup = setup
        self._program = setup.make_project()
        self._engine = Engine(setup, self._program, say)
        try:
            if setup.exists is False or not self._engine.select():
                raise Refused(
                    f"`{setup.name}` was never brought up with the state at {setup.backend.url}: there is nothing to "
                    "recover"
                )
            self.locks = list(locks_of(setup, self._engine))
            self._state = self._engine.export()
        except EngineFailed as error:
            raise failed(setup, self._program, error) from None
        found = (self._state.get("deployment") or {}).get("pending_operations") or ()
        self.pending = [self._pending(item) for item in found]

    @property
    def is_needed(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.locks or self.pending)

    def run(self, say: Say) -> None:
        """Break the locks, and clear what is pending; the state as it was is kept in a file."""
        alive = [lock for lock in self.locks if lock.is_alive]
        if alive:
            raise TargetError(
                f"process {alive[0].pid} on this machine is changing the stack just now; wait for it, or interrupt it: "
                f"`kill -INT {alive[0].pid}`"
            )
        try:
            if self.locks:
                self._engine.cancel()
                say("the lock is gone")
            if self.pending:
                say(f"the state as it was is kept in {self._clear()}")
        except EngineFailed as error:
            raise failed(self.setup, self._program, error) from None

    def advice(self) -> list[str]:
        """What to do then."""
        called = f"{self.setup.spec} --stack {self.setup.folders.stack}"
        made = [item for item in self.pending if item.doing == _NOT_MADE]
        said = [
            f"{item.resource} may be there although the state does not know it; if `specc up` says that it exists, "
            "delete it at AWS, or adopt it with `pulumi import`"
            for item in made
        ]
        if len(made) < len(self.pending):
            said.append(f"`specc refresh {called}` reads what came of the rest")
        return [*said, f"`specc up {called}` goes on"]

    def _clear(self) -> Path:
        """Take the pending operations out of the state; gives the file with the state as it was."""
        make_folder(self.setup.folders.backups)
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        backup = self.setup.folders.backups / f"{moment}.json"
        write_file(backup, json.dumps(self._state, indent=1).encode())
        mended = self.setup.folders.backups / f"{moment}.mended.json"
        deployment = {**self._state["deployment"], "pending_operations": []}
        write_file(mended, json.dumps({**self._state, "deployment": deployment}, indent=1).encode())
        self._engine.replace_state(mended)
        mended.unlink()
        return backup

    def _pending(self, found: Mapping[str, Any]) -> Pending:
        resource = found.get("resource") or {}
        name = name_of(str(resource.get("urn", "")))
        return Pending(shown(name, self._program.steps), str(found.get("type", "")), str(resource.get("type", "")))


def recovery(compilation: Compilation, spec: str, say: Say) -> Recovery:
    """Look at a stack. Raises `TargetError`."""
    return Recovery(Setup.of(compilation, spec), say)
