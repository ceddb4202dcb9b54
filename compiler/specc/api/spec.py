"""A spec as an object: checked once, compiled, run and tested as often as one likes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.api.errors import SpecError
from specc.api.events import Event
from specc.api.results import Artifacts, Findings, RunResult, TestResult

if TYPE_CHECKING:
    from specc.api.running import Sweep, SweepMode
    from specc.api.streams import RunStream
    from specc.frontend import Compilation

Source = str | Path | Mapping[str, Any]
OnEvent = Callable[[Event], object]


class Spec:
    """A spec from a file, a text or a table; see `specc.load`. Nothing is read before it is needed, and then once."""

    def __init__(self, source: Source, *, format: str | None = None, root: Path | str | None = None) -> None:
        self._text: bytes | None = None
        self._format = format
        self._root = Path(root) if root is not None else None
        if isinstance(source, Mapping):
            self._text, self._format, name = json.dumps(source).encode(), "json", "spec.json"
        elif isinstance(source, str) and "\n" in source:
            self._text, name = source.encode(), "spec"
        else:
            name = str(source)
        self.path = Path(name) if self._text is None else (self._root or Path()) / name
        """The file; for a text the name that diagnostics use."""

    def __repr__(self) -> str:
        return f"Spec({str(self.path)!r})"

    @cached_property
    def compilation(self) -> Compilation:
        """What the compiler found. Not part of what stays the same from version to version."""
        from specc.cli.plan_file import load_plan_file
        from specc.cli.report import Failure

        if self._text is None:
            try:
                plan = load_plan_file(self.path, self._root)
            except Failure as failure:
                raise SpecError(failure.message, Findings()) from None
            if plan is not None:
                return plan
        from specc.frontend import check

        return check(self.path, text=self._text, format=self._format)

    def check(self) -> Findings:
        """Everything that is wrong or odd, in the order of the lines; empty for a sound spec. Never raises for it."""
        return Findings(self.compilation.diagnostics, self.compilation.texts)

    def checked(self) -> Compilation:
        """The compilation of a sound spec. Raises `SpecError`."""
        if self.compilation.failed:
            found = self.check()
            raise SpecError(found.render().rstrip("\n"), found)
        return self.compilation

    @property
    def name(self) -> str:
        """The spec's name. Raises `SpecError`."""
        module = self.checked().module
        assert module is not None
        return module.name

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """The JSON Schema of each parameter, with its `default` if it has one. Raises `SpecError`."""
        module = self.checked().module
        assert module is not None
        return {
            item.name: {
                **{keyword: _plain(value) for keyword, value in item.schema.items()},
                **({} if item.required else {"default": item.default}),
            }
            for item in module.parameters
        }

    @property
    def tests(self) -> list[str]:
        """The names of its tests. Raises `SpecError`."""
        from specc.testing.running import names_of

        return names_of(self.checked())

    def compile(self, targets: Iterable[str] | None = None) -> Artifacts:
        """The files for `targets`, all there are unless named; see `specc.compile`."""
        from specc import targets as registry
        from specc.cli.manifest import Manifest
        from specc.frontend import compile_for

        wanted = [targets] if isinstance(targets, str) else list(targets) if targets is not None else registry.names()
        try:
            chosen = [registry.load(name) for name in dict.fromkeys(wanted)]
        except registry.TargetError as error:
            raise ValueError(str(error)) from None
        compilation = self.checked()
        if compilation.context is None:
            raise ValueError(f"`{self.path}` is a plan, which has been compiled")
        files = {target.name: compile_for(target, compilation) or {} for target in chosen}
        if compilation.failed:
            found = Findings(compilation.diagnostics, compilation.texts)
            del self.compilation  # what one target refuses says nothing about another
            raise SpecError(found.render().rstrip("\n"), found)
        return Artifacts(Manifest.of(compilation, files))

    def run(
        self,
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
        """Run it on this machine; see `specc.run`."""
        from specc.api.running import run_here

        return run_here(
            self,
            params or {},
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
        self,
        params: Mapping[str, Any] | None = None,
        *,
        jobs: int | None = None,
        journal: bool = True,
        resume: str | None = None,
        cache: bool = True,
        engine: str | None = None,
    ) -> RunStream:
        """Run it and give its events as they come; see `specc.stream`."""
        from specc.api.streams import RunStream

        return RunStream(self, params or {}, jobs=jobs, journal=journal, resume=resume, cache=cache, engine=engine)

    def test(self, name: str | None = None, *, jobs: int | None = None) -> list[TestResult]:
        """Run the tests that it carries; see `specc.test`."""
        from specc.api.running import run_tests

        return run_tests(self, name, jobs=jobs)


def _plain(value: Any) -> Any:
    """A limit as people write it: the compiler's `5.0` is `5` in JSON Schema, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
