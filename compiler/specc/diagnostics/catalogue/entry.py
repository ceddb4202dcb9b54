"""The shape of a catalogue entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One diagnostic code, documented by a spec that triggers it and one that does not.

    `bad` and `good` are whole TOML specs (or, with `format`, YAML or JSON; for `import`, configurations in Python). `files` are further files both need, by
    relative path. `stage` is the least command that reports it: `check`, `compile` (for `target`), `build`, `run`, `test`,
    `engines` (`test --on local,asl`), or `import`.
    """

    code: str
    title: str
    why: str
    bad: str
    good: str
    format: Literal["toml", "yaml", "json", "py"] = "toml"
    files: Mapping[str, str] = field(default_factory=dict)
    stage: Literal["check", "compile", "build", "run", "test", "engines", "import"] = "check"
    target: str = "asl"
    """The target that both are compiled for."""
    stack: str | None = None
    """The stack that both are checked for."""
