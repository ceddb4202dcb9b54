"""The command `specc`: a group that imports a command's module only when the command runs."""

from __future__ import annotations

from typing import cast

import click

COMMANDS: dict[str, str] = {
    "init": "Write a new spec, runnable at once.",
    "check": "Report everything that is wrong with specs.",
    "fmt": "Write specs in one style; comments and meaning stay as they are.",
    "migrate": "Bring specs to a newer version of the language.",
    "import": "Make a spec of what another tool runs.",
    "compile": "Write a spec's artifacts for one or more targets.",
    "build": "Build what a spec's functions and jobs run from on AWS.",
    "deploy": "Deploy a spec to AWS, or to an emulator of it.",
    "preview": "Show what `specc up` would do, without credentials.",
    "up": "Bring a spec up on AWS with Pulumi.",
    "outputs": "Print what a stack that stands says of itself.",
    "refresh": "Look at AWS whether a stack is as it was brought up.",
    "recover": "Mend a stack of Pulumi whose last change was interrupted.",
    "run": "Run a spec.",
    "runs": "List the runs that are kept, or delete them.",
    "status": "Show how a run stands.",
    "results": "Show what the cells of a sweep gave.",
    "approve": "Answer the question of a step that waits for a person.",
    "logs": "Show what a run's steps told.",
    "stop": "Stop a run of a deployed machine.",
    "down": "Take down what was deployed.",
    "test": "Run the tests that specs carry.",
    "emulator": "Serve an AWS account on this machine, to try what is deployed.",
    "cache": "List, explain and drop results kept from run to run.",
    "report": "Write a page about a run.",
    "graph": "Draw a spec's steps.",
    "cost": "Estimate what a run on AWS costs.",
    "policy": "Print the least IAM policy that deploying or running a spec needs.",
    "lsp": "Serve an editor over the Language Server Protocol.",
    "schema": "Print the JSON Schema that editors use.",
    "explain": "Say what a diagnostic code means, with an example of the fix.",
    "doctor": "Say what this machine has for what specc can do.",
    "config": "Show settings and where each comes from.",
    "version": "Print the version.",
}
"""Every command with its help line; `specc.cli.<name>` holds it as `command`, but for those in `MODULES`."""

MODULES: dict[str, str] = {"import": "import_", "report": "report_page"}
"""Where commands are whose names are those of other modules."""


class LazyGroup(click.Group):
    """Knows its commands by name, and loads one by importing its module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, or give None when there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        return cast("click.Command", import_module(f"specc.cli.{MODULES.get(cmd_name, cmd_name)}").command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from specc.diagnostics.suggest import closest

            near = closest(args[0], COMMANDS)
            ctx.fail(f"no command is called `{args[0]}`" + (f"; did you mean `{near}`?" if near else ""))
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from specc.cli.version import version

        click.echo(f"specc {version()}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print the version."
)
def cli() -> None:
    """Specc compiles declarative specs, and runs them here or in the cloud.

    Exit codes: 0 success, 1 the work failed, 2 bad usage or a spec that does not compile, 3 something
    outside is missing, 130 interrupted.
    """
