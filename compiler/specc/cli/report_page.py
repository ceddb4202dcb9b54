"""`specc report`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from specc.cli.report import Failure


@click.command("report")
@click.argument("run", required=False)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write, instead of beside the run."
)
@click.option("--open", "opened", is_flag=True, help="Show the page in the browser.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as a JSON object.")
def command(run: str | None, output: Path | None, opened: bool, as_json: bool) -> None:
    """Write a page about a run: what it did, how long everything took, and what went wrong.

    RUN is a run's id, the beginning of one, or the folder of a run; without it, the latest. The page is one HTML file
    that needs nothing else and loads nothing from anywhere. Its path goes to standard output.
    """
    from specc.cli.files import write_atomically
    from specc.targets import TargetError, load

    try:
        found = _found(load("local"), run)
    except TargetError as error:
        raise Failure(str(error), getattr(error, "code", 1), name=type(error).__name__) from None
    path = output or found.path / "report.html"
    write_atomically(path, found.page())
    if as_json:
        click.echo(json.dumps({"run": found.id, "status": found.status, "path": str(path.absolute())}, indent=2))
    else:
        click.echo(str(path))
    if opened:
        import webbrowser

        if not webbrowser.open(path.absolute().as_uri()):
            raise Failure(f"there is no browser to open; the page is `{path}`", 3)


def _found(target: Any, run: str | None) -> Any:
    """The run, from the target `local`, which does more than targets must."""
    return target.report(run)
