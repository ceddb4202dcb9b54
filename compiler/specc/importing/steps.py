"""Makes the steps of a spec from scripts and their configurations."""

from __future__ import annotations

import itertools
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specc.diagnostics.suggest import closest
from specc.importing.reading.objects import Defined
from specc.importing.scripts import Script, accepts, positional
from specc.importing.sweeps import Key, Row, sweep_of
from specc.importing.values import Configuration, ImportProblem, Loaded, Loop, Previous, Reference, Where
from specc.importing.writable import Writer, literal
from specc_schemas.names import plain_letters

_SHOWN = 20
"""How many cells' metadata is written down."""
_ROUNDS = 1000
"""How often a loop without a limit runs at most."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


@dataclass(slots=True)
class Step:
    """One step, and what there is to say of it."""

    name: str
    table: dict[str, Any]
    comments: list[str] = field(default_factory=list)
    has_result: bool = False


@dataclass(slots=True)
class Finding:
    """Something that the spec does not hold, or holds otherwise."""

    message: str
    where: Where | None
    lost: bool = False
    help: str = ""


@dataclass(slots=True)
class Maker:
    """Makes steps, with names that nobody else has."""

    root: Path
    findings: list[Finding] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def steps(self, script: Script, loaded: Loaded | None, writer: Writer) -> list[Step]:
        """The steps that run a script with what a file gives; several where one matrix cannot say it."""
        if loaded is not None and loaded.loop is not None:
            return [self._repeated(script, loaded.loop, writer)]
        configurations = loaded.configurations if loaded is not None else [Configuration()]
        if not configurations:
            raise ImportProblem("SPC605", f"`{loaded.path if loaded else ''}` gives no configuration")
        rows = [(self.row(script, one, writer), one) for one in configurations]
        made = []
        for _, group in itertools.groupby(rows, key=lambda pair: _shape(pair[0])):
            made.append(self._step(script, list(group), writer))
        if len(made) > 1:
            made[0].comments.append(
                f"The configurations differ in which values they have, so there are {len(made)} steps."
            )
        return made

    def _repeated(self, script: Script, loop: Loop, writer: Writer) -> Step:
        """The step that runs a script again and again, with what it left before."""
        row = self.row(script, loop.configuration, writer)
        arguments = any(kind == "with" for kind, _ in row)
        step = self.begin(script, arguments)
        start = {name: literal(writer.data(name, value)) for name, value in loop.start.items()}
        repeat: dict[str, Any] = {"start": start}
        if loop.until is not None:
            repeat["until"] = f"${{{loop.until}}}"
        repeat["max"] = loop.max or _ROUNDS
        if loop.until is not None and loop.max is not None:
            repeat["on_max"] = "stop"
        if loop.max is None:
            step.comments.append("Nothing limited the loop; `max` ends one that does not end by itself.")
        step.table |= {"outputs": {"json": loop.file}, "repeat": repeat}
        for kind in ("globals", "with"):
            given = {key[1]: expression_of(value) for key, value in row.items() if key[0] == kind}
            if given:
                step.table[kind] = given
        step.has_result = True
        return step

    def row(self, script: Script, one: Configuration, writer: Writer) -> Row:
        """What one run is given, by name."""
        row: Row = {}
        for name, value in one.globals.items():
            if self._has(script, str(name), value, one.where or writer.where, writer):
                row["globals", name] = writer.value(name, value)
        for name, value in self._arguments(script, one, writer).items():
            row["with", name] = writer.value(name, value)
        return row

    def _has(self, script: Script, name: str, value: Any, where: Where, writer: Writer) -> bool:
        """Whether the spec gives a script this global."""
        if name == "config_gen":
            return False
        where = writer.line(name, where)
        if script.globals is not None and name not in script.globals:
            if isinstance(value, Defined) and name not in script.mentioned:
                return False  # a helper of the file's own
            near = closest(name, script.globals)
            used = "uses it and binds it nowhere" if name in script.mentioned else "binds no such name"
            help = f"did you mean `{near}`?" if near else f"`{name} = None` at the top of the script makes it one"
            self.add(
                Finding(
                    f"`{name}` is left out: `{script.shown}` {used}",
                    where,
                    lost=True,
                    help=help,
                )
            )
            return False
        if script.globals is not None and script.globals[name]:
            self.add(
                Finding(
                    f"`{name}` is left out: `{script.shown}` binds it {script.globals[name]}",
                    where,
                    lost=True,
                )
            )
            return False
        if not _NAME.fullmatch(name):
            raise ImportProblem("SPC603", f"`{name}` cannot be the name of a global in a spec", where)
        return True

    def _arguments(self, script: Script, one: Configuration, writer: Writer) -> dict[str, Any]:
        found: dict[str, Any] = {}
        where = one.where or writer.where
        if one.args:
            names = positional(script, len(one.args))
            if names is None:
                raise ImportProblem(
                    "SPC603", f"the positional arguments have no names in `{script.path or script.module}`", where,
                    help="a spec gives arguments by name: write the script's function with as many parameters",
                )  # fmt: skip
            found = dict(zip(names, one.args, strict=True))
        for name, value in one.kwargs.items():
            if accepts(script, name):
                found[name] = value
            else:
                text = f"`{name}` is left out: `{script.found}` takes no such argument"
                self.add(Finding(text, where, lost=True))
        return found

    def add(self, finding: Finding) -> None:
        """Keep a finding, once."""
        if finding not in self.findings:
            self.findings.append(finding)

    def begin(self, script: Script, arguments: bool) -> Step:
        """A step that runs a script, with nothing yet to run it with."""
        name = self.name(script.name)
        comments: list[str] = []
        if script.module is not None:
            table: dict[str, Any] = {"module": script.module}
        else:
            assert script.path is not None
            table = {"script": Path(os.path.relpath(script.path.resolve(), self.root.resolve())).as_posix()}
        entry = script.found if arguments else script.entry
        if arguments and entry is None:
            raise ImportProblem("SPC605", f"`{script.path or script.module}` has no function for the arguments")
        if entry is not None:
            table["entry"] = entry
        if script.whole and entry is None:
            comments.append("Everything below the main guard runs, not just the first function that it calls.")
        elif script.whole and entry is not None:
            comments.append(f"`{entry}` is called, and nothing else of the main guard.")
        return Step(name, table, comments, has_result=entry is not None)

    def name(self, wanted: str) -> str:
        """A name for a step that no other has."""
        base = re.sub(r"[^A-Za-z0-9_]+", "_", plain_letters(wanted)).lstrip("0123456789")[:56] or "script"
        name = next(name for count in itertools.count(1) if (name := base if count == 1 else f"{base}_{count}")
                    not in self.names)  # fmt: skip
        self.names.add(name)
        return name

    def _step(self, script: Script, group: list[tuple[Row, Configuration]], writer: Writer) -> Step:
        rows = [row for row, _ in group]
        references = {key: value for key, value in rows[0].items() if isinstance(value, Reference)}
        plain = [{key: value for key, value in row.items() if key not in references} for row in rows]
        step = self.begin(script, any(kind == "with" for kind, _ in rows[0]))
        values: dict[Key, Any] = {key: {"ref": value.target} for key, value in references.items()}
        if len(rows) == 1:
            values |= {key: literal(value) for key, value in plain[0].items()}
        else:
            sweep = sweep_of(plain)
            step.table["matrix"] = {name: literal(axis) for name, axis in sweep.matrix.items()}
            values |= {key: literal(value) for key, value in sweep.fixed.items()} | sweep.values
        for kind in ("globals", "with"):
            given = {key[1]: values[key] for key in rows[0] if key[0] == kind}
            if given:
                step.table[kind] = given
        self._describe(step, [one for _, one in group], plain)
        return step

    def _describe(self, step: Step, group: list[Configuration], rows: list[Row]) -> None:
        """Put metadata where people see it: what all share into the description, the rest into comments."""
        first = group[0].metadata
        shared = {name: value for name, value in first.items() if all(
            name in one.metadata and _text(one.metadata[name]) == _text(value) for one in group)}  # fmt: skip
        if shared:
            step.table = {"description": ", ".join(f"{name}: {_text(value)}" for name, value in shared.items())
                          .replace("${", "$${")} | step.table  # fmt: skip
        lines = []
        for number, (one, row) in enumerate(zip(group, rows, strict=True), 1):
            told = {_text(value) for value in row.values()}
            rest = {name: value for name, value in one.metadata.items()
                    if name not in shared and _text(value) not in told}  # fmt: skip
            if rest:
                lines.append(f"metadata of {number}: " + ", ".join(f"{key}: {_text(rest[key])}" for key in rest))
        step.comments += lines[:_SHOWN]
        if len(lines) > _SHOWN:
            step.comments.append(f"and the metadata of {len(lines) - _SHOWN} more")


def expression_of(value: Any) -> Any:
    """A value that may come from the run before, as a spec writes it."""
    if isinstance(value, Reference):
        return {"ref": value.target}
    return f"${{{value.expression}}}" if isinstance(value, Previous) else literal(value)


def _shape(row: Row) -> tuple[Any, ...]:
    return tuple(
        (key, value.target if isinstance(value, Reference) else None)
        for key, value in sorted(row.items(), key=lambda pair: pair[0])
    )


def _text(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return getattr(value, "name", type(value).__name__)
