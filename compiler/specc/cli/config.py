"""`specc config`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from specc.cli.report import show


@click.group()
def command() -> None:
    """Show settings and where each comes from."""


@command.command("show")
@click.option(
    "-d", "--directory", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="The project."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_settings(directory: Path, as_json: bool) -> None:
    """Print every setting and where it was made.

    That is a file or a variable of the environment; what nobody set is not listed. `specc run --local` uses `tracking`,
    no other command uses settings yet.
    The project's specc.config.toml goes over the user's ~/.config/specc/config.toml, and SPECC_* over both.
    """
    from specc.config import load_settings
    from specc.diagnostics import Sink
    from specc.source import locate_diagnostics

    sink = Sink()
    configuration = load_settings(directory, {}, os.environ, sink)
    show(locate_diagnostics(sink.diagnostics, None), configuration.texts)
    entries = [(".".join(entry.key), entry.value, entry.source) for entry in configuration.entries]
    if as_json:
        found = [{"key": key, "value": value, "source": source} for key, value, source in entries]
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        lines = [(f"{key} = {json.dumps(value, ensure_ascii=False)}", source) for key, value, source in entries]
        width = max((len(line) for line, _ in lines), default=0)
        for line, source in lines:
            click.echo(f"{line:<{width}}  # {source}")
        if not lines and not sink.failed:
            click.echo("nothing is set", err=True)
    if sink.failed:
        raise click.exceptions.Exit(2)
