"""`specc down` of a stack that the engine has made."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from specc.targets import TargetError
from specc_targets.deployed.deploying import machine_of
from specc_targets.deployed.errors import Refused
from specc_targets.deployed.machine import Execution
from specc_targets.deployed.session import Account
from specc_targets.deployed.stack import CloudStack, Resource
from specc_targets.pulumi.driving import buckets
from specc_targets.pulumi.driving.engine import Engine, EngineFailed
from specc_targets.pulumi.driving.events import Listener, is_ours, name_of
from specc_targets.pulumi.driving.locks import refuse_locked
from specc_targets.pulumi.driving.setup import Say, Setup
from specc_targets.pulumi.driving.telling import failed

if TYPE_CHECKING:
    from specc.frontend import Compilation

_TRIGGERS = frozenset(
    {
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:scheduler/schedule:Schedule",
    }
)
"""What starts runs, and would do so after all of them were stopped. The engine knows in which order they go."""
_MACHINE = "aws:sfn/stateMachine:StateMachine"


class PulumiRemoval:
    """A stack that is to be taken down: what there is, then `run`. Raises `TargetError`."""

    def __init__(self, setup: Setup, say: Say) -> None:
        stack = setup.module.deployment.stack
        if setup.module.deployment.protect:
            raise TargetError(
                f"the stack `{stack}` is protected; take `protect = true` out of the spec and bring that up first"
            )
        self.setup = setup
        self.name = setup.name
        self._protected: list[str] = []
        self._triggers: list[str] = []
        self._program = setup.make_project()
        self._engine = Engine(setup, self._program, say)
        try:
            self.exists = self._engine.select()
            self.resources = self._resources() if self.exists else []
        except EngineFailed as error:
            raise failed(setup, self._program, error) from None

    @property
    def account(self) -> Account:
        """Where it is."""
        return self.setup.account

    def running(self) -> int:
        """How many runs are under way."""
        return len(self._runs())

    def run(self, say: Say) -> None:
        """Delete what starts runs, stop those there are, empty the stack's own bucket, delete the rest, and forget it.

        Nothing is touched where the engine would refuse to delete all of it. After a failure the next one goes on.
        """
        try:
            self._refuse()
            if self._triggers:
                self._engine.destroy(Listener(self._program.steps, say), self._triggers)
            self._stop_runs(say)
            for item in self.resources:
                if buckets.is_own(item.type, item.logical):
                    buckets.make_empty(self.account, item.physical, say)
            self._engine.destroy(Listener(self._program.steps, say))
            self._engine.remove()
        except EngineFailed as error:
            raise failed(self.setup, self._program, error) from None
        self.setup.kept.drop()
        shutil.rmtree(self.setup.folders.program, ignore_errors=True)

    def _stop_runs(self, say: Say) -> None:
        """Those that are under way by now: whoever was asked may have thought about it."""
        for run in self._runs():
            say(f"stopping run {run.id}")
            machine_of(self.setup.module, self.setup.spec).stop(run)

    def _refuse(self) -> None:
        """What was brought up as protected is so whatever the spec says by now; a lock says that somebody works on it.

        Raises `Refused`.
        """
        setup, called = self.setup, f"{self.setup.spec} --stack {self.setup.folders.stack}"
        if self._protected:
            listed = ", ".join(f"`{name}`" for name in self._protected[:3])
            raise Refused(
                f"{self.name} was brought up with `protect = true`, which holds for {listed} until it is brought up "
                f"without: `specc up {called}`"
            )
        refuse_locked(setup, self._engine)

    def _runs(self) -> list[Execution]:
        if not any(item.type == _MACHINE for item in self.resources):
            return []
        machine = machine_of(self.setup.module, self.setup.spec)
        try:
            return [run for run in machine.executions(None) if run.status == "running"]
        except TargetError as error:
            if "is not deployed" in str(error):  # the machine was deleted by other means
                return []
            raise

    def _resources(self) -> list[Resource]:
        """What the state knows, but for the stack itself and its providers."""
        found = (self._engine.export().get("deployment") or {}).get("resources") or ()
        self._triggers = list(dict.fromkeys(item["urn"] for item in found if item["type"] in _TRIGGERS))
        self._protected = [name_of(item["urn"]) for item in found if item.get("protect")]
        return [
            Resource(name_of(item["urn"]), item["type"], str(item.get("id", "")))
            for item in found
            if item.get("custom") and is_ours(item["type"]) and not item.get("external")
        ]


def pulumi_removal(compilation: Compilation, spec: str, say: Say) -> PulumiRemoval | None:
    """The removal of a stack by the engine; None where it was not made by it. Raises `TargetError`."""
    setup = Setup.of(compilation, spec)
    if setup.exists is False:
        return None
    if setup.exists is None and (not _is_named(setup) or _is_by_cloudformation(setup)):
        return None
    removal = PulumiRemoval(setup, say)
    return removal if removal.exists else None


def _is_by_cloudformation(setup: Setup) -> bool:
    """Whether CloudFormation has made it; the names are the same, so the engine has not."""
    return CloudStack(setup.account, setup.name).described() is not None


def _is_named(setup: Setup) -> bool:
    """Whether a stack whose backend is elsewhere may have been brought up: by its spec, or from here."""
    return bool(setup.settings.backend) or setup.kept.path.is_file() or setup.folders.program.is_dir()
