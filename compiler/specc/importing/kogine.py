"""`specc import kogine`: from configurations, scripts and workflows to a spec."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from specc.diagnostics import Diagnostic, Label, Severity
from specc.diagnostics.place import Position, Span
from specc.importing.config_files import Files
from specc.importing.reading.engine import PACKAGES
from specc.importing.scripts import read_script
from specc.importing.spec import spec_text
from specc.importing.steps import Finding, Maker, Step
from specc.importing.values import ImportProblem, Loaded, ScriptUse, Where, Workflow
from specc.importing.writable import Writer, module_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a spec is made."""

    config: Path
    scripts: tuple[str, ...] = ()
    folder: Path = Path()
    """Where the spec will be."""
    format: Literal["toml", "yaml"] = "toml"
    parallel: bool = False
    workers: int | None = None
    entry: str | None = None
    run: bool = False
    seconds: float = 60
    limit: int = 1000


@dataclass(slots=True)
class Imported:
    """What became of it."""

    text: str = ""
    findings: list[Diagnostic] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether there is no spec."""
        return not self.text


def import_kogine(options: Options) -> Imported:
    """Make a spec, or say why there is none."""
    files = Files(options.limit)
    found = Imported(texts=files.texts)
    try:
        found.text, findings = _Import(options, files).spec()
        found.findings = [_diagnostic(finding) for finding in findings]
    except ImportProblem as problem:
        found.findings = [_error(problem)]
    except RecursionError:
        found.findings = [_error(ImportProblem("SPC602", f"`{options.config}` is nested too deeply to read"))]
    return found


class _Import:
    def __init__(self, options: Options, files: Files) -> None:
        self.options = options
        self.files = files
        self.findings: list[Finding] = []

    def spec(self) -> tuple[str, list[Finding]]:
        options = self.options
        workflows = [self._given()] if options.scripts else self._workflows()
        paths = [Path(use.path.partition(":")[0]) for workflow in workflows for use in workflow.scripts]
        root = _common(
            [options.folder, *(path.parent for path in paths if path.suffix == ".py"), options.config.parent]
        )
        maker = Maker(root, self.findings)
        steps: list[Step] = []
        for workflow in workflows:
            steps += self._workflow(workflow, maker, root, steps)
        name = Path(paths[0]).stem if len(paths) == 1 else options.config.stem
        shown = [options.config.name, *dict.fromkeys(Path(use.path).name for flow in workflows for use in flow.scripts)]
        head = [f"Made by `specc import kogine` from {', '.join(dict.fromkeys(shown))}."]
        head += [f"{finding.message[0].upper()}{finding.message[1:]}." for finding in self.findings if finding.lost]
        text = spec_text(
            name, steps, options.format,
            root=Path(os.path.relpath(root.resolve(), options.folder.resolve())).as_posix(), head=head,
        )  # fmt: skip
        return text, self.findings

    def _given(self) -> Workflow:
        """The workflow that the command line says."""
        options = self.options
        loaded = self._load()
        uses = [ScriptUse(script, loaded, options.entry) for script in options.scripts]
        if len(uses) > 1 and loaded.several and loaded.configurations:
            note = "each script runs with each configuration; the engine gives all of them to the first script"
            self._note(note, loaded.configurations[0].where)
        return Workflow(uses, options.parallel, options.workers, options.parallel)

    def _load(self) -> Loaded:
        options = self.options
        if options.run:
            from specc.importing.evaluating import evaluate

            if options.config.suffix == ".py":
                self.files.read(options.config)
                root = _common([options.folder, options.config.parent])
                return evaluate(options.config, root, options.limit, options.seconds)
        loaded = self.files.load(options.config)
        for note, where in loaded.notes:
            self._note(note, where)
        return loaded

    def _workflows(self) -> list[Workflow]:
        if self.options.run:
            raise ImportProblem("SPC605", "`--run` is for configurations: name the script that they are for")
        found, notes = self.files.workflows(self.options.config)
        for note, where in notes:
            self._note(note, where)
        if not found:
            raise ImportProblem(
                "SPC605", f"`{self.options.config}` runs no script",
                help="for a file of configurations, name the script that they are for",
            )  # fmt: skip
        return found

    def _note(self, text: str, where: Where | None) -> None:
        finding = Finding(text, where)
        if finding not in self.findings:
            self.findings.append(finding)

    def _workflow(self, workflow: Workflow, maker: Maker, root: Path, before: list[Step]) -> list[Step]:
        made: list[Step] = []
        ordered = [before[-1].name] if before else []
        for use in workflow.scripts:
            script = read_script(use.path, root, use.entry)
            path = use.config.path if use.config else self.options.config
            first = use.config.configurations[0].where if use.config and use.config.configurations else None
            writer = Writer(module_name(path, root), first or Where(str(path), 1))
            writer.text = self.files.texts.get(str(path), "")
            if use.config is not None:
                writer.objects = {id(value): name for name, value in use.config.objects.items()}
                self._imported_names(use.config, script.globals)
            for step in maker.steps(script, use.config, writer):
                self._schedule(step, workflow)
                if ordered:
                    step.table["after"] = ordered
                made.append(step)
                if not workflow.parallel:
                    ordered = [step.name]
            for note in writer.notes:
                self._note(note, writer.where)
            if writer.referred and self._needs_engine(path):
                self._note(f"steps import `{path}`, which imports the engine: that has to be there where they run",
                           writer.where)  # fmt: skip
        if workflow.parallel and workflow.workers and len(made) > 1:
            made[0].comments.append(
                f"The workflow ran {workflow.workers} at a time over all its scripts: "
                f"`specc run --local --max-parallel {workflow.workers}`."
            )
        return made

    def _schedule(self, step: Step, workflow: Workflow) -> None:
        if "matrix" in step.table:
            if not workflow.parallel:
                step.table["max_parallel"] = 1
            elif workflow.workers is not None:
                step.table["max_parallel"] = workflow.workers
        if workflow.processes:
            step.table["isolation"] = "process"

    def _imported_names(self, loaded: Loaded, bound: dict[str, str] | None) -> None:
        for name, where in loaded.imported.items():
            if bound is not None and name in bound and not name.startswith("_") and not loaded.several:
                text = f"`{name}` is left out: the file imports it, and only data of other modules counts"
                self.findings.append(Finding(text, where, lost=True, help="`--run` tells whether it is data"))

    def _needs_engine(self, path: Path) -> bool:
        return any(f"import {name}" in text or f"from {name}" in text
                   for name in PACKAGES if (text := self.files.texts.get(str(path), "")))  # fmt: skip


def _common(folders: Sequence[Path]) -> Path:
    """The folder that holds all of these."""
    return Path(os.path.commonpath([folder.resolve() for folder in folders]))


def _span(where: Where) -> Span:
    end_line = where.end_line or where.line
    end_column = where.end_column + 1 if where.end_line else where.column + 1
    return Span(where.file, Position(where.line, where.column + 1), Position(end_line, end_column))


def _error(problem: ImportProblem) -> Diagnostic:
    labels = (Label(_span(problem.where)),) if problem.where else ()
    return Diagnostic(problem.code, Severity.ERROR, problem.message, labels, (problem.help,) if problem.help else ())


def _diagnostic(finding: Finding) -> Diagnostic:
    labels = (Label(_span(finding.where)),) if finding.where else ()
    severity = Severity.WARNING if finding.lost else Severity.HINT
    code = "SPC608" if finding.lost else "SPC609"
    return Diagnostic(code, severity, finding.message, labels, (finding.help,) if finding.help else ())
