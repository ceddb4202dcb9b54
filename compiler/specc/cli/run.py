"""`specc run`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specc.cli.report import Failure
from specc.source.formats import FORMATS

LATEST = "latest"
"""What `--resume` means without a name."""


@click.command()
@click.argument("spec", required=False)
@click.option("--local", is_flag=True, help="Run on this machine.")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the run.")
@click.option(
    "--params-file",
    type=click.Path(path_type=Path),
    help="A JSON file with parameters; -p goes over it.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Run at most N calls at the same time.  [default: 32, or the largest `max_parallel` up to 512]",
)
@click.option(
    "--sweep",
    multiple=True,
    metavar="NAME=VALUES",
    help="Run the spec once for each value of a parameter: lr=0.1,0.01, seed=0..4 (0 to 4), or a list in JSON. "
    "Several are combined.",
)
@click.option(
    "--sweep-mode",
    type=click.Choice(["grid", "zip"]),
    default="grid",
    help="How several --sweep are combined: all with all, or the first values together, then the second ones, ...  "
    "[default: grid]",
)
@click.option(
    "--max-cells", type=click.IntRange(min=1), metavar="N", help="Refuse a larger sweep than this.  [default: 1000]"
)
@click.option("--step", metavar="STEP", help="Run only this step and the steps it needs; its result is the output.")
@click.option(
    "--resume",
    metavar="[RUN]",
    is_flag=False,
    flag_value=LATEST,
    help="Go on with a run that ended early (the latest, unless named): what it has finished is not done again.",
)
@click.option("--no-journal", is_flag=True, help="Keep nothing of the run: it cannot be resumed or looked at later.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep results for steps that have `cache`.")
@click.option(
    "--engine",
    metavar="NAME",
    help="Who makes the calls: local, slurm, slurm=partition=NAME,time=30, dask, dask=tcp://HOST:PORT, dask=slurm, ray,"
    " ray=HOST:PORT.",
)
@click.option("--track", metavar="URL", help="Send metrics to the MLflow server at this address; `off`: to none.")
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", help="How progress is told. [default: text]"
)
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    help="With a plan.json: the folder its spec would stand in.  [default: the current one]",
)
@click.option(
    "--stack",
    metavar="NAME",
    help="Run on the machine that is deployed to this environment; with `--local` here, with its region and endpoint.",
)
@click.option("--wait", is_flag=True, help="With `--stack`: show the run to its end, and print its outputs.")
@click.option("--json", "as_json", is_flag=True, help="Print the run's outcome as a JSON object.")
def command(
    spec: str | None,
    local: bool,
    params: tuple[str, ...],
    params_file: Path | None,
    jobs: int | None,
    sweep: tuple[str, ...],
    sweep_mode: str,
    max_cells: int | None,
    step: str | None,
    resume: str | None,
    no_journal: bool,
    no_cache: bool,
    engine: str | None,
    track: str | None,
    log_format: str,
    root: Path | None,
    stack: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Run a spec, or a plan that `specc compile -t local` has written.

    The outputs go to standard output, everything else, prints of steps included, to standard error. The exit code is 1
    when a step failed, 2 when the spec or a parameter is wrong, 130 after Ctrl-C. A run keeps a journal in `.specc`, so
    that one that was killed goes on with `--resume`.

    With `--sweep` the whole spec runs once for each combination of values of its parameters; the output `sweep` is the
    list of them, each with its `configuration` and its `outputs`.

    With `--stack` the deployed machine runs instead: prints the run's id, or with `--wait` what a local run prints.
    With both `--local` and `--stack` the spec runs here as it is in that environment, and steps call AWS there.
    """
    if stack is not None and not local:
        swept = next(iter(sweep), None)
        only_here = {"step": step, "resume": resume, "engine": engine, "sweep": swept, "track": track}
        _on_stack(stack, spec, only_here=only_here)
        from specc.cli.run_deployed import Wanted as WantedThere
        from specc.cli.run_deployed import run_deployed

        run_deployed(WantedThere(spec or "", stack, params, params_file, wait, log_format, as_json))
        return
    _check_here(local, wait)
    from specc.cli import collect_again
    from specc.cli.jobs import Wanted, job_for
    from specc.cli.outcome import outcome_json, outcome_text, refusal_json, report_outcome
    from specc.cli.told import tell, tell_failure
    from specc.cli.tracking import tracking_layers
    from specc.targets import TargetError, load

    if resume is not None and spec is None and Path(resume).suffix in FORMATS:
        spec, resume = resume, LATEST  # `--resume spec.toml`
    wanted = Wanted(
        spec,
        params,
        params_file,
        step,
        resume,
        journal=not no_journal,
        root=root,
        quiet=log_format == "json",
        stack=stack,
        sweep=sweep,
        sweep_mode=sweep_mode,
        max_cells=max_cells,
    )
    if not sweep and (max_cells is not None or sweep_mode != "grid"):
        raise click.UsageError("`--sweep-mode` and `--max-cells` go with `--sweep`")
    try:
        job = job_for(load("local"), wanted)
        if wanted.quiet:
            tell(job.diagnostics, job.run_id)
        else:
            from specc.cli.sizes import tell_sizes

            tell_sizes(job, jobs)
        layers = tracking_layers(job, track, quiet=wanted.quiet)
        collect_again()
        result, signal = job.run(jobs=jobs, log_format=log_format, engine=engine, cached=not no_cache, track=layers)
    except (Failure, TargetError) as error:
        failure = error if isinstance(error, Failure) else Failure(str(error), error.code, name=type(error).__name__)
        if as_json:
            click.echo(refusal_json(failure))
        if wanted.quiet:
            tell_failure(failure)
            raise click.exceptions.Exit(failure.code) from None
        raise failure from None
    told = result.tolerated or result.errors
    said = report_outcome(job.compilation(), result, quiet=wanted.quiet) if told else ()
    if wanted.quiet:
        tell(said, result.id)
    if as_json:
        click.echo(outcome_json(result, (*job.diagnostics, *said)))
    elif result.status == "succeeded":
        click.echo(outcome_text(result.outputs), nl=False)
    if result.status != "succeeded" and job.kept is not None and job.kept.has_begun and not wanted.quiet:
        click.echo(f"to go on with it: specc run --local {job.spec} --resume {job.run_id}", err=True)
    sys.stdout.flush()
    if result.status == "interrupted":
        raise click.exceptions.Exit(128 + (signal or 2))
    if result.status != "succeeded":
        raise click.exceptions.Exit({"InvalidParameters": 2, "SecretNotFound": 3}.get(result.error.name, 1))


def _on_stack(stack: str, spec: str | None, *, only_here: dict[str, str | None]) -> None:
    """Refuse what only runs on this machine know."""
    if spec is None:
        raise click.UsageError("name the spec whose machine is to run")
    for name, value in only_here.items():
        if value is not None:
            raise click.UsageError(f"`--{name}` is for local runs; leave out `--stack {stack}`, or `--{name}`")


def _check_here(local: bool, wait: bool) -> None:
    """Refuse a run that is said to be nowhere, or to be waited for here."""
    if wait:
        raise click.UsageError("`--wait` goes with `--stack`; a local run always ends before the command does")
    if not local:
        raise click.UsageError(
            "say where: `--local` runs the spec on this machine, `--stack NAME` on the machine that is deployed there"
        )
