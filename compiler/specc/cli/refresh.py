"""`specc refresh`."""

from __future__ import annotations

from typing import Any

import click

from specc.cli.deployed import STACK, say
from specc.cli.engine import at_work, driver
from specc.cli.report import Failure, end_with

_SAID = {
    "same": "is what the spec compiles to",
    "differs": "is not what the spec compiles to",
    "missing": "is not deployed",
    "image": "is in an image, and not compared",
}


@click.command()
@click.argument("spec")
@STACK
@click.option("--json", "as_json", is_flag=True, help="Print what was found as a JSON object.")
@click.option("--exit-code", "strict", is_flag=True, help="End with 1 when anything has changed, or the code differs.")
def command(spec: str, stack: str, as_json: bool, strict: bool) -> None:
    """Look at AWS whether everything is as it was brought up, and whether the code there is the code here.

    Pulumi's state takes over what it finds; nothing at AWS is changed. Without the Pulumi CLI only the code is
    compared, and the exit code is 3.
    """
    with at_work(spec, stack) as chosen:
        found = driver().refresh(chosen.compilation, spec, say)
    if found is None:
        end_with(chosen.compilation)
    if as_json:
        from specc.cli.history import print_json

        print_json(_data(found))
    else:
        for item in found.code:
            click.echo(f"the code of {item.function} {_SAID[item.state]}")
        for change in found.drifted:
            said = "is gone" if change.op == "delete" else f"was changed: {', '.join(change.keys) or 'its settings'}"
            click.echo(f"{change.name} ({change.type}) {said}")
        if not found.drifted and found.missing is None:
            click.echo(f"{found.stack} at {found.place} is as it was brought up")
    if found.missing is not None:
        raise Failure(f"only the code was compared: {found.missing}", 3)
    if strict and found.differs:
        raise Failure(f"{found.stack} at {found.place} is not what was brought up from here", 1)


def _data(found: Any) -> dict[str, Any]:
    code = [{"function": item.function, "profile": item.profile, "state": item.state} for item in found.code]
    drifted = [
        {"resource": change.name, "type": change.type, "gone": change.op == "delete", "properties": list(change.keys)}
        for change in found.drifted
    ]
    return {
        "stack": found.stack,
        "place": found.place,
        "code": code,
        "drifted": drifted if found.missing is None else None,
    }
