"""Runs and tests, in the thread that asks for them."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

from specc.api.events import Event, event_of
from specc.api.outcome import diagnostics_of
from specc.api.results import Findings, RunResult, StepError, TestResult, Tolerated
from specc.targets import TargetError

if TYPE_CHECKING:
    from specc.api.spec import Spec
    from specc.frontend import Compilation

Sweep = Mapping[str, Sequence[Any]]
"""Parameters with the values that each takes."""
SweepMode = Literal["grid", "zip"]
"""How the values of several parameters are combined."""


def local() -> Any:
    """The target `local`, which does more than targets must."""
    from specc.targets import load

    return load("local")


def run_here(
    spec: Spec,
    params: Mapping[str, Any],
    *,
    jobs: int | None,
    journal: bool,
    resume: str | None,
    cache: bool,
    engine: str | None,
    on_event: Callable[[Event], object] | None,
    sweep: Sweep | None = None,
    sweep_mode: SweepMode = "grid",
) -> RunResult:
    """Run a spec. Ctrl-C stops the run, its `finally` steps run, and then `KeyboardInterrupt` is raised."""
    cancel = local().cancellation()
    with _keyboard(cancel) as pressed:
        result = run_until(
            spec,
            params,
            cancel,
            jobs=jobs,
            journal=journal,
            resume=resume,
            cache=cache,
            engine=engine,
            on_event=on_event,
            sweep=sweep,
            sweep_mode=sweep_mode,
        )
    if pressed:
        raise KeyboardInterrupt
    return result


def run_until(
    spec: Spec,
    params: Mapping[str, Any],
    cancel: Any,
    *,
    jobs: int | None,
    journal: bool,
    resume: str | None,
    cache: bool,
    engine: str | None,
    on_event: Callable[[Event], object] | None,
    sweep: Sweep | None = None,
    sweep_mode: SweepMode = "grid",
) -> RunResult:
    """Run a spec until it ends, or `cancel` is asked to stop it. Raises `SpecError`, `StateError`, `ValueError`."""
    if jobs is not None and jobs < 1:
        raise ValueError("`jobs` is 1 or more")
    if resume is not None and (params or sweep):
        raise ValueError("a run that goes on has the parameters that it began with; leave `params` and `sweep` out")
    compilation = spec.checked()
    module, source = compilation.module, compilation.spec
    assert module is not None
    assert source is not None
    header = _header(spec, compilation)
    if sweep:
        axes = {name: [_json(value) for value in values] for name, values in sweep.items()}
        header["options"] = {"axes": axes, "sweep_mode": sweep_mode}
    else:
        axes, sweep_mode = _swept_before(resume)
    if axes:
        from specc.matrix.sweep import ANY_NUMBER, swept

        module = swept(module, axes, sweep_mode, ANY_NUMBER)
    failed: list[BaseException] = []

    def tell(event: Any) -> None:
        """Hand an event on. What the user's function raises ends the run, and is raised at its end."""
        if on_event is not None and not failed:
            try:
                on_event(event_of(event))
            except BaseException as error:
                failed.append(error)
                cancel.request()

    try:
        result, directory = local().run_embedded(
            module,
            {name: _json(value) for name, value in params.items()},
            root=source.root,
            header=header,
            jobs=jobs,
            on_event=tell if on_event is not None else None,
            cancel=cancel,
            journal=journal,
            resume=resume,
            cached=cache,
            engine=engine,
        )
    except TargetError as missing:
        raise ValueError(str(missing)) from None
    if failed:
        raise failed[0]
    error = result.error
    return RunResult(
        id=result.id,
        status=result.status,
        outputs=result.outputs,
        skipped=tuple(result.skipped),
        steps=result.results,
        error=StepError.of(error) if error is not None else None,
        tolerated=tuple(
            Tolerated(
                item.step,
                tuple(item.items),
                item.total,
                {index: StepError.of(fault) for index, fault in item.errors.items()},
            )
            for item in result.tolerated
        ),
        calls=result.calls,
        duration=result.duration,
        directory=directory,
        diagnostics=Findings(diagnostics_of(compilation, result), compilation.texts),
    )


def _swept_before(resume: str | None) -> tuple[dict[str, list[Any]], SweepMode]:
    """What a run that goes on is a sweep over; nothing for one that is none."""
    if resume is None:
        return {}, "grid"
    options = local().header_of(resume).get("options") or {}
    return options.get("axes") or {}, options.get("sweep_mode") or "grid"


def run_tests(spec: Spec, name: str | None, *, jobs: int | None, cancel: Any = None) -> list[TestResult]:
    """Run the tests of a spec, those called `name` or all. Raises `SpecError`, `ValueError` when none has that name."""
    from specc.testing.running import Interrupted, run_test

    compilation = spec.checked()
    names = spec.tests
    if name is not None and name not in names:
        raise ValueError(f"no test of `{spec.path}` is called `{name}`")
    found = []
    stop = cancel if cancel is not None else local().cancellation()
    for index, own in enumerate(names):
        if name is None or own == name:
            try:
                verdict = run_test(str(spec.path), index, compilation, jobs=jobs, cancel=stop)
            except Interrupted:
                if cancel is None:
                    raise KeyboardInterrupt from None
                break
            found.append(TestResult.of(verdict, compilation.texts))
    return found


def _header(spec: Spec, compilation: Compilation) -> dict[str, Any]:
    """What is kept of a spec with its run."""
    from specc.cli.jobs import sources
    from specc.cli.version import version

    return {"spec": str(spec.path), "version": version(), "sources": sources(compilation), "options": {}}


def _json(value: Any) -> Any:
    """A parameter's value as JSON has it: paths and times are texts, tuples lists."""
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, PurePath):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


@contextlib.contextmanager
def _keyboard(cancel: Any) -> Iterator[list[int]]:
    """Have Ctrl-C stop the run, where it would otherwise raise `KeyboardInterrupt` in the middle of the engine.

    Only in the main thread, and only where nobody else has taken the signal: this is a guest in the program.
    """
    pressed: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield pressed
        return

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # a signal handler's signature
        pressed.append(number)
        cancel.request()

    signal.signal(signal.SIGINT, stop)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
