"""`specc check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specc.cli.report import FORMATS, Failure, Format, count, show
from specc.source import formats
from specc.source.limits import MAX_BYTES
from specc.source.load import STANDARD_INPUT

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic
    from specc.frontend import Compilation


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("--format", "format", type=click.Choice(FORMATS), default="text", help="How to print what was found.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fix", is_flag=True, help="Apply the fixes that are safe, and report what is left.")
@click.option(
    "--stdin-name",
    metavar="NAME",
    default=STANDARD_INPUT,
    help="What to call the spec `-`; its suffix says the format.",
)
@click.option("--stack", metavar="STACK", help="Check the specs as they are in this environment of `[stacks]`.")
@click.option("--print-ir", is_flag=True, help="Print each sound spec's operations after all passes.")
def command(
    specs: tuple[str, ...],
    format: Format,
    as_json: bool,
    fix: bool,
    stdin_name: str,
    stack: str | None,
    print_ir: bool,
) -> None:
    """Report everything that is wrong with specs.

    SPEC is a file, a quoted glob such as 'specs/**/*.toml', or `-` for standard input. What was found goes to
    standard output; the exit code is 2 when there are errors.
    """
    format = "json" if as_json else format
    whole = format in ("json", "sarif")  # one document over all specs
    texts: dict[str, str] = {}
    found: list[Diagnostic] = []
    failed = False
    for spec in expand(specs):
        compilation = _check(spec, stdin_name, fix, stack)
        failed = failed or compilation.failed
        found += compilation.diagnostics
        texts.update(compilation.texts)
        if not whole:
            to = sys.stderr if spec == "-" and fix else sys.stdout
            show(compilation.diagnostics, compilation.texts, format, to)
        if print_ir and compilation.module is not None and not compilation.failed:
            from specc.ir.printer import print_module

            click.echo(print_module(compilation.module))
    if whole:
        show(found, texts, format, sys.stdout)
    elif found and format in ("text", "concise"):
        click.echo(f"found {count(found)}", err=True)
    if failed:
        raise click.exceptions.Exit(2)


def _check(spec: str, stdin_name: str, fix: bool, stack: str | None) -> Compilation:
    from specc.frontend import check

    text = sys.stdin.buffer.read(MAX_BYTES + 1) if spec == "-" else None
    name = stdin_name if spec == "-" else spec
    format = stdin_format(name) if text is not None else None
    if fix:
        from specc.cli.fixes import check_and_fix

        return check_and_fix(name, text, format, stack)
    return check(name, text=text, format=format, stack=stack)


def stdin_format(name: str) -> str | None:
    """The format of a spec called so that is not read from a file; None without a name, as then its text decides."""
    if name == STANDARD_INPUT:
        return None
    return formats.FORMATS.get(Path(name).suffix.lower(), "toml")


def expand(specs: tuple[str, ...]) -> Iterator[str]:
    """The files that the arguments name, each once. A pattern without a match is a usage error."""
    seen = set()
    for spec in specs:
        names = [spec]
        if any(sign in spec for sign in "*?[") and not Path(spec).exists():
            from glob import glob

            names = sorted(glob(spec, recursive=True))  # noqa: PTH207 - patterns may be absolute
            if not names:
                raise Failure(f"no file matches `{spec}`", 2)
        for name in names:
            if name not in seen:
                seen.add(name)
                yield name
