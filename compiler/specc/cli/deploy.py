"""`specc deploy`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from specc.cli.deployed import STACK, choose, say, told
from specc.cli.report import end_with, show


@click.command()
@click.argument("spec")
@STACK
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to build.  [default: build/<name of the spec>/package]",
)
@click.option("--image", metavar="URI", help="The image of steps that run in containers, once it is pushed.")
@click.option(
    "--parameter",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the template, such as AlarmTopicArn.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what is deployed as a JSON object.")
def command(
    spec: str, stack: str, output: Path | None, image: str | None, given: tuple[str, ...], as_json: bool
) -> None:
    """Deploy a spec to an environment: build it, upload the code, create or update its CloudFormation stack.

    `specc up` does it with Pulumi: take that for previews, for resources of your own (`extra`), and for runs that go on
    with the code that they began with; this needs no Pulumi, and CloudFormation keeps the state and rolls back.

    Where that is, and with whose rights, `[stacks.NAME]` and the usual settings of AWS say (AWS_PROFILE and the like).
    Waits until the stack stands, and prints its outputs. Nothing is done when nothing has changed. The exit code is 1
    when AWS refuses or a resource fails, 3 when there are no credentials or no way to AWS.
    """
    if wrong := [text for text in given if "=" not in text]:
        raise click.UsageError(f"`--parameter {wrong[0]}` is not NAME=VALUE")
    parameters = dict(text.split("=", 1) for text in given)
    with told():
        chosen = choose(spec, stack)
        directory = output or Path("build", chosen.module.name, "package")
        made = chosen.driver.deploy(chosen.compilation, directory, image=image, given=parameters, say=say)
    if made is None:
        end_with(chosen.compilation)
    show(chosen.compilation.diagnostics, chosen.compilation.texts)
    kinds = Counter(item.type for item in made.resources)
    if as_json:
        from specc.cli.history import print_json

        found = {"stack": made.stack, "place": made.place, "changed": made.changed, "outputs": dict(made.outputs)}
        print_json({**found, "resources": dict(sorted(kinds.items()))})
        return
    what = "deployed" if made.changed else "nothing has changed:"
    say(f"{what} {made.stack} at {made.place}: {len(made.resources)} resources")
    for name, value in made.outputs.items():
        click.echo(f"{name} = {value}")
