"""`specc compile`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specc.cli.report import Failure, end_with, show

if TYPE_CHECKING:
    from specc.frontend import Compilation, PrintIR
    from specc.ir.module import Module
    from specc.targets import Target


@click.command()
@click.argument("spec")
@click.option(
    "-t", "--target", "targets", multiple=True, metavar="NAME[,NAME...]", help="Targets; all there are unless given."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory to write to.  [default: build/<name of the spec>]",
)
@click.option(
    "--print-ir-after", "passes", multiple=True, metavar="PASS", help="Print the operations after a pass (or `all`)."
)
@click.option("--stack", metavar="STACK", help="The environment in `[stacks]` to compile for.")
@click.option("--sam", is_flag=True, help="Write the template of `cloudformation` for AWS SAM.")
@click.option(
    "--eject", is_flag=True, help="Write the project of `pulumi`, with its code, as one to keep and change by hand."
)
@click.option(
    "--explain-limits", is_flag=True, help="Write nothing; show how close the machine is to the limits of AWS."
)
@click.option("--items", multiple=True, metavar="[STEP=]N", help="Items of maps, for --explain-limits.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest and what was found as a JSON object.")
def command(
    spec: str,
    targets: tuple[str, ...],
    output: Path | None,
    passes: tuple[str, ...],
    stack: str | None,
    sam: bool,
    eject: bool,
    explain_limits: bool,
    items: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a spec's artifacts for one or more targets.

    Each target's files go to a directory of its name; manifest.json lists them all with their hashes. Nothing is
    written when the spec has errors. The paths are printed on standard output.
    """
    from specc.cli.manifest import Manifest
    from specc.frontend import check, compile_for
    from specc.targets import TargetError

    if explain_limits:
        from specc.cli import limits

        limits.explain_limits(spec, stack, items, as_json)
        return
    if items:
        raise click.UsageError("`--items` goes with `--explain-limits`")
    if eject:
        from specc.cli.eject import eject_project

        eject_project(spec, stack, targets, output)
        return
    chosen = _load(targets, ("sam",) if sam else ())
    compilation = check(spec, stack=stack, print_ir_after=_printer(passes, as_json))
    if compilation.context is not None:
        compilation.context = replace(compilation.context, targets=frozenset(target.name for target in chosen))
    artifacts = {}
    for target in chosen:
        files = compile_for(target, compilation)
        artifacts[target.name] = files or {}
    if compilation.failed or compilation.module is None:
        _refuse(compilation, as_json)
        return
    directory = output or Path("build", compilation.module.name)
    manifest = Manifest.of(compilation, artifacts)
    try:
        paths = manifest.write(directory)
    except TargetError as error:
        raise Failure(str(error), error.code) from None
    if as_json:
        import json

        click.echo(
            json.dumps({"directory": str(directory), **manifest.content, "diagnostics": _found(compilation)}, indent=2)
        )
    else:
        show(compilation.diagnostics, compilation.texts)
        for path in paths:
            click.echo(str(path))


def _load(names: tuple[str, ...], variants: tuple[str, ...]) -> list[Target]:
    """The targets by name, each once, in the order given; in the form that an option asks for."""
    from specc import targets

    chosen = dict.fromkeys(name.strip() for item in names for name in item.split(",")) or dict.fromkeys(targets.names())
    forms = {targets.VARIANTS[name][0]: name for name in variants}
    for target, name in forms.items():
        if target not in chosen:
            raise click.UsageError(f"--{name} is a form of the target {target}, which is not among {', '.join(chosen)}")
    try:
        return [targets.variant(forms[name]) if name in forms else targets.load(name) for name in chosen]
    except targets.TargetError as error:
        raise click.UsageError(str(error)) from None


def _printer(wanted: tuple[str, ...], as_json: bool) -> PrintIR | None:
    """What prints the module after the passes that were asked for."""
    if not wanted:
        return None
    from specc.passes import PASSES

    known = ["lower", *(item.name for item in PASSES)]
    for name in wanted:
        if name not in known and name != "all":
            raise click.UsageError(f"no pass is called `{name}`; there are: {', '.join(known)}")

    def show_module(name: str, module: Module) -> None:
        from specc.ir.printer import print_module

        if name in wanted or "all" in wanted:
            click.echo(f"// after {name}\n{print_module(module)}", err=as_json)

    return show_module


def _found(compilation: Compilation) -> object:
    import json

    from specc.diagnostics.render import render

    return json.loads(render(compilation.diagnostics, compilation.texts, "json"))


def _refuse(compilation: Compilation, as_json: bool) -> None:
    if not compilation.failed:
        raise Failure("the spec has nothing to compile")
    if as_json:
        import json

        click.echo(json.dumps({"diagnostics": _found(compilation)}, indent=2))
        raise click.exceptions.Exit(2)
    end_with(compilation)
