"""`specc version`."""

from __future__ import annotations

import click


def version() -> str:
    """The version of specc."""
    from specc import __version__

    return __version__


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def command(as_json: bool) -> None:
    """Print the version."""
    if as_json:
        import json
        import platform

        click.echo(json.dumps({"specc": version(), "language": 1, "python": platform.python_version()}))
    else:
        click.echo(f"specc {version()}")
