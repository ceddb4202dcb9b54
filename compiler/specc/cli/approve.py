"""`specc approve`."""

from __future__ import annotations

from typing import Any

import click

from specc.cli.deployed import MAYBE_STACK, SPEC
from specc.cli.history import JSON, history, lookups, print_json


@click.command()
@click.argument("run", required=False)
@click.argument("step", required=False)
@click.option("--reject", is_flag=True, help="Refuse: the step fails with the error `Rejected`.")
@click.option("--comment", metavar="TEXT", help="Why; it is part of the step's result.")
@click.option("--as", "who", metavar="WHO", help="Who decides: user:NAME or role:NAME.  [default: the system's user]")
@click.option("--list", "listing", is_flag=True, help="Show what is asked, and decide nothing.")
@MAYBE_STACK
@SPEC
@JSON
def command(
    run: str | None,
    step: str | None,
    reject: bool,
    comment: str | None,
    who: str | None,
    listing: bool,
    stack: str | None,
    spec: str | None,
    as_json: bool,
) -> None:
    """Answer the question of a step that waits: STEP of RUN, or the only one that there is.

    An item of a map has its number behind the step: `process/publish[3]`. A run that was stopped takes the answer when
    it goes on. Local runs trust the operating system: who may write into their folder may decide.
    """
    if listing and (reject or comment or who or step):
        raise click.UsageError("`--list` decides nothing; leave the other options out")
    with lookups():
        kept = history(run, spec, stack)
        if listing:
            found = kept.approvals(run)
            if as_json:
                print_json(found)
            for item in found if not as_json else ():
                click.echo(f"{item['run']} {item['place']}: {item['message']}  ({' or '.join(item['by'])})")
                click.echo(f"  {item['command']}")
            if not found and not as_json:
                click.echo("nobody is asked anything", err=True)
            return
        done: dict[str, Any] = kept.decide(run, step, approved=not reject, who=who, comment=comment)
    if as_json:
        print_json(done)
        return
    word = "rejected" if reject else "approved"
    click.echo(f"{word} `{done['place']}` of run {done['run']} as {done['decision']['by']}")
    if done["resume"]:
        click.echo(f"the run is not going; it takes the answer when it goes on: {done['resume']}", err=True)
