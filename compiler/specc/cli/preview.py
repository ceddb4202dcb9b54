"""`specc preview`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specc.cli.deployed import say, told
from specc.cli.report import colored, compile_or_exit, end_with, show


@click.command()
@click.argument("spec")
@click.option("--stack", metavar="NAME", help="The environment: one of `[stacks]` in the spec.")
@click.option(
    "--against",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="STATE",
    help="What there is: a file of `pulumi stack export`, or of --save.  [default: nothing]",
)
@click.option(
    "--save", type=click.Path(dir_okay=False, path_type=Path), metavar="STATE", help="Write what there would be."
)
@click.option("--image", metavar="URI", help="The image of steps that run in containers, once it is pushed.")
@click.option("-c", "--config", "given", multiple=True, metavar="KEY=VALUE", help="A setting, such as alarmTopicArn.")
@click.option("-v", "--verbose", is_flag=True, help="Show what stays, too, and every input of what is new.")
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as a JSON object.")
def command(
    spec: str,
    stack: str | None,
    against: Path | None,
    save: Path | None,
    image: str | None,
    given: tuple[str, ...],
    verbose: bool,
    as_json: bool,
) -> None:
    """Show what `specc up` would do, without the Pulumi CLI, an account or credentials.

    The spec's Pulumi program runs for real; what only AWS can know has a name such as <bucket.arn>. Beside a state it
    shows what would be created, updated, replaced and deleted; two versions of a spec are compared by saving the state
    of one. The exit code is 1 when the program fails, or when data would be lost and the spec does not allow it.
    """
    from specc.targets import driver

    if wrong := [text for text in given if "=" not in text]:
        raise click.UsageError(f"`--config {wrong[0]}` is not KEY=VALUE")
    config = dict(text.split("=", 1) for text in given)
    with told():
        previews = driver("preview")
        compilation = compile_or_exit(spec, stack=stack)
        found = previews.preview(compilation, against=against, image=image, config=config, say=say)
    if found is None:
        end_with(compilation)
    if stack is None and compilation.model is not None and compilation.model.stacks:
        names = ", ".join(f"`{name}`" for name in sorted(compilation.model.stacks))
        say(f"note: this is the spec without a stack, and `specc up` needs one: --stack with one of {names}")
    show(compilation.diagnostics, compilation.texts)
    if as_json:
        from specc.cli.history import print_json

        print_json(previews.data(found))
    elif not found.failed:
        color = colored(sys.stdout)
        paint = click.style if color else None
        click.echo(previews.text(found, verbose=verbose, paint=paint), nl=False, color=color)
    if not as_json:
        show(previews.diagnostics(compilation, found), compilation.texts)
    if save is not None and not found.failed:
        from specc.cli.files import write_atomically
        from specc.cli.version import version

        write_atomically(save, previews.state(found, version()).encode())
        say(f"saved what there would be: {save}")
    if not found.ok:
        raise click.exceptions.Exit(1)
