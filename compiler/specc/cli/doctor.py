"""`specc doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from specc.cli.report import Failure, colored, compile_or_exit, end_with

if TYPE_CHECKING:
    from specc.frontend import Compilation

_MARKS = {True: ("✓", "green"), False: ("-", "yellow")}
_LACKING, _UNTOLD = 1, 3


@click.command()
@click.argument("spec", required=False)
@click.option("--stack", metavar="STACK", help="Say which permissions deploying SPEC to this environment lacks.")
@click.option(
    "--with",
    "by",
    type=click.Choice(["cloudformation", "pulumi"]),
    default="pulumi",
    help="With `--stack`: what deploys, `specc deploy` or `specc up`, which is the default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(spec: str | None, stack: str | None, by: str, as_json: bool) -> None:
    """Say what this machine has for what specc can do, and how to get what it has not.

    Nothing of it is an error: a machine that only checks specs needs none. Credentials are named by their source and
    never shown, and nothing is asked of AWS, but with `--stack`: then IAM is asked what the caller may do, and the
    command ends with 1 where something is lacking, with 3 where nobody can be asked, and lists what is needed. Without
    SPEC it is the spec that was deployed from here.
    """
    from specc.cli.history import print_json
    from specc.targets import driver

    if stack is None and spec is not None:
        raise click.UsageError("SPEC goes with `--stack`")
    if stack is None:
        found: list[dict[str, Any]] = driver("deployed").machine_findings()
        if as_json:
            print_json(found)
        else:
            _print(found)
        return
    from specc.cli.deployed import told
    from specc.cli.permissions import print_permissions

    named, compilation = _compiled(spec, stack)
    found = driver("deployed").machine_findings(compilation.module)
    if not as_json:
        _print(found)
    with told():
        checked = driver("deployed").permissions(compilation, by)
    if checked is None:
        end_with(compilation)
    if as_json:
        print_json({"machine": found, "permissions": {"spec": named, "stack": stack, "with": by, **checked}})
    else:
        print_permissions(checked, named, stack, by)
    code = _LACKING if checked["lacking"] else _UNTOLD if checked["unchecked"] else 0
    click.get_current_context().exit(code)


def _compiled(spec: str | None, stack: str) -> tuple[str, Compilation]:
    from specc.targets import driver

    known = [spec] if spec is not None else driver("deployed").remembered(stack)
    if len(known) != 1:
        what = "several specs were deployed" if known else "no spec was deployed"
        raise Failure(f"{what} to `{stack}` from here; name one: specc doctor SPEC --stack {stack}", 2)
    return known[0], compile_or_exit(known[0], stack=stack)


def _print(found: list[dict[str, Any]]) -> None:
    import sys

    width = max(len(item["name"]) for item in found)
    for item in found:
        mark, hue = _MARKS[item["there"]]
        shown = click.style(mark, fg=hue) if colored(sys.stdout) else mark
        click.echo(f"{shown} {item['name']:<{width}}  {item['says']}")
