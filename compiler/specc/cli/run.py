"""`specc run`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from specc.cli.report import Failure, compile_or_exit, show

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module
    from specc_runtime.expressions import JsonValue


@click.command()
@click.argument("spec")
@click.option("--local", is_flag=True, help="Run on this machine.")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the run.")
@click.option(
    "--params-file",
    type=click.Path(path_type=Path),
    help="A JSON file with parameters; -p goes over it.",
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Run at most N calls at the same time.")
@click.option("--step", metavar="STEP", help="Run only this step and the steps it needs; its result is the output.")
@click.option("--json", "as_json", is_flag=True, help="Print the run's outcome as a JSON object.")
def command(
    spec: str,
    local: bool,
    params: tuple[str, ...],
    params_file: Path | None,
    jobs: int | None,
    step: str | None,
    as_json: bool,
) -> None:
    """Run a spec.

    The outputs go to standard output, everything else, prints of steps included, to standard error. The exit code is 1
    when a step failed, 2 when the spec or a parameter is wrong, 130 after Ctrl-C.
    """
    if not local:
        raise click.UsageError("only local runs are available yet; add `--local` to run the spec on this machine")
    from specc.cli.outcome import outcome_json, outcome_text, refusal_json, report_outcome
    from specc.targets import load

    engine = _engine(load("local"))
    try:
        compilation, module, values = _prepared(engine, spec, step, params, params_file)
    except Failure as failure:
        if as_json:
            click.echo(refusal_json(failure))
        raise
    assert compilation.spec is not None
    result, signal = engine.run(module, values, root=compilation.spec.root, jobs=jobs)
    said = report_outcome(compilation, result)
    if as_json:
        click.echo(outcome_json(result, (*compilation.diagnostics, *said)))
    elif result.status == "succeeded":
        click.echo(outcome_text(result.outputs), nl=False)
    sys.stdout.flush()
    if result.status == "interrupted":
        raise click.exceptions.Exit(128 + (signal or 2))
    if result.status != "succeeded":
        raise click.exceptions.Exit({"InvalidParameters": 2, "SecretNotFound": 3}.get(result.error.name, 1))


def _engine(target: Any) -> Any:
    """The target `local`, which does more than targets must: `parse_parameter` and `run`."""
    return target


def _prepared(
    engine: Any, spec: str, step: str | None, params: tuple[str, ...], params_file: Path | None
) -> tuple[Compilation, Module, dict[str, JsonValue]]:
    """What a run needs. Raises `Failure` when the spec or a parameter is wrong."""
    from specc.cli.parameters import read_parameters

    compilation = compile_or_exit(spec)
    show(compilation.diagnostics, compilation.texts)
    module = _module(compilation, step)
    return compilation, module, read_parameters(engine.parse_parameter, compilation, module, params, params_file)


def _module(compilation: Compilation, step: str | None) -> Module:
    """The module of a sound spec, cut down to one step when that is asked for."""
    module = compilation.module
    assert module is not None, "a spec without errors has a module"
    if step is None:
        return module
    from specc.diagnostics import closest
    from specc.ir.slicing import only_step

    names = [op.name for op in module.body.ops]
    if step not in names:
        near = closest(step, names)
        listed = ", ".join(f"`{name}`" for name in names)
        advice = f"did you mean `{near}`?" if near else f"`--step` takes one of {listed}"
        raise Failure(f"there is no step `{step}` outside of groups; {advice}", 2)
    return only_step(module, step)
