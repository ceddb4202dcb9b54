"""`specc compile --eject`."""

from __future__ import annotations

from pathlib import Path

import click

from specc.cli.report import Failure, end_with, show


def eject_project(spec: str, stack: str | None, targets: tuple[str, ...], output: Path | None) -> None:
    """Write the project of the target `pulumi`, with the code that it ships, and print its files."""
    from specc.frontend import check
    from specc.targets import TargetError, driver

    if targets != ("pulumi",):
        raise click.UsageError("`--eject` goes with `-t pulumi`")
    compilation = check(spec, stack=stack)
    made: list[Path] | None = None
    if not compilation.failed:
        assert compilation.module is not None, "a spec without errors has a module"
        try:
            made = driver("projects").eject(compilation, output or Path("build", compilation.module.name, "ejected"))
        except TargetError as error:
            show(compilation.diagnostics, compilation.texts)
            raise Failure(str(error), error.code) from None
    if made is None:
        end_with(compilation)
    show(compilation.diagnostics, compilation.texts)
    for path in made:
        click.echo(str(path))
