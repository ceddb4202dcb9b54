"""`specc stop`."""

from __future__ import annotations

import click

from specc.cli.deployed import SPEC, STACK, choose_for_run, told


@click.command()
@click.argument("run", required=False)
@STACK
@SPEC
def command(run: str | None, stack: str, spec: str | None) -> None:
    """Stop RUN of a deployed machine, the latest without one.

    Calls that are under way come to their end, and nothing follows them; `finally` does not run. A local run is stopped
    with Ctrl-C.
    """
    with told():
        chosen = choose_for_run(run, spec, stack)
        stopped = chosen.driver.stop(chosen.module, chosen.spec, run)
    click.echo(f"stopped {stopped.id}", err=True)
