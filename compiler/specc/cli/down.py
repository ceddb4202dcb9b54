"""`specc down`."""

from __future__ import annotations

import sys

import click

from specc.cli.deployed import STACK, say
from specc.cli.engine import at_work, driver
from specc.cli.report import Failure


@click.command()
@click.argument("spec")
@STACK
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(spec: str, stack: str, yes: bool) -> None:
    """Take down what `specc up` or `specc deploy` made: its runs, its data, every resource, what was uploaded.

    Asks first, and refuses where the stack has `protect = true`. A bucket that the spec names is left, with what is in
    it; the bucket that the stack made is emptied and deleted.
    """
    with at_work(spec, stack) as chosen:
        removal = driver().removal(chosen.compilation, spec, say) or chosen.driver.removal(chosen.module, spec)
        if removal.exists and not yes:
            _ask(removal.name, removal.account.place, len(removal.resources), removal.running())
        removal.run(say)
        chosen.driver.forget(spec, stack)
    say(f"{removal.name} is gone" if removal.exists else f"{removal.name} is not deployed at {removal.account.place}")


def _ask(name: str, place: str, resources: int, running: int) -> None:
    if not sys.stdin.isatty():
        raise Failure(f"this deletes {name} with its data; say `--yes` where nobody can be asked", 2)
    going = f", stopping {running} {'run' if running == 1 else 'runs'}" if running else ""
    if not click.confirm(f"delete {name} at {place}: {resources} resources and all data{going}?", err=True):
        raise click.Abort
