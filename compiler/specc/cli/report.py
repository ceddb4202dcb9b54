"""How commands say what was found, and end."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TextIO

import click

from specc.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from specc.frontend import Compilation

Format = Literal["text", "concise", "json", "github", "sarif"]
FORMATS: tuple[Format, ...] = ("text", "concise", "json", "sarif", "github")


class Failure(click.ClickException):
    """Ends a command with one line on standard error and an exit code."""

    def __init__(self, message: str, code: int = 1, *, name: str = "UsageError") -> None:
        super().__init__(message)
        self.code = code
        self.name = name
        """What programs know it by."""

    def show(self, file: Any = None) -> None:
        """Print the message in the same form as a diagnostic."""
        click.echo(f"error: {self.message}", file=file or sys.stderr)


class Refused(Failure):
    """Ends a command with 2 and with what was found in a spec or in what was given for it."""

    def __init__(self, name: str, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]) -> None:
        errors = [found.message for found in diagnostics if found.severity is Severity.ERROR]
        super().__init__(errors[0], 2, name=name)
        self.diagnostics = diagnostics
        self.texts = texts

    def show(self, file: Any = None) -> None:
        """Print all that was found."""
        show(self.diagnostics, self.texts, stream=file)


def colored(stream: TextIO) -> bool:
    """Whether to color what goes to `stream`: on a terminal, unless `NO_COLOR` is set."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def show(
    diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], format: Format = "text", stream: TextIO | None = None
) -> None:
    """Print located diagnostics (to standard error unless told otherwise)."""
    stream = stream or sys.stderr
    if not diagnostics and format in ("text", "concise", "github"):
        return
    from specc.diagnostics.render import render

    text = render(diagnostics, texts, format, color=format in ("text", "concise") and colored(stream))
    stream.write(text if text.endswith("\n") else text + "\n")


def count(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or an empty text."""
    numbers = {severity: sum(found.severity is severity for found in diagnostics) for severity in Severity}
    return ", ".join(f"{number} {severity}{'s' * (number != 1)}" for severity, number in numbers.items() if number)


def compile_or_exit(spec: Path | str, **options: Any) -> Compilation:
    """Check a spec for a command that needs it sound: what was found goes to standard error, errors exit with 2."""
    from specc.frontend import check

    compilation = check(spec, **options)
    if compilation.failed:
        end_with(compilation)
    return compilation


def end_with(compilation: Compilation) -> NoReturn:
    """Print a failed compilation's findings and exit with 2."""
    raise Refused("InvalidSpec", compilation.diagnostics, compilation.texts)
