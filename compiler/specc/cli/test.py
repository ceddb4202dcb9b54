"""`specc test`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from specc.cli.check import expand
from specc.cli.report import Failure, show

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic
    from specc.frontend import Compilation
    from specc.testing.engines import Engines
    from specc.testing.verdicts import Verdict


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("--name", metavar="PATTERN", help="Run only tests with this in their name; `*` and `?` are wildcards.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as a JSON object.")
@click.option(
    "--junit", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Also write them as JUnit XML."
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Run at most N calls at the same time.")
@click.option(
    "--on",
    "engines",
    metavar="ENGINES",
    default="local",
    help="Where to run them: `local`, `asl` (a state machine on an emulator), or both, which must agree.",
)
def command(
    specs: tuple[str, ...], name: str | None, as_json: bool, junit: Path | None, jobs: int | None, engines: str
) -> None:
    """Run the tests that specs carry, on this machine.

    SPEC is a file, or a quoted glob such as 'specs/**/*.toml'. One line for each test and the count go to standard
    output, why tests failed and what their steps printed to standard error. The exit code is 1 when a test failed, 2
    when a spec does not compile.
    """
    from specc.targets import TargetError
    from specc.testing.engines import Engines

    with Engines(_engines(engines)) as running:
        session = _Session(name, jobs, as_json, running)
        try:
            for spec in expand(specs):
                session.run(spec)
        except TargetError as error:
            raise Failure(str(error), error.code) from None
    for note in running.notes:
        click.echo(f"note: {note}", err=True)
    if name is not None and not session.verdicts and not session.refused:
        raise Failure(f"no test has `{name}` in its name", 2)
    if junit is not None:
        from specc.cli.files import write_atomically
        from specc.cli.junit import junit_xml

        write_atomically(junit, junit_xml(session.verdicts, session.refused))
    failed = sum(not verdict.passed for verdict in session.verdicts)
    if as_json:
        click.echo(session.as_json())
    else:
        click.echo(f"{len(session.verdicts) - failed} passed, {failed} failed")
    if session.refused or failed:
        raise click.exceptions.Exit(2 if session.refused else 1)


@dataclass(eq=False)
class _Session:
    """All that one command runs."""

    pattern: str | None
    jobs: int | None
    silent: bool
    """Whether nothing is said before the end."""
    engines: Engines
    verdicts: list[Verdict] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Specs that do not compile, and why."""
    found: list[Diagnostic] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def run(self, spec: str) -> None:
        """Run the tests of one spec."""
        from specc.frontend import check

        compilation = check(spec)
        self._report(compilation.diagnostics, compilation)
        if compilation.failed:
            from specc.diagnostics.render import render

            self.refused[spec] = render(compilation.diagnostics, compilation.texts, "concise")
            return
        from specc.testing.engines import NotCompiled

        try:
            for verdict in self._verdicts(spec, compilation):
                self.verdicts.append(verdict)
                self._tell(verdict, compilation)
        except NotCompiled as error:
            from specc.diagnostics.render import render

            self._report(error.diagnostics, compilation)
            self.refused[spec] = render(error.diagnostics, compilation.texts, "concise")

    def _verdicts(self, spec: str, compilation: Compilation) -> Iterator[Verdict]:
        from specc.testing.running import Interrupted, names_of

        for index, name in enumerate(names_of(compilation)):
            if _matches(name, self.pattern):
                try:
                    yield from self.engines.verdicts(spec, index, compilation, jobs=self.jobs)
                except Interrupted as interrupted:
                    click.echo(f"interrupted: {interrupted}", err=True)
                    raise click.exceptions.Exit(128 + (interrupted.signal or 2)) from None

    def _tell(self, verdict: Verdict, compilation: Compilation) -> None:
        from specc.diagnostics.render.visible import visible

        if not self.silent:
            words = f"ok      {verdict.spec}: {verdict.title}"
            if not verdict.passed:
                words = f"FAILED  {verdict.spec}: {verdict.title}: {verdict.reason}"
            click.echo(visible(" ".join(words.split("\n"))))
            sys.stdout.flush()
        if verdict.diagnostic is not None:
            if not self.silent:
                error = verdict.result.error
                click.echo(verdict.printed + (error.traceback if error is not None else ""), err=True, nl=False)
            self._report((verdict.diagnostic,), compilation)

    def _report(self, diagnostics: tuple[Diagnostic, ...], compilation: Compilation) -> None:
        if self.silent:
            self.found += diagnostics
            self.texts |= compilation.texts if diagnostics else {}
        else:
            show(diagnostics, compilation.texts)

    def as_json(self) -> str:
        """The results for programs."""
        from specc.diagnostics.render import render

        failed = sum(not verdict.passed for verdict in self.verdicts)
        found = {
            "passed": len(self.verdicts) - failed,
            "failed": failed,
            "refused": list(self.refused),
            "tests": [_as_json(verdict) for verdict in self.verdicts],
            "diagnostics": json.loads(render(self.found, self.texts, "json")),
        }
        return json.dumps(found, ensure_ascii=False, indent=2, default=repr)


def _engines(text: str) -> tuple[str, ...]:
    """What `--on` names, each once."""
    from specc.testing.engines import ENGINES

    found = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    unknown = [name for name in found if name not in ENGINES]
    if unknown:
        raise click.UsageError(f"`--on` takes {' and '.join(f'`{name}`' for name in ENGINES)}, not `{unknown[0]}`")
    return found


def _matches(name: str, pattern: str | None) -> bool:
    if pattern is None:
        return True
    from fnmatch import fnmatchcase

    if "*" in pattern or "?" in pattern:
        return fnmatchcase(name.lower(), pattern.lower().replace("[", "[[]"))
    return pattern.lower() in name.lower()


def _as_json(verdict: Verdict) -> dict[str, Any]:
    from specc.testing.differences import MISSING

    result, error = verdict.result, verdict.result.error
    return {
        "spec": verdict.spec,
        "name": verdict.name,
        **({"engine": verdict.engine} if verdict.engine else {}),
        "passed": verdict.passed,
        "differences": [
            {
                "path": item.path,
                **({"expected": item.expected} if item.expected is not MISSING else {}),
                **({"found": item.found} if item.found is not MISSING else {}),
            }
            for item in verdict.differences
        ],
        "skipped": result.skipped,
        "calls": dict(verdict.calls),
        "error": None
        if error is None
        else {"name": error.name, "message": error.message, "step": error.step or None, "traceback": error.traceback},
        "printed": verdict.printed,
        "duration": round(result.duration, 6),
    }
