"""Pulumi's engine, asked by way of the Automation API, for one stack. Imports Pulumi's packages when it is made."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from specc_targets.pulumi.driving.command import check_packages, find
from specc_targets.pulumi.driving.events import Complaint, Listener
from specc_targets.pulumi.driving.setup import Say, Setup

if TYPE_CHECKING:
    from pulumi.automation import Stack

    from specc_targets.pulumi.program import Program

_T = TypeVar("_T")
Outputs = dict[str, tuple[Any, bool]]
"""Output -> its value, and whether it is secret."""
_WARNINGS = r"Failed to parse engine event|Error in event stream"
"""What the Automation API warns of with the whole event, which may hold what is nobody's business."""


class EngineFailed(Exception):  # noqa: N818  # the name says it
    """The CLI has ended badly: what it and the engine have said."""

    def __init__(self, listener: Listener | None, out: str, err: str, *, interrupted: bool) -> None:
        super().__init__(err or out)
        self.errors: list[Complaint] = listener.errors if listener is not None else []
        self.out, self.err = out, err
        self.interrupted = interrupted


class Engine:
    """The engine for one stack. Everything raises `EngineFailed`; making it raises `TargetError`."""

    def __init__(self, setup: Setup, program: Program, say: Say) -> None:
        check_packages()
        self.setup, self.program, self.say = setup, program, say
        path = find(setup.folders)
        import pulumi.automation as auto

        from specc_targets.pulumi.driving.running import Command

        self._command = Command(path, say)
        setup.backend.make()
        self._variables = dict(setup.variables())
        provider = setup.settings.secrets_provider
        self._workspace = auto.LocalWorkspace(
            work_dir=str(setup.folders.program),
            pulumi_home=None if setup.backend.is_cloud or _has_home() else str(setup.folders.home),
            env_vars=self._variables,
            secrets_provider=None if provider == "default" else provider,
            pulumi_command=self._command,
        )
        self._stack: Stack | None = None
        warnings.filterwarnings("ignore", message=_WARNINGS)

    @property
    def version(self) -> str:
        """That of the CLI."""
        return str(self._command.version)

    def select(self, *, create: bool = False) -> bool:
        """Choose the stack, made if need be; False when there is none."""
        import pulumi.automation as auto

        name = self.setup.folders.stack

        def chosen() -> Stack:
            return (auto.Stack.create_or_select if create else auto.Stack.select)(name, self._workspace)

        try:
            self._stack = self._done(chosen)
        except _NoStack:
            return False
        finally:
            self._keep()
        return True

    def preview(self, listener: Listener, targets: Sequence[str] = (), save: Path | None = None) -> None:
        """Find out what bringing it up would do, and save that as a plan if a file is named."""
        self._done(
            lambda: self.stack.preview(
                target=list(targets) or None, plan=_text(save), on_event=listener, color="never"
            ),
            listener,
        )

    def up(self, listener: Listener, targets: Sequence[str] = (), plan: Path | None = None) -> Outputs:
        """Bring it up; gives its outputs."""
        found = self._done(
            lambda: self.stack.up(
                target=list(targets) or None,
                plan=_text(plan),
                on_event=listener,
                color="never",
                show_secrets=False,
                suppress_outputs=True,
            ),
            listener,
        )
        return _outputs(found.outputs)

    def refresh(self, listener: Listener) -> None:
        """Read at AWS what there is, into the state."""
        self._done(lambda: self.stack.refresh(on_event=listener, color="never", show_secrets=False), listener)

    def destroy(self, listener: Listener, targets: Sequence[str] = ()) -> None:
        """Delete every resource; or only these, by their URNs, and what depends on them.

        Of one that was interrupted and has ended well for all that, nothing follows.
        """
        self._done(
            lambda: self.stack.destroy(
                target=list(targets) or None,
                target_dependents=True if targets else None,
                on_event=listener,
                color="never",
                show_secrets=False,
            ),
            listener,
        )
        if targets and self._command.interrupted:
            raise EngineFailed(listener, "", "", interrupted=True)

    def remove(self) -> None:
        """Forget a stack that has no resources any more, with its history."""
        self._done(lambda: self._workspace.remove_stack(self.setup.folders.stack))

    def outputs(self) -> Outputs:
        """Those of the stack as it was last brought up."""
        return _outputs(self._done(self.stack.outputs))

    def configure(self, given: Mapping[str, str]) -> None:
        """Set values of the configuration."""
        from pulumi.automation import ConfigValue

        secret = self._secret_settings()
        for key, value in given.items():
            full = key if ":" in key else f"{self.program.project}:{key}"
            told = ConfigValue(value, secret=full in secret)
            self._done(lambda key=key, told=told: self.stack.set_config(key, told))  # type: ignore[misc]  # mypy reads no defaults of lambdas
        self._keep()

    def _secret_settings(self) -> set[str]:
        """Names of the settings that are encrypted, and stay so whatever they are set to."""
        import yaml

        path = self.setup.folders.settings
        found = yaml.safe_load(path.read_bytes()) if path.is_file() else None
        given = found.get("config") if isinstance(found, dict) else None
        known = given if isinstance(given, dict) else {}
        return {name for name, value in known.items() if isinstance(value, dict) and "secure" in value}

    def export(self) -> dict[str, Any]:
        """The state, with its secrets still encrypted."""
        found: dict[str, Any] = json.loads(self._ask("stack", "export").stdout)
        return found

    def replace_state(self, path: Path) -> None:
        """Replace the state by that in a file."""
        self._ask("stack", "import", "--file", str(path))

    def cancel(self) -> None:
        """Break the locks of the stack."""
        self._done(self.stack.cancel)

    def is_busy(self) -> bool:
        """Whether the backend says that the stack is being changed; those that are no server do not say."""
        found = self._done(lambda: json.loads(self._ask_workspace("stack", "ls", "--json").stdout))
        names = {self.setup.folders.stack}
        return any(item.get("updateInProgress") for item in found if str(item.get("name", "")).split("/")[-1] in names)

    @property
    def stack(self) -> Stack:
        """The stack, once it is chosen."""
        assert self._stack is not None, "select the stack first"
        return self._stack

    def _ask(self, *arguments: str) -> Any:
        return self._done(lambda: self._ask_workspace(*arguments, "--stack", self.setup.folders.stack))

    def _ask_workspace(self, *arguments: str) -> Any:
        home = {"PULUMI_HOME": self._workspace.pulumi_home} if self._workspace.pulumi_home else {}
        return self._command.run(list(arguments), self._workspace.work_dir, {**home, **self._variables})

    def _done(self, call: Callable[[], _T], listener: Listener | None = None) -> _T:
        from pulumi.automation.errors import CommandError, StackNotFoundError

        try:
            return call()
        except StackNotFoundError:
            raise _NoStack(
                listener, "", f"no stack named '{self.setup.folders.stack}' found", interrupted=False
            ) from None
        except CommandError:
            last = self._command.last
            raise EngineFailed(listener, last.stdout, last.stderr, interrupted=self._command.interrupted) from None
        except RuntimeError as error:  # the API's own word for a CLI that ended well without telling what it did
            raise EngineFailed(listener, "", str(error), interrupted=False) from None
        finally:
            self._keep()

    def _keep(self) -> None:
        """Whatever the CLI has written into the settings of the stack must not be lost with the project."""
        self.setup.kept.save(self.setup.written(self.program))


class _NoStack(EngineFailed):
    """The backend knows no such stack."""


def _outputs(found: Mapping[str, Any]) -> Outputs:
    return {name: (item.value, item.secret) for name, item in found.items()}


def _has_home() -> bool:
    return bool(os.environ.get("PULUMI_HOME"))


def _text(path: Path | None) -> str | None:
    return str(path.absolute()) if path is not None else None
