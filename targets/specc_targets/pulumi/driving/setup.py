"""One stack of one spec: what it needs on this machine before the engine can be asked for anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from specc.targets import TargetError, load
from specc_targets.aws.names import Names
from specc_targets.deployed.deploying import account_of
from specc_targets.deployed.session import MADE_UP, Account
from specc_targets.local.runs.files import make_folder, write_file
from specc_targets.pulumi.driving import passphrase
from specc_targets.pulumi.driving.backend import Backend
from specc_targets.pulumi.driving.folders import Folders
from specc_targets.pulumi.driving.keeping import Kept

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.deployment import PulumiSettings
    from specc.ir.module import Module
    from specc_targets.pulumi.program import Program

Say = Callable[[str], None]


@dataclass(frozen=True)
class Setup:
    """A stack as commands handle it."""

    compilation: Compilation
    spec: str
    """How the user calls the spec."""
    module: Module
    root: Path
    """The folder of the spec."""
    folders: Folders
    backend: Backend

    @classmethod
    def of(cls, compilation: Compilation, spec: str) -> Setup:
        """That of a checked spec in its stack. Raises `StateError`."""
        module, read = compilation.module, compilation.spec
        assert module is not None, "a spec without errors has a module"
        assert read is not None, "a spec without errors was read"
        folders = Folders.of(read.root, module.name, module.deployment.stack or "default")
        backend = Backend.of(module.deployment.pulumi.backend, read.root, folders)
        return cls(compilation, spec, module, read.root, folders, backend)

    @property
    def settings(self) -> PulumiSettings:
        """What the spec says of Pulumi."""
        return self.module.deployment.pulumi

    @property
    def kept(self) -> Kept:
        """What must survive the project."""
        return Kept(self.folders, self.backend)

    @property
    def account(self) -> Account:
        """Where the stack is."""
        return account_of(self.module)

    @property
    def name(self) -> str:
        """The name of what is deployed, as CloudFormation would call it, too."""
        return Names.of(self.module).prefix

    @property
    def called(self) -> dict[str, str]:
        """What the user types, for advice."""
        return {"spec": self.spec, "stack": self.folders.stack}

    @property
    def exists(self) -> bool | None:
        """Whether the state knows of anything; None where only the CLI can tell.

        Of a stack that was looked at and never brought up it does not.
        """
        if self.backend.folder is not None:
            return self.backend.knows_of(self.folders.project, self.folders.stack)
        return None

    def variables(self) -> Mapping[str, str]:
        """The environment of the engine and of the program; nothing of the user's own home is touched.

        Raises `NotThere` where the secrets of the stack cannot be read.
        """
        from specc_targets.pulumi.driving.command import interpreter

        found = {
            "PULUMI_BACKEND_URL": self.backend.url,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_PYTHON_CMD": interpreter(),
            **passphrase.variables(
                self.backend,
                self.settings.secrets_provider,
                self.folders,
                salted=self.kept.is_salted,
                keyed=self.kept.is_keyed,
            ),
        }
        endpoint = self.module.deployment.endpoint
        if endpoint is None:
            return {**found, **self._region()}
        # Neither credentials nor settings of the user's: nothing of theirs is for an emulator.
        nowhere = dict.fromkeys(("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"), "")
        return {
            **found,
            **nowhere,
            **self._region(),
            "AWS_ACCESS_KEY_ID": MADE_UP,
            "AWS_SECRET_ACCESS_KEY": MADE_UP,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_ENDPOINT_URL": endpoint,
        }

    def make_project(self) -> Program:
        """The program that the spec compiles to, and a project to ask the engine from, which need have no code.

        One that is there already stays as it was last brought up. Raises `TargetError` when the spec has no program.
        """
        found = self.program()
        self.folders.make()
        is_there = (self.folders.program / "Pulumi.yaml").is_file()
        for path, content in found.files.items():
            if not is_there or (path.name == self.folders.settings.name and not self.folders.settings.is_file()):
                target = self.folders.program / path
                make_folder(target.parent)
                write_file(target, content, sync=False)
        self.kept.restore()
        return found

    def program(self) -> Program:
        """The program that the spec compiles to, by what it lets expect of its code. Raises `TargetError`."""
        from specc_targets.pulumi.program import program

        context = self.compilation.context
        assert context is not None, "a spec without errors has a context"
        module = load("pulumi").legalize(context, self.module)
        found = program(context, module, virtualenv=None) if not self.compilation.failed else None
        if found is None or self.compilation.failed:
            raise TargetError(f"`{self.spec}` cannot be compiled; `specc check {self.spec}` says why")
        return found

    def written(self, program: Program) -> bytes:
        """The settings that the program itself says."""
        return program.files[PurePosixPath(self.folders.settings.name)]

    def _region(self) -> dict[str, str]:
        return {"AWS_REGION": self.account.region}
