"""What configurations are made of, once they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Where:
    """A stretch of a file: lines from 1, columns from 0 (as Python's syntax trees count)."""

    file: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """An object that a spec can only name, as `module:name`."""

    target: str


@dataclass(frozen=True, slots=True)
class Unwritable:
    """A value that no spec can hold, with what it is."""

    what: str
    where: Where


@dataclass(slots=True)
class Configuration:
    """What one run of a script is given."""

    globals: dict[str, Any] = field(default_factory=dict)
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    where: Where | None = None


@dataclass(slots=True)
class Loop:
    """Configurations of which each depends on what the run before left in a file."""

    configuration: Configuration
    """Its globals and arguments may hold `Previous`."""
    start: dict[str, Any]
    file: str
    """The JSON file that the script writes."""
    until: str | None
    """The condition that ends it, as an expression over `last`."""
    max: int | None
    where: Where


@dataclass(frozen=True, slots=True)
class Previous:
    """A value of the result before, as an expression over `last`."""

    expression: str


@dataclass(slots=True)
class Loaded:
    """A configuration file: the configurations that it gives, in order."""

    path: Path
    configurations: list[Configuration] = field(default_factory=list)
    several: bool = False
    """Whether it gives a sequence, be it of one."""
    loop: Loop | None = None
    notes: list[tuple[str, Where]] = field(default_factory=list)
    imported: dict[str, Where] = field(default_factory=dict)
    """Names that the file takes from modules which nobody looked into."""
    objects: dict[str, Any] = field(default_factory=dict)
    """What the file binds, so that steps can refer to it."""


@dataclass(slots=True)
class ScriptUse:
    """A script as a workflow names it."""

    path: str
    config: Loaded | None = None
    entry: str | None = None


@dataclass(slots=True)
class Workflow:
    """Scripts that run one after the other, or beside each other."""

    scripts: list[ScriptUse]
    parallel: bool = False
    workers: int | None = None
    processes: bool = False
    """Whether each run has a process of its own."""
    where: Where | None = None


class ImportProblem(Exception):  # noqa: N818 - a finding about the user's files
    """Why a file cannot be brought into a spec."""

    def __init__(self, code: str, message: str, where: Where | None = None, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.help = help
