"""What `specc init` has to know: its answers, each of which is a flag as well."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc_schemas.names import plain_letters

if TYPE_CHECKING:
    from specc.new_project.scalars import Notation

KINDS = ("pipeline",)
"""The kinds of specs that can be compiled."""
FORMATS: tuple[Notation, ...] = ("toml", "yaml")


@dataclass(frozen=True, slots=True)
class Answers:
    """All that the files of a new project depend on."""

    name: str
    template: str
    format: Notation
    directory: Path
    editor_files: bool

    def having(self, **changes: Any) -> Answers:
        """The same but for some."""
        return replace(self, **changes)

    def arguments(self) -> list[str]:
        """The command that gives the same without a question."""
        editor_files = "--editor-files" if self.editor_files else "--no-editor-files"
        words = ["specc", "init", self.name, "--template", self.template, "--format", self.format]
        return [*words, "--directory", str(self.directory), editor_files]


DEFAULTS = Answers("", "pipeline", "toml", Path(), True)


def wrong_name(name: str) -> str | None:
    """What the name of a spec is made of when this cannot be one, else None."""
    if re.fullmatch(r"[a-z][a-z0-9-]{0,47}", name):
        return None
    return "small letters, digits and `-`, a letter first, at most 48 characters"


def name_of(directory: Path) -> str:
    """A legal name made of the directory's own."""
    name = re.sub(r"[^a-z0-9]+", "-", plain_letters(directory.resolve().name).lower()).strip("-")
    return name[:48].rstrip("-") if name[:1].isalpha() else "example"
