"""`specc results`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from specc.cli.history import lookups
from specc.cli.report import Failure, colored
from specc.diagnostics.render.visible import visible

FORMATS = ("table", "csv", "json", "jsonl", "parquet")


@click.command()
@click.argument("run", required=False)
@click.argument("step", required=False)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="What to print; by default what FILE's name says."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE.")
@click.option("--filter", metavar="EXPRESSION", help='Only cells of which this is true: "lr > 0.01 and epochs == 3".')
@click.option("--sort", metavar="COLUMNS", help="Order by these columns; one after `-` downwards.")
@click.option("--columns", metavar="COLUMNS", help="Only these columns, in this order.")
@click.option("--best", metavar="COLUMN", help="Only the cell with the greatest number in this column.")
@click.option("--minimize", is_flag=True, help="The best is the least.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N, or the N best.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    run: str | None, step: str | None, format_: str | None, output: Path | None, as_json: bool, **choice: Any
) -> None:
    """Show what each cell of a sweep gave: one row for each configuration of `matrix`, or item of `each`.

    RUN is a run's id, its beginning, or `latest`, which it is without one. It may still be going. STEP is needed where
    several steps have cells. Columns are those of the configuration, of the results and of the metrics, and what is
    known of every cell.
    """
    if choice["minimize"] and choice["best"] is None:
        raise click.UsageError("`--minimize` goes with `--best`")
    if choice["best"] is not None and choice["sort"] is not None:
        raise click.UsageError("`--best` puts the best first; leave out `--sort`")
    chosen = _format(format_, output, as_json=as_json)
    from specc.targets import load

    target: Any = load("local")  # it does more than targets must
    with lookups(), target.results(run, step, **choice) as table:
        if chosen == "table":
            _show(table, output)
            return
        for note in table.notes:
            click.echo(visible(f"warning: {note}"), err=True)
        columns = [column.name for column in table.columns]
        if output is None:
            target.write_results(chosen, columns, table.values(), sys.stdout.buffer)
            sys.stdout.flush()
            return
        from specc.cli.files import atomically

        with atomically(output) as file:
            target.write_results(chosen, columns, table.values(), file)
        click.echo(str(output))


def _format(said: str | None, output: Path | None, *, as_json: bool) -> str:
    """The format to write. Ends the command with 2 when nothing, or several things, say it."""
    if as_json:
        if said not in (None, "json"):
            raise click.UsageError(f"`--json` and `--format {said}` exclude each other")
        return "json"
    if said is None and output is not None:
        suffix = output.suffix.lower().removeprefix(".")
        found = {"txt": "table", "ndjson": "jsonl"}.get(suffix, suffix)
        if found not in FORMATS:
            raise click.UsageError(f"`{output}` does not say which format it is to have; give `--format`")
        return found
    if said == "parquet" and output is None and sys.stdout.isatty():
        raise Failure("Parquet is not for terminals; give `-o FILE`", 2)
    return said or "table"


def _show(table: Any, output: Path | None) -> None:
    """Print a table for people."""
    from specc.cli.results_table import lines, width

    if output is not None:
        from specc.cli.files import write_atomically

        write_atomically(output, "".join(f"{line}\n" for line in lines(table, None)).encode())
        click.echo(str(output))
        return
    for line in lines(table, width(sys.stdout), paint=colored(sys.stdout)):
        click.echo(line)
