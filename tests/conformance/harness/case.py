"""A case of the corpus: a spec, and for each of its runs the parameters and what must come of them."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from conformance.harness.web import web_address

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
_DIRECTORY, _NAME, _WEB = "{directory}", "{name}", "{web}"


@dataclass(frozen=True)
class Run:
    """One run of a case, from a `[[runs]]` of `expected.toml`.

    `outputs` is JSON text there, since TOML has no null. A parameter `"{directory}"` stands for a fresh folder, `"{name}"`
    for a name that nothing has on the emulator, and `{web}` in one for the address of a web server.
    """

    case: str
    number: int
    name: str
    params: dict[str, Any]
    outputs: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    error: str | None = None
    message: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    """What files the run must leave in its folder, by name."""
    lengths: dict[str, int] = field(default_factory=dict)
    """Lengths of outputs that are too long to be written down."""

    @property
    def id(self) -> str:
        """A name for reports and executions: letters, digits and dashes."""
        return f"{self.case}-{self.number}"

    def parameters(self, directory: Path) -> dict[str, Any]:
        """The parameters, with `directory` put in."""
        name = "n" + sha256(str(directory).encode()).hexdigest()[:16]
        places = {_DIRECTORY: str(directory), _NAME: name}
        return {key: _placed(value, places) for key, value in self.params.items()}

    @property
    def asks_others(self) -> bool:
        """Whether it calls services or a web server, which keep what one run has done for the next."""
        return any(isinstance(value, str) and (value == _NAME or _WEB in value) for value in self.params.values())


@dataclass(frozen=True)
class Case:
    """One folder of the corpus."""

    name: str
    folder: Path
    runs: tuple[Run, ...]

    @property
    def spec(self) -> Path:
        """The spec's file."""
        return self.folder / "spec.toml"


def _placed(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, str) and _WEB in value:
        return value.replace(_WEB, web_address())
    return places.get(value, value) if isinstance(value, str) else value


def load_case(folder: Path) -> Case:
    """Read one case. Raises ValueError for a key that means nothing, so that no expectation is lost."""
    document = tomllib.loads((folder / "expected.toml").read_text())
    runs = document.pop("runs")
    if document or not runs:
        raise ValueError(f"{folder}: expected only [[runs]], got {sorted(document)}")
    return Case(folder.name, folder, tuple(_run(folder.name, number, run) for number, run in enumerate(runs, 1)))


def load_corpus() -> list[Case]:
    """Every case, by name."""
    return [load_case(path.parent) for path in sorted(CORPUS.glob("*/spec.toml"))]


def _run(case: str, number: int, table: dict[str, Any]) -> Run:
    unknown = set(table) - {"name", "params", "outputs", "skipped", "error", "message", "files", "lengths"}
    if unknown or ("error" in table) == ("outputs" in table):
        raise ValueError(f"{case}: a run has either `outputs` or `error`; unknown keys: {sorted(unknown)}")
    return Run(
        case=case,
        number=number,
        name=table.get("name", ""),
        params=table.get("params", {}),
        outputs=json.loads(table.get("outputs", "{}")),
        skipped=tuple(sorted(table.get("skipped", []))),
        error=table.get("error"),
        message=table.get("message"),
        files=table.get("files", {}),
        lengths=table.get("lengths", {}),
    )
