"""What the compiler says to the user, as data. Renderers turn it into text."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from specc.diagnostics.place import Place, Span


class Severity(StrEnum):
    """How bad it is. Only an error stops compilation."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Label(NamedTuple):
    """A stretch of source with a short remark. The first label of a diagnostic is its primary one."""

    at: Place | Span
    text: str = ""


class Edit(NamedTuple):
    """Replaces the text at `at` by `replacement`."""

    at: Place | Span
    replacement: str


class Fix(NamedTuple):
    """A change that would mend the fault. `safe` ones are applied by `specc check --fix`."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `message` is a lower-case phrase in the user's words with names in backticks."""

    code: str
    """Empty for what no entry of the catalogue is about, as what a service says in its own words."""
    severity: Severity
    message: str
    labels: tuple[Label, ...] = ()
    help: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fix: Fix | None = None


class Sink:
    """Collects the diagnostics of one compilation, in the order they were found."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self.reports = 0
        """How often something was reported, also what had been already."""

    def report(
        self,
        code: str,
        message: str,
        *labels: Label,
        severity: Severity = Severity.ERROR,
        help: str | Sequence[str] = (),
        notes: Sequence[str] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """Add one finding and return it."""
        helps = ((help,) if help else ()) if isinstance(help, str) else tuple(help)
        found = Diagnostic(code, severity, message, labels, helps, tuple(notes), fix)
        self.reports += 1
        if found not in self._found[-50:]:
            self._found.append(found)
        return found

    def take(self, found: Sequence[Diagnostic]) -> None:
        """Add the findings of another compilation."""
        self.reports += len(found)
        self._found += [item for item in found if item not in self._found]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything reported so far."""
        return tuple(self._found)

    @property
    def failed(self) -> bool:
        """Whether an error was reported."""
        return any(found.severity is Severity.ERROR for found in self._found)
