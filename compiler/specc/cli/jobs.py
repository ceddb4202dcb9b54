"""What `specc run` is to run: a spec, a plan, or the rest of an earlier run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from specc.cli.report import Failure, compile_or_exit, show

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic
    from specc.frontend import Compilation
    from specc.ir.module import Module
    from specc_runtime.expressions import JsonValue


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    spec: str | None
    params: tuple[str, ...] = ()
    params_file: Path | None = None
    step: str | None = None
    resume: str | None = None
    """A run's name, or `latest`. None: a new run."""
    journal: bool = True
    root: Path | None = None
    quiet: bool = False
    """Whether the caller says itself what is found in the spec."""
    stack: str | None = None
    """The environment that the spec is to run as in."""
    sweep: tuple[str, ...] = ()
    """Parameters with the values that each takes: `lr=0.1,0.01`."""
    axes: Mapping[str, list[JsonValue]] | None = None
    """The same of a run that goes on, as it was understood when it began."""
    sweep_mode: str = "grid"
    max_cells: int | None = None


@dataclass
class Job:
    """Something that can be run."""

    engine: Any
    """The target `local`, which does more than targets must."""
    module: Module
    values: dict[str, JsonValue]
    root: Path
    spec: str
    kept: Any = None
    """The folder of the run, when it has one."""
    known: Compilation | None = None
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    axes: Mapping[str, list[JsonValue]] | None = None
    """The parameters that a sweep is over, with their values."""

    def compilation(self) -> Compilation:
        """The spec as the compiler sees it, to point at its lines; made now, where a saved plan was enough to run."""
        if self.known is None:
            self.known = _plan(self.spec, self.root)
        if self.known is None:
            from specc.frontend import check

            self.known = check(self.spec)
        return self.known

    @property
    def run_id(self) -> str:
        """The run's id, as far as it has one yet."""
        return str(self.kept.directory.id) if self.kept is not None else ""

    def run(self, **options: Any) -> tuple[Any, int | None]:
        """Run it; also the number of the signal that ended it, if one did."""
        from specc.cli.stack_environment import stack_environment

        with stack_environment(self.module.deployment):
            return self.engine.run(self.module, self.values, root=self.root, kept=self.kept, **options)  # type: ignore[no-any-return]  # the target's own types are not known here


def job_for(engine: Any, wanted: Wanted) -> Job:
    """What is to be run. Raises `Failure` and `TargetError`."""
    if wanted.resume is not None:
        return _rest(engine, wanted)
    if wanted.spec is None:
        raise click.UsageError("name the spec to run")
    job = _compiled(engine, wanted, wanted.spec)
    if wanted.journal:
        compilation = job.compilation()
        asked: dict[str, JsonValue] = {"step": wanted.step, "stack": wanted.stack}
        if job.axes:
            asked |= {"axes": dict(job.axes), "sweep_mode": wanted.sweep_mode}
        options = {name: value for name, value in asked.items() if value}
        job.kept = engine.begin(
            job.module,
            job.values,
            spec=job.spec,
            root=job.root,
            sources=sources(compilation),
            version=_version(),
            options=options,
        )
    return job


def _compiled(engine: Any, wanted: Wanted, spec: str) -> Job:
    from specc.cli.parameters import read_parameters

    compilation = _plan(spec, wanted.root)
    if compilation is not None and wanted.stack:
        raise click.UsageError("`--stack` goes with a spec; a plan says nothing of where it is deployed")
    if compilation is None:
        if wanted.root is not None:
            raise click.UsageError("`--root` goes with a plan.json; a spec's root is the folder it stands in")
        compilation = compile_or_exit(spec, stack=wanted.stack)
        if not wanted.quiet:
            show(compilation.diagnostics, compilation.texts)
    module, axes = _sliced(compilation, wanted.step), wanted.axes
    if wanted.sweep or axes:
        module, axes = _swept(module, wanted)
        if not wanted.axes and not wanted.quiet:
            _tell_sweep(compilation.module, axes)
    for text in wanted.params:
        name = text.partition("=")[0]
        if name in (axes or {}):
            raise Failure(f"`{name}` is swept and given as well; leave out `-p {text}`", 2, name="InvalidParameters")
    values = read_parameters(engine.parse_parameter, compilation, module, wanted.params, wanted.params_file)
    assert compilation.spec is not None
    root = compilation.spec.root
    return Job(engine, module, values, root, spec, None, compilation, compilation.diagnostics, axes)


def _plan(spec: str, root: Path | None) -> Compilation | None:
    """What a plan file says; None when `spec` is no plan."""
    if not spec.endswith(".json"):
        return None
    from specc.cli.plan_file import load_plan_file

    return load_plan_file(spec, root)


def _rest(engine: Any, wanted: Wanted) -> Job:
    """What is left of a run: by its own plan where nothing has changed since, else by what the spec says now."""
    if not wanted.journal:
        raise click.UsageError("`--resume` needs the journal that `--no-journal` would do without")
    if wanted.params or wanted.params_file or wanted.step or wanted.sweep:
        raise click.UsageError(
            "a run goes on with the parameters and the step it began with; leave out -p, --step and --sweep"
        )
    if not wanted.resume:
        raise click.UsageError("`--resume` was given an empty name; leave it out for the latest run")
    kept = engine.go_on(None if wanted.resume == "latest" else wanted.resume, wanted.spec)
    try:
        header = kept.directory.header()
        spec = wanted.spec or str(header.get("spec", ""))
        values = dict(kept.parameters)
        options = header.get("options") or {}
        stack = wanted.stack or options.get("stack")  # of which a plan says nothing
        if stack is None and (wanted.spec is None or _same(wanted.spec, header.get("path"))):
            module = engine.saved_plan(kept)
            if module is not None:
                root = wanted.root or Path(header["root"])
                shown = spec if _same(spec, header.get("path")) else str(header.get("path", spec))
                return Job(engine, module, values, root, shown, kept)
        path = wanted.spec or str(header.get("path", spec))
        step = options.get("step")
        folder = wanted.root or _plan_root(header, path)
        asked = Wanted(path, step=step, root=folder, quiet=wanted.quiet, stack=stack)
        if options.get("axes"):
            asked = replace(asked, axes=options["axes"], sweep_mode=options.get("sweep_mode", "grid"))
        job = _compiled(engine, asked, path)
        job.kept = engine.replan(kept, job.module, path, sources(job.compilation()))
        job.values = dict(job.kept.parameters)
        return job
    except BaseException:
        kept.directory.close()
        raise


def _same(spec: str, path: object) -> bool:
    return str(Path(spec).resolve()) == path


def _plan_root(header: dict[str, Any], path: str) -> Path | None:
    """The folder that was named for a plan."""
    return Path(header["root"]) if Path(path).suffix == ".json" and "root" in header else None


def sources(compilation: Compilation) -> dict[str, str]:
    """Every file that a compilation has read, by its absolute path, with the SHA-256 of its text as it was read."""
    texts = {**compilation.texts}
    assert compilation.spec is not None
    for document in compilation.spec.sources:
        texts[document.name] = document.text
    return {
        str(Path(name).resolve()): hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        for name, text in texts.items()
    }


def _version() -> str:
    from specc.cli.version import version

    return version()


def _swept(module: Module, wanted: Wanted) -> tuple[Module, Mapping[str, list[JsonValue]]]:
    """The module of a spec, once for each combination of values of its parameters, and these."""
    from specc.matrix.sweep import ANY_NUMBER, SweepError, parse_axes, swept

    try:
        if wanted.axes:
            return swept(module, wanted.axes, wanted.sweep_mode, ANY_NUMBER), wanted.axes
        axes = parse_axes(module, wanted.sweep)
        return swept(module, axes, wanted.sweep_mode, wanted.max_cells), axes
    except SweepError as error:
        advice = ""
        if "at most" in str(error):
            advice = "; if so many are meant, say so with `--max-cells`"
        raise Failure(f"{error}{advice}", 2, name="InvalidParameters") from None


def _tell_sweep(module: Module | None, axes: Mapping[str, list[JsonValue]]) -> None:
    """Warn of a sweep that changes nothing, or of which nothing is collected."""
    from specc.matrix.sweep import unused

    assert module is not None
    for name in unused(module, axes):
        same = f"every value of `--sweep {name}` does the same"
        click.echo(f"warning: nothing in the spec uses `params.{name}`: {same}", err=True)
    if not module.outputs:
        click.echo("note: the spec has no `[outputs]`, so the sweep collects nothing but what its steps keep", err=True)


def _sliced(compilation: Compilation, step: str | None) -> Module:
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
