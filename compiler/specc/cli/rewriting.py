"""Commands that write specs anew: read each, change its text, write it or say what would change, count."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from specc.cli.check import stdin_format
from specc.cli.files import byte_order_mark, write_atomically
from specc.cli.report import Failure, show
from specc.diagnostics import Diagnostic, Severity, Sink
from specc.formatting import FormattingError
from specc.source.fault import Fault
from specc.source.limits import MAX_BYTES
from specc.source.load import STANDARD_INPUT, Loader
from specc.source.reading import read_bytes

if TYPE_CHECKING:
    from specc.source.document import Document


def rewriting_options(command: Callable[..., None]) -> Callable[..., None]:
    """The specs that such a command takes, and its options."""
    decorators = [
        click.argument("specs", nargs=-1, metavar="[SPEC...]"),
        click.option(
            "--check", is_flag=True, help="Write nothing; name the files that would change, and exit with 1 if any."
        ),
        click.option(
            "--diff", is_flag=True, help="Write nothing; print what would change, and exit with 1 if anything would."
        ),
        click.option(
            "--stdin-name",
            metavar="NAME",
            default=STANDARD_INPUT,
            help="What to call the spec `-`; its suffix says the format.",
        ),
    ]
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


class Words(NamedTuple):
    """What a command calls what it does."""

    verb: str
    """`reformat`"""
    done: str
    """`reformatted`"""
    unchanged: str
    """`already formatted`"""


@dataclass
class Rewriting:
    """One run of such a command."""

    change: Callable[[Document], str]
    """The new text of a document. May raise `Fault` where there is none, and `FormattingError` for a bug of ours."""
    words: Words
    check: bool
    """Whether only to say what would change."""
    diff: bool
    """Whether only to print what would change."""
    stdin_name: str = STANDARD_INPUT
    changed: int = 0
    unchanged: int = 0
    code: int = field(default=0)
    """What the command ends with: 2 for a spec that cannot be read, 1 for what cannot be written or would change."""

    def run_and_exit(self, names: Iterable[str]) -> None:
        """Rewrite every file, the ones after a faulty one, too, and end the command with its code."""
        if code := self._run(names):
            raise click.exceptions.Exit(code)

    def _run(self, names: Iterable[str]) -> int:
        piped = False
        for name in names:
            piped = piped or name == "-"
            try:
                self._rewrite(name)
            except Failure as failure:
                failure.show()
                self.code = max(self.code, failure.code)
        if (self.changed or self.unchanged) and (not piped or self.check):
            click.echo(self._summary(), err=True)
        return max(self.code, 1 if self.changed and (self.check or self.diff) else 0)

    def _rewrite(self, name: str) -> None:
        shown = self.stdin_name if name == "-" else name
        sink, texts = Sink(), dict[str, str]()
        try:
            data = sys.stdin.buffer.read(MAX_BYTES + 1) if name == "-" else read_bytes(name, name)
            format = stdin_format(shown) if name == "-" else None
            document = Loader(sink, texts).document(shown, shown, data, format)
            new = self.change(document) if document is not None else ""
        except Fault as fault:
            fault.report(shown, texts.get(shown, ""), sink)
        except FormattingError as bug:
            self._report_bug(shown, bug)
            return
        if sink.failed:
            show(sink.diagnostics, texts)
            self.code = 2
        elif document is not None:
            self._deliver(name, shown, document.text, new, byte_order_mark(data))

    def _deliver(self, name: str, shown: str, old: str, new: str, mark: bytes) -> None:
        """Write the new text to where the old one came from, or say what is different."""
        if self.diff:
            click.echo(_difference(shown, old, new), nl=False)
        elif self.check:
            if old != new:
                click.echo(f"would {self.words.verb} `{shown}`")
        elif name == "-":
            sys.stdout.buffer.write(mark + new.encode())
            sys.stdout.flush()
        elif old != new:
            write_atomically(Path(name), mark + new.encode())
            click.echo(f"{self.words.done} `{shown}`")
        if old == new:
            self.unchanged += 1
        else:
            self.changed += 1

    def _report_bug(self, name: str, bug: FormattingError) -> None:
        found = Diagnostic(
            "SPC901",
            Severity.ERROR,
            f"specc would have changed what `{name}` means, so the file stays as it is; this is a bug in specc",
            help=("please report it with the spec",),
            notes=(str(bug),),
        )
        show([found], {})
        self.code = max(self.code, 1)

    def _summary(self) -> str:
        would = "would be " if self.check or self.diff else ""
        counts = [f"{_files(self.changed)} {would}{self.words.done}"] if self.changed else []
        counts += [f"{_files(self.unchanged)} {self.words.unchanged}"] if self.unchanged else []
        return ", ".join(counts)


def _files(count: int) -> str:
    return f"{count} file{'s' * (count != 1)}"


def _difference(name: str, old: str, new: str) -> str:
    """A unified diff, which `patch` and `git apply` understand."""
    import difflib  # late: few look at differences

    lines = difflib.unified_diff(_lines(old), _lines(new), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines with their ends, as programs that apply differences count them: a line feed ends one, and nothing else."""
    return StringIO(text, newline="\n").readlines()
