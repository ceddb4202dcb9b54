"""`specc runs`."""

from __future__ import annotations

import click

from specc.cli.deployed import MAYBE_STACK
from specc.cli.history import JSON, age, columns, history, lookups, painted, print_json, took


@click.command()
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="Show the newest N."
)
@click.option("--rm", "removed", multiple=True, metavar="RUN", help="Delete this run instead; may be given often.")
@click.option("--keep", type=click.IntRange(min=0), metavar="N", help="Delete all but the newest N instead.")
@click.argument("spec", required=False)
@MAYBE_STACK
@JSON
def command(
    limit: int, removed: tuple[str, ...], keep: int | None, spec: str | None, stack: str | None, as_json: bool
) -> None:
    """List the runs that are kept, newest first; with `--stack` those of SPEC's machine there.

    A run's id may be shortened wherever one is asked for: to its beginning, or to four or more characters of its end.
    """
    if removed and keep is not None:
        raise click.UsageError("`--rm` deletes these runs and `--keep` all but the newest; give one of them")
    if stack is not None and (removed or keep is not None):
        raise click.UsageError("runs of a deployed machine are kept by AWS, for 90 days; leave out `--rm` and `--keep`")
    if stack is None and spec is not None:
        raise click.UsageError("`specc runs` lists all runs that are kept here; SPEC goes with `--stack`")
    kept = history(None, spec, stack)
    if removed or keep is not None:
        with lookups():
            deleted = kept.remove(removed) if removed else kept.keep(keep)
        if as_json:
            print_json({"deleted": deleted})
        else:
            click.echo("".join(f"{name}\n" for name in deleted), nl=False)
            click.echo(f"deleted {len(deleted)} {'run' if len(deleted) == 1 else 'runs'}", err=True)
        return
    with lookups():
        found = kept.runs(limit)
    if as_json:
        print_json(found)
    elif not found:
        where = "--local SPEC" if stack is None else f"SPEC --stack {stack}"
        click.echo(f"there are no runs in `{kept.state}`; `specc run {where}` makes one", err=True)
    else:
        rows = [("RUN", "NAME", "STATUS", "STARTED", "TOOK", "STEPS", "ITEMS"), *map(_row, found)]
        click.echo("".join(f"{line}\n" for line in columns(rows, right={4})), nl=False)


def _row(run: dict[str, object]) -> tuple[str, ...]:
    if "damage" in run:
        return (str(run["id"]), "-", painted("damaged"), "-", "-", "-", "-")
    counts: dict[str, dict[str, int]] = run["counts"]  # type: ignore[assignment]  # rows are plain JSON
    steps, items = counts["steps"], counts["items"]
    ended = sum(steps[state] for state in ("done", "failed", "skipped"))
    worked = f"{items['done']:,}/{items['total']:,}" if items["total"] else "-"
    if items["failed"]:
        worked += f", {items['failed']:,} failed"
    return (
        str(run["id"]),
        str(run["name"]),
        painted(str(run["status"])),
        age(run["started"]),
        took(run["duration"]),
        f"{ended:,}/{steps['total']:,}",
        worked,
    )
