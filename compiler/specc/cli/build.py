"""`specc build`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specc.cli.report import Failure, end_with, show

if TYPE_CHECKING:
    from specc.frontend import Compilation


@click.command()
@click.argument("spec")
@click.option("--stack", metavar="NAME", help="The environment whose overrides hold.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory to write to.  [default: build/<name of the spec>/package]",
)
@click.option("--json", "as_json", is_flag=True, help="Print build.json and what was found as a JSON object.")
def command(spec: str, stack: str | None, output: Path | None, as_json: bool) -> None:
    """Build what a spec's functions and jobs run from on AWS.

    That is one archive (or the context of a container image) for all steps, named by its content, and build.json, which
    says what went in and why. The same sources give the same bytes everywhere. Prints the paths on standard output.
    """
    from specc.frontend import check
    from specc.targets import TargetError, driver

    compilation = check(spec, stack=stack)
    built = None
    if not compilation.failed:
        assert compilation.module is not None
        directory = output or Path("build", compilation.module.name, "package")
        try:
            built = driver("packaging").build(compilation, directory)
        except TargetError as error:
            show(compilation.diagnostics, compilation.texts)
            raise Failure(str(error), error.code) from None
    if built is None:
        _refuse(compilation, as_json)
        return
    if as_json:
        found = {"directory": str(directory), **built.data, "diagnostics": _found(compilation)}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    show(compilation.diagnostics, compilation.texts)
    for path in built.paths:
        click.echo(str(path))
    if built.image is not None:
        click.echo(f"build the image in {directory} with: {shlex.join(built.image.build)}", err=True)


def _found(compilation: Compilation) -> object:
    from specc.diagnostics.render.json_format import as_data

    return [as_data(diagnostic) for diagnostic in compilation.diagnostics]


def _refuse(compilation: Compilation, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"diagnostics": _found(compilation)}, indent=2, ensure_ascii=False))
        raise click.exceptions.Exit(2)
    end_with(compilation)
