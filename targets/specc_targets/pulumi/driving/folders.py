"""Where on this machine everything about a stack of Pulumi is."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from specc_targets.local.runs.files import make_folder
from specc_targets.local.runs.state import make_state, state_directory

NAME = "pulumi"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one stack, and those that stacks share; all below `.specc/pulumi`. None need exist."""

    state: Path
    """The state directory of specc."""
    project: str
    """The name of Pulumi's project, which is that of the spec."""
    stack: str

    @classmethod
    def of(cls, root: Path, project: str, stack: str) -> Folders:
        """Those of a spec in the folder `root`. Raises `StateError`."""
        return cls(state_directory(root), project, stack)

    @property
    def shared(self) -> Path:
        """What all stacks share: home of the state, of the passphrase and of a CLI that was installed for them."""
        return self.state / NAME

    @property
    def own(self) -> Path:
        """What only this stack has. Stacks have a folder to themselves, as a spec may be called `state` or `home`."""
        return self.shared / "stacks" / self.project / self.stack

    @property
    def lock(self) -> Path:
        """Who holds the lock on it is at work on the stack."""
        return self.own / "lock"

    @property
    def program(self) -> Path:
        """The emitted project: written anew each time, and of no loss when it is deleted."""
        return self.own / "project"

    @property
    def settings(self) -> Path:
        """The settings of the stack in the project: its configuration and the salt of its secrets."""
        return self.program / f"Pulumi.{self.stack}.yaml"

    @property
    def backups(self) -> Path:
        """States from before something was changed in them."""
        return self.own / "backups"

    @property
    def home(self) -> Path:
        """PULUMI_HOME: what Pulumi remembers, such as where it is logged in. Of the user's only plugins are used."""
        return self.shared / "home"

    @property
    def cli(self) -> Path:
        """The root of a Pulumi CLI that was installed for this state directory."""
        return self.shared / "cli"

    def make(self) -> None:
        """Make what a command needs. Raises `StateError`."""
        make_state(self.state)
        for folder in (self.program, self.home):
            make_folder(folder)
        self._share_plugins()

    def _share_plugins(self) -> None:
        """Use the plugins that the user has: they are large, and may have been brought where nothing is downloaded."""
        users, own = Path(os.path.expanduser("~/.pulumi/plugins")), self.home / "plugins"  # noqa: PTH111  # never fails
        if users.is_dir():
            with contextlib.suppress(OSError):  # it is shared already, or has plugins of its own
                if own.is_dir() and not own.is_symlink():
                    own.rmdir()
                own.symlink_to(users.absolute(), target_is_directory=True)
