"""`specc up`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from specc.cli.deployed import STACK, Chosen, say
from specc.cli.engine import at_work, driver, print_outputs, told_values
from specc.cli.report import Failure, end_with, show


@click.command()
@click.argument("spec")
@STACK
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--target", "step", metavar="STEP", help="Only what this step needs.")
@click.option("--save-plan", type=click.Path(dir_okay=False, path_type=Path), help="Only save what is to be done.")
@click.option("--plan", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Do only what this allows.")
@click.option("--image", metavar="URI", help="The image of steps that run in containers, once it is pushed.")
@click.option("-c", "--config", "given", multiple=True, metavar="KEY=VALUE", help="A setting, such as alarmTopicArn.")
@click.option("--install-pulumi", "installing", is_flag=True, help="Install the Pulumi CLI first, below `.specc`.")
@click.option("--json", "as_json", is_flag=True, help="Print what stands as a JSON object.")
def command(
    spec: str,
    stack: str,
    yes: bool,
    step: str | None,
    save_plan: Path | None,
    plan: Path | None,
    image: str | None,
    given: tuple[str, ...],
    installing: bool,
    as_json: bool,
) -> None:
    """Bring a spec up in an environment with Pulumi: build it, show what would change, ask, and do that.

    `specc deploy` does it with CloudFormation: that needs no Pulumi, rolls back, and leaves the state to AWS. This has
    previews and plans, makes resources of your own (`extra`), and runs go on with the code that they began with.

    Where that is, and with whose rights, `[stacks.NAME]` and the usual settings of AWS say; where Pulumi keeps the
    state, `[pulumi] backend` or PULUMI_BACKEND_URL, else a folder of `.specc`. Data is never lost unless the spec
    allows it. The exit code is 1 when something fails or data would be lost, 3 when something outside is missing.
    """
    if wrong := [text for text in given if "=" not in text]:
        raise click.UsageError(f"`--config {wrong[0]}` is not KEY=VALUE")
    with at_work(spec, stack) as chosen:
        if installing:
            say(f"installed {driver().install(chosen.compilation, spec, say)}")
        config = dict(text.split("=", 1) for text in given)
        options = {"image": image, "config": config, "step": step, "plan": plan, "save_plan": save_plan}
        update = _update(chosen, options)
        if update is None:
            end_with(chosen.compilation)
        show(chosen.compilation.diagnostics, chosen.compilation.texts)
        changes = update.preview()
        say(driver().shown(update, changes))
        if save_plan is not None:
            say(f"saved as a plan: `specc up {spec} --stack {stack} --plan {save_plan}` does just that")
            return
        is_idle = all(change.op in {"same", "read"} for change in changes)
        if not is_idle and not yes:
            _ask(f"bring up {update.setup.name} at {update.setup.account.place}")
        done = update.apply()
    _print(done, as_json)


def _update(chosen: Chosen, options: dict[str, Any]) -> Any:
    """The update; where there is no Pulumi CLI and somebody can be asked, it is offered to install one."""
    engine = driver()
    try:
        return engine.update(chosen.compilation, chosen.spec, **options, say=say)
    except engine.no_command as error:
        if not sys.stdin.isatty():
            raise
        say(str(error))
        if not click.confirm("install it now, from https://get.pulumi.com?", err=True):
            raise Failure("there is no Pulumi CLI", 3) from None
    say(f"installed {engine.install(chosen.compilation, chosen.spec, say)}")
    return engine.update(chosen.compilation, chosen.spec, **options, say=say)


def _ask(what: str) -> None:
    if not sys.stdin.isatty():
        raise Failure(f"this is to {what}; say `--yes` where nobody can be asked", 2)
    if not click.confirm(f"{what}?", err=True):
        raise click.Abort


def _print(done: Any, as_json: bool) -> None:
    counts = {op: number for op, number in done.counts.items() if number}
    if as_json:
        from specc.cli.history import print_json

        found = {"stack": done.stack, "place": done.place, "changed": done.changed}
        print_json({**found, "changes": counts, "outputs": told_values(done.outputs)})
        return
    said = ", ".join(f"{number} {op}" for op, number in counts.items())
    say(f"{'brought up' if done.changed else 'nothing has changed:'} {done.stack} at {done.place}: {said}")
    print_outputs(done.outputs)
