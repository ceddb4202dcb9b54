"""`specc run --stack`: a run of a deployed machine."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from specc.cli.deployed import Chosen, choose, say, told
from specc.cli.outcome import outcome_json, outcome_text, report_outcome
from specc.cli.report import Refused


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    spec: str
    stack: str
    params: tuple[str, ...]
    params_file: Path | None
    wait: bool
    log_format: str
    as_json: bool


def run_deployed(wanted: Wanted) -> None:
    """Start a run, and with `--wait` show it to its end. Exit codes are those of a local run."""
    with told():
        chosen = choose(wanted.spec, wanted.stack)
        run = chosen.driver.start(chosen.module, wanted.spec, _parameters(chosen, wanted))
        if not wanted.wait:
            _begun(run.id, wanted)
            return
        try:
            result = chosen.driver.wait(chosen.module, wanted.spec, run, wanted.log_format)
        except KeyboardInterrupt:
            say(f"the run goes on; `specc stop {run.id} --stack {wanted.stack}` stops it")
            raise
    said = report_outcome(chosen.compilation, result, quiet=wanted.log_format == "json")
    if wanted.as_json:
        click.echo(outcome_json(result, said))
    elif result.status == "succeeded":
        click.echo(outcome_text(result.outputs), nl=False)
    sys.stdout.flush()
    if result.status == "interrupted":
        raise click.exceptions.Exit(130)
    if result.status != "succeeded":
        raise click.exceptions.Exit(2 if result.error.name == "InvalidParameters" else 1)


def _parameters(chosen: Chosen, wanted: Wanted) -> dict[str, Any]:
    """The parameters that are given, held against the spec as a local run does."""
    from specc.cli.parameters import read_parameters
    from specc.diagnostics import Label, Sink
    from specc.source import locate_diagnostics
    from specc.targets import load

    engine: Any = load("local")  # which does more than targets must
    compilation = chosen.compilation
    given = read_parameters(engine.parse_parameter, compilation, chosen.module, wanted.params, wanted.params_file)
    _, wrong = chosen.driver.parameters(chosen.module, given)
    if wrong:
        sink = Sink()
        for error in wrong:
            sink.report("SPC502", error.message, Label(error.origin.key(), "declared here"))
        raise Refused("InvalidParameters", locate_diagnostics(sink.diagnostics, compilation.spec), compilation.texts)
    return given


def _begun(run: str, wanted: Wanted) -> None:
    if wanted.as_json:
        click.echo(json.dumps({"run": run, "status": "running"}, indent=2))
    else:
        click.echo(run)
    say(f"to watch it: specc logs {run} --stack {wanted.stack} --follow")
