"""`specc import`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from specc.cli.report import Failure, show

_EXIT = {"SPC606": 1, "SPC607": 3}


@click.group()
def command() -> None:
    """Make a spec of what another tool runs."""


@command.command("kogine")
@click.argument("config", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("scripts", nargs=-1, metavar="[SCRIPT]...")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="SPEC",
    help="Where to write the spec.  [default: standard output]",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over SPEC if there is one.")
@click.option(
    "--format", "format", type=click.Choice(["toml", "yaml"]), help="The format.  [default: that of SPEC, or toml]"
)
@click.option("--parallel", is_flag=True, help="The scripts ran beside each other: `kogine workflow parallel`.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="With --parallel: how many at a time.")
@click.option("--entry", metavar="NAME", help="The function of the script that was called.")
@click.option("--run", is_flag=True, help="Run CONFIG, in a process of its own, to see what it gives.")
@click.option(
    "--time-limit", "seconds", type=click.FloatRange(min=0, min_open=True), default=60.0, metavar="SECONDS",
    show_default=True, help="With --run: how long it may take.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=1, max=100_000), default=1000, metavar="N", show_default=True,
    help="Take at most N configurations.",
)  # fmt: skip
def kogine(
    config: Path,
    scripts: tuple[str, ...],
    output: Path | None,
    force: bool,
    format: Literal["toml", "yaml"] | None,
    parallel: bool,
    workers: int | None,
    entry: str | None,
    run: bool,
    seconds: float,
    limit: int,
) -> None:
    """Make a spec of configurations for KohakuEngine and the scripts that they are for.

    CONFIG is a configuration in Python, or a file of data with `globals`, `args`, `kwargs` and `metadata`. SCRIPT is
    `train.py`, `train.py:function` or `package.module`; without one, CONFIG is a file that runs scripts by `Flow`.

    CONFIG is read, not run. What only running it would tell is an error that names the line.

    \b
    The exit code is
      0  when there is a spec; what it does not hold is said on standard error,
      1  when CONFIG fails with --run, or takes too long,
      2  when there is none for another reason,
      3  when CONFIG needs a module that is not installed.
    """
    if workers is not None and not parallel:
        raise click.UsageError("`--workers` goes with `--parallel`")
    if output is not None and not force and (output.exists() or output.is_symlink()):
        raise Failure(f"refusing to overwrite `{output}`; `--force` does", 2)
    from specc.importing.kogine import Options, import_kogine

    chosen = format or ("yaml" if output is not None and output.suffix in (".yaml", ".yml") else "toml")
    folder = output.parent if output is not None else Path()
    found = import_kogine(Options(
        config=config, scripts=scripts, folder=folder, format=chosen, parallel=parallel, workers=workers, entry=entry,
        run=run, seconds=seconds, limit=limit,
    ))  # fmt: skip
    show(found.findings, found.texts)
    if found.failed:
        raise click.exceptions.Exit(max(_EXIT.get(one.code, 2) for one in found.findings[:1]))
    if output is None:
        click.echo(found.text, nl=False)
        return
    from specc.cli.files import write_atomically

    write_atomically(output, found.text.encode())
    click.echo(output)
