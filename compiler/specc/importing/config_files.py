"""Reads configuration files: which configurations they give, in the order in which the engine would run them."""

from __future__ import annotations

import ast
import itertools
import warnings
from pathlib import Path
from typing import Any

from specc.importing.feedback import loop_of
from specc.importing.reading.engine import EngineFile, captured, configuration_from
from specc.importing.reading.objects import Budget, Defined, Generated, Imported, Scope, Stopped, Unreadable
from specc.importing.syntax import parsed
from specc.importing.values import Configuration, ImportProblem, Loaded, Where, Workflow
from specc.source.formats import FORMATS

LARGEST = 1 << 20
"""Bytes of the largest file that is read."""
_EMPTY: dict[str, tuple[type, ...]] = {"_args": (list, tuple), "_kwargs": (dict,), "_metadata": (dict,)}


class Files:
    """Reads files, each within the same limits, and keeps their texts for what is said of them."""

    def __init__(self, limit: int) -> None:
        self.budget = Budget(limit)
        self.texts: dict[str, str] = {}
        self.open: list[Path] = []

    def load(self, path: Path) -> Loaded:
        """Read a configuration file. Raises ImportProblem."""
        if path.suffix in FORMATS:
            return self._data_file(path)
        resolved = path.resolve()
        if resolved in self.open:
            raise ImportProblem("SPC605", f"`{path}` uses itself, by way of the files that it uses")
        self.open.append(resolved)
        try:
            return self._module(path)
        finally:
            self.open.pop()

    def workflows(self, path: Path) -> tuple[list[Workflow], list[tuple[str, Where]]]:
        """Read a file that runs scripts: what it runs, in order. Raises ImportProblem."""
        reader, _ = self._followed(path, "__main__")
        return reader.workflows, reader.notes

    def read(self, path: Path) -> str:
        """The text of a file. Raises ImportProblem."""
        try:
            if path.stat().st_size > LARGEST:
                raise ImportProblem("SPC602", f"`{path}` is larger than {LARGEST >> 20} MiB; no configuration is")
            with warnings.catch_warnings():
                text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise ImportProblem("SPC602", f"cannot read `{path}`: {(error.strerror or str(error)).lower()}") from None
        except UnicodeDecodeError:
            raise ImportProblem("SPC602", f"`{path}` is no text in UTF-8") from None
        self.texts[str(path)] = text
        return text

    def tree(self, path: Path) -> ast.Module:
        """The syntax tree of a Python file. Raises ImportProblem."""
        return parsed(self.read(path), str(path))

    def _data_file(self, path: Path) -> Loaded:
        from specc.source.document import parse
        from specc.source.fault import Fault

        text = self.read(path)
        try:
            document = parse(str(path), FORMATS[path.suffix], text)
        except Fault as fault:
            line = text.count("\n", 0, fault.marks[0].start) + 1 if fault.marks else 1
            raise ImportProblem("SPC602", f"`{path}` cannot be read: {fault.message}", Where(str(path), line)) from None
        unknown = set(document.value) - {"globals", "args", "kwargs", "metadata"}
        if unknown:
            name = min(unknown)
            raise ImportProblem(
                "SPC605", f"`{name}` is no part of a configuration", Where(str(path), _line(text, name)),
                help="a file of data has the tables `globals`, `kwargs` and `metadata`, and the list `args`",
            )  # fmt: skip
        return Loaded(path, [configuration_from(document.value, Where(str(path), 1))])

    def _followed(self, path: Path, name: str) -> tuple[EngineFile, Scope]:
        tree = self.tree(path)
        reader = EngineFile(path, self.budget, self.load)
        scope = Scope({"__file__": str(path), "__name__": name, "__doc__": ast.get_docstring(tree)})
        try:
            reader.execute(tree.body, scope)
        except Stopped as stop:
            raise unreadable(stop.found) from None
        except RecursionError:
            raise ImportProblem("SPC602", f"`{path}` is nested too deeply to read") from None
        return reader, scope

    def _module(self, path: Path) -> Loaded:
        reader, scope = self._followed(path, path.stem)
        names = scope.names
        try:
            loaded = self._generated(path, reader, scope) if "config_gen" in names else self._given(path, reader, names)
        except Stopped as stop:
            raise unreadable(stop.found) from None
        except RecursionError:
            raise ImportProblem("SPC602", f"`{path}` is nested too deeply to read") from None
        loaded.notes = reader.notes
        loaded.objects = {name: getattr(value, "value", value) for name, value in names.items()}
        loaded.imported = {
            name: value.where for name, value in names.items() if isinstance(value, Imported) and not value.module
        }
        return loaded

    def _generated(self, path: Path, reader: EngineFile, scope: Scope) -> Loaded:
        function = scope.names["config_gen"]
        if not isinstance(function, Defined) or not isinstance(function.node, ast.FunctionDef | ast.Lambda):
            raise ImportProblem("SPC605", "`config_gen` is not a function", _at(function))
        if "_sweep" in scope.names:
            reader.notes.append(("`_sweep` says nothing here, since there is `config_gen`", function.where))
        loop = loop_of(function.node, reader, scope)
        if loop is not None:
            return Loaded(path, several=True, loop=loop)
        result = reader.run_defined(function.node, function, [], {})
        if isinstance(result, Unreadable):
            raise Stopped(result)
        if isinstance(result, Configuration):
            return Loaded(path, [result])
        if isinstance(result, Loaded):
            return result
        items = result.items if isinstance(result, Generated) else None
        for item in items or ():
            if isinstance(item, Unreadable):
                raise Stopped(item)
        if items is None or not all(isinstance(item, Configuration) for item in items):
            raise ImportProblem("SPC605", "`config_gen` gives something else than configurations", function.where)
        return Loaded(path, items, several=True)

    def _given(self, path: Path, reader: EngineFile, names: dict[str, Any]) -> Loaded:
        if "CONFIG" in names:
            found = names["CONFIG"]
            if isinstance(found, Unreadable):
                raise Stopped(found)
            if not isinstance(found, Configuration):
                raise ImportProblem("SPC605", "`CONFIG` is not a `Config`", _at(found) or Where(str(path), 1))
            if "_sweep" in names:
                reader.notes.append(("`_sweep` says nothing here, since there is `CONFIG`", Where(str(path), 1)))
            return Loaded(path, [found])
        base = self._bare(path, reader, names)
        if "_sweep" not in names:
            return Loaded(path, [base])
        return Loaded(path, list(self._swept(path, base, names["_sweep"])), several=True)

    def _bare(self, path: Path, reader: EngineFile, names: dict[str, Any]) -> Configuration:
        found = Configuration(where=Where(str(path), 1))
        for other in reader.bases:
            found.globals |= other.globals
            found.kwargs |= other.kwargs
            found.metadata |= other.metadata
            found.args = other.args or found.args
        found.globals |= captured(names)
        for name, kinds in _EMPTY.items():
            value = names.get(name)
            if value is None:
                continue
            if isinstance(value, Unreadable):
                raise Stopped(value)
            if not isinstance(value, kinds):
                expected = "a list" if name == "_args" else "a dictionary"
                raise ImportProblem("SPC605", f"`{name}` is not {expected}", Where(str(path), self._line(path, name)))
            if isinstance(value, dict):
                setattr(found, name[1:], getattr(found, name[1:]) | value)
            elif isinstance(value, list | tuple) and value:
                found.args = list(value)
        return found

    def _swept(self, path: Path, base: Configuration, sweep: Any) -> Any:
        where = Where(str(path), self._line(path, "_sweep"))
        if isinstance(sweep, Unreadable):
            raise Stopped(sweep)
        if not isinstance(sweep, dict):
            raise ImportProblem("SPC605", "`_sweep` is not a dictionary", where)
        axes = {name: values for name, values in sweep.items() if name != "__mode__"}
        mode = sweep.get("__mode__", "grid")
        if mode not in ("grid", "zip"):
            raise ImportProblem("SPC605", f"`{mode}` is no mode of `_sweep`", where, help="write `grid` or `zip`")
        for name, values in axes.items():
            if isinstance(values, Unreadable):
                raise Stopped(values)
            if not isinstance(values, list | tuple):
                raise ImportProblem("SPC605", f"`{name}` of `_sweep` is not a list", where)
            if not values:
                raise ImportProblem("SPC605", f"`{name}` of `_sweep` has no values, so nothing would run", where)
        if mode == "zip" and len({len(values) for values in axes.values()}) > 1:
            raise ImportProblem("SPC605", "the lists of `_sweep` in the mode `zip` are not equally long", where)
        rows = itertools.product(*axes.values()) if mode == "grid" or not axes else zip(*axes.values(), strict=True)
        for row in self.budget.items(rows):
            chosen = dict(zip(axes, row, strict=True))
            yield Configuration(
                base.globals | chosen, list(base.args), dict(base.kwargs), base.metadata | chosen, where
            )

    def _line(self, path: Path, name: str) -> int:
        return _line(self.texts.get(str(path), ""), name)


def unreadable(found: Unreadable) -> ImportProblem:
    """What is said of something that only running the file would tell."""
    return ImportProblem("SPC601", found.reason, found.where, help="`--run` runs the file in a process of its own")


def _line(text: str, name: str) -> int:
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.lstrip(" \"'[").startswith(name)), 1)


def _at(value: Any) -> Where | None:
    return value.where if isinstance(getattr(value, "where", None), Where) else None
