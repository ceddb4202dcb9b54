"""`specc graph`."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import click

from specc.cli.report import compile_or_exit

FILES = {"text": "graph.txt", "mermaid": "graph.mmd", "dot": "graph.dot", "json": "graph.json"}


@click.command()
@click.argument("spec")
@click.option("--format", "format", type=click.Choice(list(FILES)), default="text", help="The form of the picture.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead.")
def command(spec: str, format: str, as_json: bool, output: Path | None) -> None:
    """Draw a spec's steps: what waits for what, what is nested in what, and what may be skipped."""
    from specc import targets
    from specc.cli.report import end_with
    from specc.frontend import compile_for

    compilation = compile_or_exit(spec)
    files = compile_for(targets.load("graph"), compilation)
    if files is None:
        end_with(compilation)
        return
    picture = files[PurePosixPath(FILES["json" if as_json else format])]
    if output is None:
        click.echo(picture.decode(), nl=False)
    else:
        from specc.cli.files import write_atomically

        write_atomically(output, picture)
        click.echo(str(output))
