"""The editors' own language servers: how each is started, and why one cannot be."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from judges.node import program as node

HERE = Path(__file__).parent
JUDGES = HERE.parent / "judges"


@dataclass(frozen=True)
class Client:
    """A reader of schemas that people have in their editor."""

    name: str
    package: str
    """Where its version is looked up: `npm:FOLDER` or the name of a Python package."""
    used_by: str
    formats: tuple[str, ...]
    command: Callable[[], list[str]] | None = None
    """What starts its server; None for a program that is run once on all texts."""
    settings: dict[str, Any] | None = None
    options: Any = None
    at_once: bool = False
    """Whether its documents are opened all at the start: a server that looks at one a while after it was opened."""
    words: int = 1
    """How many times it speaks of a document without faults before that is its last word."""

    @property
    def version(self) -> str | None:
        """The version that is installed; None without one."""
        kind, _, folder = self.package.rpartition(":")
        if kind == "npm":
            file = JUDGES / "node_modules" / folder / "package.json"
            return str(json.loads(file.read_text())["version"]) if file.is_file() and node() else None
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None

    @property
    def missing(self) -> str | None:
        """Why it cannot be asked here; None when it can."""
        if self.version is not None:
            return None
        return f"{self.name} is not installed: `make {'judges' if self.package.startswith('npm:') else 'setup'}`"


def program(name: str) -> str:
    """A program of this environment."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or name


def _in_node(*words: str | Path) -> Callable[[], list[str]]:
    def command() -> list[str]:
        found = node()
        assert found is not None
        return [found, *map(str, words)]

    return command


def _yaml_server(folder: str) -> Callable[[], list[str]]:
    return _in_node(JUDGES / "node_modules" / folder / "bin" / "yaml-language-server", "--stdio")


_YAML_SETTINGS = {"yaml": {"hover": True, "completion": True, "validate": True, "schemaStore": {"enable": False}}}
_TAPLO_SETTINGS = {"evenBetterToml": {"schema": {"enabled": True, "catalogs": []}}}

CLIENTS: Sequence[Client] = (
    Client("tombi", "tombi", "Zed, Neovim, VS Code", ("toml",), lambda: [program("tombi"), "lsp", "--offline"]),
    Client(
        "taplo",
        "npm:@taplo/lsp",
        "VS Code (Even Better TOML), Helix",
        ("toml",),
        _in_node(HERE / "taplo.cjs", JUDGES),
        _TAPLO_SETTINGS,
        {"configurationSection": "evenBetterToml"},
        words=3,
    ),
    Client(
        "yaml-language-server",
        "npm:yaml-language-server",
        "VS Code, Neovim, Helix, Zed",
        ("yaml",),
        _yaml_server("yaml-language-server"),
        _YAML_SETTINGS,
        at_once=True,
    ),
    Client(
        "yaml-language-server 1",
        "npm:yaml-language-server-1",
        "older ones of these",
        ("yaml",),
        _yaml_server("yaml-language-server-1"),
        _YAML_SETTINGS,
        at_once=True,
    ),
    Client("check-jsonschema", "check-jsonschema", "pre-commit hooks, CI", ("toml", "yaml")),
)
