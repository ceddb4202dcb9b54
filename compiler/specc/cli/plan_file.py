"""A compiled plan in the place of a spec: it runs without the compiler."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from specc.cli.report import Failure
from specc.diagnostics import Diagnostic, Place, Position, Sink, Span

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module

Spans = Mapping[tuple[str | int, ...], Span]


def load_plan_file(path: Path | str, root: Path | None = None) -> Compilation | None:
    """What a run needs of a plan file, in the shape of a compilation; None when the file is no plan.

    A plan is a JSON object with the keys `specc` and `module`. `root` is the folder that the spec would stand in, where
    the functions and the files of secrets are found; by default the current one. Ends the command with 2 when the plan
    is damaged or of another version.
    """
    file = Path(path)
    if file.suffix.lower() != ".json" or not file.is_file():
        return None
    try:
        text = file.read_text(encoding="utf-8")
        plan = json.loads(text, parse_constant=_no_number)
    except (OSError, ValueError, RecursionError):
        return None  # whoever reads it as a spec says what is wrong
    if not isinstance(plan, dict) or not {"specc", "module"} <= plan.keys():
        return None
    from specc.targets import load

    engine: Any = load("local")  # which does more than targets must
    try:
        module, spans = engine.read_plan(plan)
    except ValueError as error:
        raise Failure(f"`{path}`: {error}", 2, name="InvalidPlan") from None
    spec = PlanSource(root if root is not None else Path(), (PlanText(str(path), text),), spans)
    return cast("Compilation", PlanCompilation(module, spec))


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


@dataclass(frozen=True)
class PlanText:
    """The plan's own file."""

    name: str
    text: str
    format: str = "toml"
    """Of advice about the spec."""


@dataclass(frozen=True)
class PlanSource:
    """What is known of the spec that a plan was made of: where its parts stand, though not its text."""

    root: Path
    documents: tuple[PlanText, ...]
    spans: Spans

    @property
    def sources(self) -> tuple[PlanText, ...]:
        """The plan's own file."""
        return self.documents

    @property
    def texts(self) -> dict[str, str]:
        """No text of the spec's is known."""
        return {}

    def locate(self, place: Place) -> Span:
        """Where `place`, or the nearest part around it, stands in the spec; the plan itself where that is not known."""
        for length in range(len(place.path), -1, -1):
            span = self.spans.get(place.path[:length])
            if span is not None:
                return span
        return Span(self.documents[0].name, Position(1, 1), Position(1, 1))


@dataclass(frozen=True)
class PlanCompilation:
    """A plan in the place of a compilation, which has found nothing wrong."""

    module: Module
    spec: PlanSource
    sink: Sink = field(default_factory=Sink)
    model: None = None
    context: None = None
    failed: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
