"""`specc outputs`."""

from __future__ import annotations

import click

from specc.cli.deployed import STACK, choose, say
from specc.cli.engine import driver, print_outputs, told, told_values


@click.command()
@click.argument("spec")
@STACK
@click.option("--json", "as_json", is_flag=True, help="Print the outputs as a JSON object.")
@click.option("--show-secrets", is_flag=True, help="Print secret outputs, too.")
def command(spec: str, stack: str, as_json: bool, show_secrets: bool) -> None:
    """Print the outputs of what was brought up or deployed: the ARN of the machine, the bucket, the functions."""
    with told():
        found = driver().outputs(choose(spec, stack).compilation, spec, say)
    if as_json:
        from specc.cli.history import print_json

        print_json(told_values(found, secrets=show_secrets))
        return
    print_outputs(found, secrets=show_secrets)
