"""`specc logs`."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import time
from collections.abc import Callable
from datetime import datetime

import click

from specc.cli.deployed import MAYBE_STACK, SPEC
from specc.cli.history import history, lookups
from specc.cli.report import colored

_COLORS = ("cyan", "green", "magenta", "blue", "yellow")


@click.command()
@click.argument("run", required=False)
@click.option("--step", metavar="STEP", help="Only what this step, or a step in it, told.")
@click.option(
    "--item",
    metavar="N",
    help="Only this item of a map; N.M for an item of a map in a map. Of a matrix also its name: lr=0.1,seed=0.",
)
@click.option("-f", "--follow", is_flag=True, help="Wait for more until the run ends.")
@click.option("--since", metavar="TIME", help="Only what is newer: 5m, 2h, or a time such as 2026-05-04T10:15.")
@MAYBE_STACK
@SPEC
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line: `specc schema events`.")
def command(
    run: str | None,
    step: str | None,
    item: str | None,
    follow: bool,
    since: str | None,
    stack: str | None,
    spec: str | None,
    as_json: bool,
) -> None:
    """Show what the steps of RUN printed and logged, the latest without one, and what happened to them."""
    start, color = _since(since), colored(sys.stdout)
    with lookups():
        runs = history(run, spec, stack)
        items = _items(item, lambda name: runs.item(run, name))
        for line, text in runs.logs(run, step=step, items=items, since=start, follow=follow):
            if as_json:
                click.echo(json.dumps(line, ensure_ascii=False))
            elif text or line["event"] == "log":
                click.echo(_shown(line, runs.where(line), text, color))
            if follow:
                sys.stdout.flush()


def _shown(line: dict[str, object], place: str, text: str, color: bool) -> str:
    moment = str(line["time"])
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(moment).astimezone().strftime("%H:%M:%S.%f")[:-3]
    level = line.get("level")
    said = f"{level}: {text}" if level and str(level) not in text else text
    if not color:
        mark = "|" if line["event"] == "log" else "*"
        return f"{moment} {place or '-'} {mark} {said}"
    hue = _COLORS[sum(str(line["step"]).encode()) % len(_COLORS)]
    bad = line["event"] in ("step-failed", "retrying") or level in ("ERROR", "CRITICAL")
    told = click.style(said, fg="red") if bad else said if line["event"] == "log" else click.style(said, dim=True)
    return f"{click.style(moment, dim=True)} {click.style(place or '-', fg=hue)} {told}"


def _items(text: str | None, named: Callable[[str], tuple[int, ...]]) -> tuple[int, ...]:
    if text is None:
        return ()
    if "=" in text:
        return named(text)
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})*", text):
        raise click.UsageError(
            f"`--item {text}` is no item: write its number from 0, `3.5` for item 5 in item 3, or the name "
            "of a configuration, such as `lr=0.1,seed=0`"
        )
    return tuple(map(int, text.split(".")))


def _since(text: str | None) -> float | None:
    """Seconds since the epoch. A time without a zone is one of this machine."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        from specc_schemas.quantities import parse_duration

        try:
            return time.time() - parse_duration(text)
        except ValueError:
            message = f"`--since {text}` is no time: write how long ago (`5m`, `2h`), or when (`2026-05-04T10:15`)"
            raise click.UsageError(message) from None
