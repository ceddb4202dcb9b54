"""`specc doctor`."""

from __future__ import annotations

from typing import Any

import click

from specc.cli.report import colored

_MARKS = {True: ("✓", "green"), False: ("-", "yellow")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Say what this machine has for what specc can do, and how to get what it has not.

    Nothing of it is an error: a machine that only checks specs needs none. Credentials are named by their source and
    never shown, and nothing is asked of AWS.
    """
    import sys

    from specc.cli.history import print_json
    from specc.targets import driver

    found: list[dict[str, Any]] = driver("deployed").machine_findings()
    if as_json:
        print_json(found)
        return
    width = max(len(item["name"]) for item in found)
    for item in found:
        mark, hue = _MARKS[item["there"]]
        shown = click.style(mark, fg=hue) if colored(sys.stdout) else mark
        click.echo(f"{shown} {item['name']:<{width}}  {item['says']}")
