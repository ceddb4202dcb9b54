"""The functions of `specc`, each a spec and what is done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.api.results import Artifacts, Findings, RunResult, TestResult
from specc.api.spec import OnEvent, Source, Spec

if TYPE_CHECKING:
    from specc.api.running import Sweep, SweepMode
    from specc.api.streams import RunStream


def load(source: Source | Spec, *, format: str | None = None, root: Path | str | None = None) -> Spec:
    """A spec from a file (a path, or a text of one line), from its text, or from a table.

    `format` is `toml`, `yaml` or `json`; else the file's suffix decides, or whether a text begins with `{`. `root` is
    the folder of a text or a plan, where its functions are looked for; by default the current one.
    """
    return source if isinstance(source, Spec) else Spec(source, format=format, root=root)


def approve(
    run: str | None = None,
    step: str | None = None,
    *,
    reject: bool = False,
    comment: str | None = None,
    who: str | None = None,
) -> dict[str, Any]:
    """Answer the question of a step that waits, of whatever process's run; without `run` of the latest that asks one.

    `step` is `publish` or, for an item of a map, `process/publish[3]`; it may be left out when only one step asks.
    `who` is `user:NAME` or `role:NAME`, by default the user of the system. Gives what was decided: `approved`, `by`,
    `comment`, `at`. Raises `StateError` when nothing is asked, or another one.
    """
    from specc.api.errors import StateError
    from specc.api.running import local

    try:
        done = local().history().decide(run, step, approved=not reject, who=who, comment=comment)
    except LookupError as error:
        raise StateError(str(error)) from None
    decision: dict[str, Any] = done["decision"]
    return decision


def check(source: Source | Spec) -> Findings:
    """Everything that is wrong or odd in a spec, as a list; `str()` of it shows the lines. Never raises for a spec."""
    return load(source).check()


def compile(source: Source | Spec, targets: Iterable[str] | None = None) -> Artifacts:
    """The compiled files by their paths, for some targets or all; `.write(folder)` writes them.

    Raises `SpecError`, and `ValueError` for an unknown target.
    """
    return load(source).compile(targets)


def run(
    source: Source | Spec,
    params: Mapping[str, Any] | None = None,
    *,
    jobs: int | None = None,
    journal: bool = True,
    resume: str | None = None,
    cache: bool = True,
    engine: str | None = None,
    on_event: OnEvent | None = None,
    sweep: Sweep | None = None,
    sweep_mode: SweepMode = "grid",
) -> RunResult:
    """Run a spec, or a compiled plan, on this machine and wait for its end.

    At most `jobs` calls go on at the same time. With `journal` the run keeps itself in the state directory (`.specc`),
    and `resume` goes on with one that is kept there, with its own parameters. `on_event` is called in this thread with
    everything that happens; what it raises stops the run. A failed run is a result, whose `check()` raises `RunFailed`.

    `cache` is whether steps that allow it may take results from earlier runs; `engine` who makes the calls: `local`,
    `dask`, `dask=tcp://host:port`, `slurm`.

    `sweep` gives parameters several values each, `{"lr": [0.1, 0.01]}`: the spec runs once for each combination of them
    (with the mode `zip` the first values together, then the second ones), and the output `sweep` is a list with the
    `configuration` and the `outputs` of each. Raises `ValueError` for values that do not fit.

    Raises `SpecError` when the spec does not compile, `StateError` when the run cannot be kept or found. Runs of one
    process go one after the other, from whatever threads they are started.
    """
    return load(source).run(
        params,
        jobs=jobs,
        journal=journal,
        resume=resume,
        cache=cache,
        engine=engine,
        on_event=on_event,
        sweep=sweep,
        sweep_mode=sweep_mode,
    )


def stream(
    source: Source | Spec,
    params: Mapping[str, Any] | None = None,
    *,
    jobs: int | None = None,
    journal: bool = True,
    resume: str | None = None,
    cache: bool = True,
    engine: str | None = None,
) -> RunStream:
    """Run a spec and give its events as they come: `for event in specc.stream(...)`; then `.result`.

    Leaving it before the end stops the run: at the end of a `with` block, by `close()`. Raises `SpecError`.
    """
    return load(source).stream(params, jobs=jobs, journal=journal, resume=resume, cache=cache, engine=engine)


def test(  # a test of a spec's, not of pytest's
    source: Source | Spec,
    name: str | None = None,  # noqa: PT028  # not a test of pytest's
    *,
    jobs: int | None = None,  # noqa: PT028  # not a test of pytest's
) -> list[TestResult]:
    """Run the tests that a spec carries, all or the one called `name`, one after the other.

    Raises `SpecError` when the spec does not compile. A failed test is a result.
    """
    return load(source).test(name, jobs=jobs)
