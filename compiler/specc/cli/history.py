"""What the commands about kept runs share."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from specc.cli.report import Failure, colored

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_COLORS = {
    "succeeded": "green",
    "done": "green",
    "failed": "red",
    "damaged": "red",
    "killed": "red",
    "interrupted": "yellow",
    "stopped": "yellow",
    "running": "cyan",
}
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def history(run: str | None = None, spec: str | None = None, stack: str | None = None) -> Any:
    """The runs that are kept here or, with `stack`, those of a deployed machine: of `spec`, or of which has `run`."""
    if stack is not None:
        from specc.cli.deployed import choose_for_run, told

        with told():
            return choose_for_run(run, spec, stack).history()
    if spec is not None:
        raise click.UsageError("`--spec` goes with `--stack`")
    from specc.targets import load

    target: Any = load("local")
    return target.history()


@contextmanager
def lookups() -> Iterator[None]:
    """End the command with 2 and one line when there is no such run, or nothing can be read."""
    from specc.targets import TargetError

    try:
        yield
    except LookupError as error:
        if type(error) is not LookupError:  # a `KeyError` is a bug
            raise
        raise Failure(str(error), 2) from None
    except TargetError as error:
        raise Failure(str(error), error.code) from None


def print_json(value: Any) -> None:
    """Print a value in full."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def painted(status: str) -> str:
    """A status in its color, on a terminal."""
    return click.style(status, fg=_COLORS.get(status)) if colored(sys.stdout) else status


def columns(rows: Sequence[tuple[str, ...]], right: set[int]) -> Iterator[str]:
    """Lines with aligned columns; those whose numbers are in `right` end alike."""
    plain = [[_STYLE.sub("", cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*plain, strict=True)]
    for row, bare in zip(rows, plain, strict=True):
        cells = []
        for number, (cell, text, width) in enumerate(zip(row, bare, widths, strict=True)):
            space = " " * (width - len(text))
            cells.append(space + cell if number in right else cell + space)
        yield "  ".join(cells).rstrip()


def took(seconds: Any) -> str:
    """``1h2m``, ``1m5s``, ``12.3s``, ``12ms``."""
    if not isinstance(seconds, int | float):
        return "-"
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes // 60}h{minutes % 60}m" if minutes >= 60 else f"{minutes}m{rest}s"
    return f"{seconds:.3g}s" if seconds >= 0.1 else f"{seconds * 1000:.3g}ms"


def age(started: Any) -> str:
    """``3 minutes ago``, or the date of what is older than a day."""
    try:
        moment = datetime.fromisoformat(started)
        seconds = time.time() - moment.timestamp()
    except (TypeError, ValueError):
        return "-"
    if seconds >= 86_400 or seconds < -1:
        return moment.astimezone().strftime("%Y-%m-%d %H:%M")
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'s' * (number != 1)} ago"
    return "just now"
