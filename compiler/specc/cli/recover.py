"""`specc recover`."""

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
@click.option("--json", "as_json", is_flag=True, help="Print what was found as a JSON object; nothing is asked.")
def command(spec: str, stack: str, yes: bool, as_json: bool) -> None:
    """Mend a stack of Pulumi whose last change was interrupted: it is locked, or operations are pending.

    Says what is wrong, asks, and then breaks the lock and clears the operations. The state as it was is kept in a file.
    """
    with at_work(spec, stack) as chosen:
        found = driver().recovery(chosen.compilation, spec, say)
        wrong = [*map(str, found.locks), *map(str, found.pending)]
        if as_json:
            from specc.cli.history import print_json

            locks = [{"who": item.who, "pid": item.pid, "since": item.when} for item in found.locks]
            pending = [{"resource": item.resource, "type": item.type, "doing": item.doing} for item in found.pending]
            print_json({"stack": found.setup.name, "locks": locks, "pending": pending, "mended": yes and bool(wrong)})
        else:
            for line in wrong or [f"nothing is wrong with {found.setup.name}"]:
                click.echo(line)
        if not wrong:
            return
        if not yes and not as_json:
            _ask(found.locks, found.pending)
        if yes or not as_json:
            found.run(say)
    for line in found.advice():
        say(line)


def _ask(locks: list[object], pending: list[object]) -> None:
    what = " and ".join(
        [*(["break the lock"] if locks else []), *(["clear the pending operations"] if pending else [])]
    )
    if not sys.stdin.isatty():
        raise Failure(f"`--yes` is to {what}; see first that nothing is under way any more", 2)
    if not click.confirm(f"{what}?", err=True):
        raise click.Abort
