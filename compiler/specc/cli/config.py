"""`specc config`."""

from __future__ import annotations

import click


@click.group()
def command() -> None:
    """Show settings and where each comes from."""
