"""Where the state of a stack is: a folder here unless the spec or PULUMI_BACKEND_URL names another place."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from specc_targets.local.runs.files import make_folder
from specc_targets.pulumi.driving.folders import Folders

VARIABLE = "PULUMI_BACKEND_URL"
_FILE = "file://"


@dataclass(frozen=True, slots=True)
class Backend:
    """A place of states, by the address that Pulumi knows it by."""

    url: str
    is_default: bool = False
    """Whether nobody named it."""

    @classmethod
    def of(cls, named: str | None, root: Path, folders: Folders) -> Backend:
        """The one that the spec names, else the environment, else a folder of the state directory.

        A relative path is relative to the spec in a spec, and to the current folder in the environment.
        """
        if named:
            return cls(_absolute(named, root))
        if from_environment := os.environ.get(VARIABLE):
            return cls(_absolute(from_environment, Path.cwd()))
        return cls((folders.shared / "state").absolute().as_uri(), is_default=True)

    @property
    def is_cloud(self) -> bool:
        """Whether it is Pulumi Cloud, or a server like it, which keeps secrets itself and knows its users."""
        return urlsplit(self.url).scheme in {"http", "https"}

    @property
    def folder(self) -> Path | None:
        """The folder, where it is one of this machine."""
        if not self.url.startswith(_FILE):
            return None
        return Path(unquote(urlsplit(self.url).path))

    def make(self) -> None:
        """Make the folder, which Pulumi does not do. Raises `StateError`."""
        if self.folder is not None:
            make_folder(self.folder)

    def state_of(self, project: str, stack: str) -> Path | None:
        """The file with the state of a stack; None where there is none, or where it cannot be told without the CLI.

        Pulumi keeps it at `.pulumi/stacks/PROJECT/STACK.json` since version 3.61, compressed if it is told to.
        """
        if self.folder is None:
            return None
        base = self.folder / ".pulumi" / "stacks" / project
        for path in (base / f"{stack}.json", base / f"{stack}.json.gz"):
            if path.is_file():
                return path
        return None

    def knows_of(self, project: str, stack: str) -> bool:
        """Whether a state holds resources, or operations of which nobody knows the end, or is locked."""
        path = self.state_of(project, stack)
        if path is None:
            return False
        try:
            latest = json.loads(path.read_bytes())["checkpoint"]["latest"] or {}
            resources, pending = latest.get("resources") or (), latest.get("pending_operations")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # compressed, or damaged: Pulumi will tell
            return True
        return bool(pending) or any(map(_is_something, resources)) or any(self.locks_of(project, stack))

    def locks_of(self, project: str, stack: str) -> Iterator[dict[str, Any]]:
        """Who has locked a stack, as far as that can be told without the CLI: `username`, `hostname`, `pid`, ..."""
        if self.folder is None:
            return
        for path in sorted((self.folder / ".pulumi" / "locks" / "organization" / project / stack).glob("*.json")):
            try:
                found = json.loads(path.read_bytes())
            except (OSError, ValueError):
                continue
            if isinstance(found, dict):
                yield found

    def secrets_of(self, project: str, stack: str) -> dict[str, str]:
        """What the state knows of its encryption, in the words of the stack's settings. Nothing of it is secret."""
        path = self.state_of(project, stack)
        if path is None or path.suffix == ".gz":
            return {}
        try:
            latest = json.loads(path.read_bytes())["checkpoint"]["latest"]
            provider = latest["secrets_providers"]
            if provider["type"] == "passphrase":
                return {"encryptionsalt": str(provider["state"]["salt"])}
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return {}


def _is_something(resource: Mapping[str, Any]) -> bool:
    """Whether a resource of a state is one at AWS: not the stack itself, nor a provider."""
    return bool(resource.get("custom")) and not str(resource.get("type", "")).startswith("pulumi:")


def _absolute(url: str, root: Path) -> str:
    """An address of a folder with an absolute path; others as they are."""
    if not url.startswith(_FILE):
        return url
    path, mark, query = url.removeprefix(_FILE).partition("?")
    if path.startswith("~"):
        path = str(Path(path).expanduser())
    return (root / unquote(path)).absolute().as_uri() + mark + query
