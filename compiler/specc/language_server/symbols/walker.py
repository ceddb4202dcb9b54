"""Walks over the documents of a spec and notes every name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from specc.language_server.symbols.paths import is_path
from specc.language_server.symbols.scopes import Bound, Scope, Values
from specc.language_server.symbols.symbol import Kind, Occurrence, Role, Symbol
from specc.language_server.symbols.words import Reference, Word, references
from specc.language_server.symbols.writing import Text, Writing
from specc.source.document import Document, lookup
from specc.source.side_table import Path

_BODY = Scope((("steps",),))
_FINALLY = Scope((("steps",), ("finally",)))
_BLOCKS: tuple[tuple[str, Kind], ...] = (
    ("params", "parameter"),
    ("env", "environment variable"),
    ("secrets", "secret"),
    ("compute", "profile"),
    ("outputs", "output"),
    ("stacks", "stack"),
)
_OVERRIDDEN = _BLOCKS[:4]
"""What a stack may say more of."""


class Walker:
    """One run over the documents of a spec."""

    def __init__(self, spec: str, documents: Sequence[Document], values: Values) -> None:
        self.found: dict[tuple[str, int, int], Occurrence] = {}
        self.unplaced: set[Symbol] = set()
        self.run_as_steps: set[str] = set()
        self._spec = spec
        self._folder = FilePath(documents[0].name).parent
        self._documents = documents
        self._values = values
        self._document = documents[0]
        self._writing = Writing(documents[0])

    def run(self) -> None:
        """Note the names of every document."""
        for document in self._documents:
            self._document, self._writing = document, Writing(document)
            self._root()

    # --- blocks

    def _table(self, path: Path) -> Mapping[str, Any]:
        """What the document at hand has at a path."""
        found = lookup(self._document.value, path)[1]
        return found if isinstance(found, dict) else {}

    def _list(self, path: Path) -> list[Any]:
        found = lookup(self._document.value, path)[1]
        return found if isinstance(found, list) else []

    def _root(self) -> None:
        for block, kind in _BLOCKS:
            self._declared((block,), kind)
        self._profile(("defaults", "compute"))
        self._steps(("steps",), _BODY)
        self._steps(("finally",), _FINALLY)
        self._texts(("outputs",), self._table(("outputs",)), _BODY)
        self._triggers(("triggers",))
        for stack in self._table(("stacks",)):
            for block, kind in _OVERRIDDEN:
                self._declared(("stacks", stack, block), kind, (block,), "override")
            self._profile(("stacks", stack, "defaults", "compute"))
            self._triggers(("stacks", stack, "triggers"))
        for index, _ in enumerate(self._list(("tests",))):
            self._test(("tests", index))

    def _declared(self, path: Path, kind: Kind, where: Path | None = None, role: Role = "declaration") -> None:
        for name in self._table(path):
            self._key((*path, name), (self._own(kind, (*(where or path), name)),), role)

    def _own(self, kind: Kind, path: Path) -> Symbol:
        return Symbol(self._spec, kind, path)

    def _triggers(self, path: Path) -> None:
        for index, trigger in enumerate(self._list(path)):
            self._parameters((*path, index, "with"))
            self._texts((*path, index), trigger, Scope())

    def _parameters(self, path: Path) -> None:
        """Keys that are names of parameters of this spec."""
        self._declared(path, "parameter", ("params",), "use")

    def _profile(self, path: Path) -> None:
        name = lookup(self._document.value, path)[1]
        if isinstance(name, str):
            self._value(path, name, (self._own("profile", ("compute", name)),))

    # --- tests

    def _test(self, path: Path) -> None:
        name = lookup(self._document.value, (*path, "name"))[1]
        if isinstance(name, str):
            self._value((*path, "name"), name, (self._own("test", path),), "declaration")
        self._parameters((*path, "params"))
        for mocked in self._table((*path, "mock")):
            self._key((*path, "mock", mocked), self._tested(mocked), "use")
        self._declared((*path, "expect", "outputs"), "output", ("outputs",), "use")
        for index, skipped in enumerate(self._list((*path, "expect", "skipped"))):
            if isinstance(skipped, str):
                self._value((*path, "expect", "skipped", index), skipped, self._tested(skipped))
        for counted in self._table((*path, "expect", "calls")):
            self._counted((*path, "expect", "calls", counted), counted)

    def _tested(self, name: str) -> tuple[Symbol, ...]:
        """The step of no group that a test names."""
        block = "finally" if name in self._values.table(("finally",)) else "steps"
        if name in self._values.table(("steps",)):
            block = "steps"
        return (self._own("step", (block, name)),) if name in self._values.table((block,)) else ()

    def _counted(self, path: Path, counted: str) -> None:
        """The names in `group/step`, of which those after a step that runs another spec belong to that one."""
        first, *rest = counted.split("/")
        symbols = self._tested(first)
        if not symbols:
            return
        start, end, symbol = 0, len(first), symbols[0]
        while True:
            for text in self._writing.keys(path):
                self._note(path, text, start, end, "use", (symbol,), whole=not rest and not start, is_key=True)
            if not rest:
                return
            step = self._values.table(symbol.path) if symbol.spec == self._spec else {}
            start, end = end + 1, end + 1 + len(rest[0])
            if isinstance(step.get("pipeline"), str):
                symbol = Symbol(self._other(step["pipeline"]), "step", ("steps", rest.pop(0)))
            elif symbol.spec != self._spec:
                symbol = symbol._replace(path=(*symbol.path, "steps", rest.pop(0)))
            elif rest[0] in self._values.table((*symbol.path, "steps")):
                symbol = self._own("step", (*symbol.path, "steps", rest.pop(0)))
            else:
                return

    def _other(self, path: str) -> str:
        """The real path of a spec that this one runs."""
        return os.path.realpath(os.path.normpath(self._folder / path)) if is_path(path) else ""

    # --- steps

    def _steps(self, table: Path, scope: Scope) -> None:
        for name, step in self._table(table).items():
            path = (*table, name)
            self._key(path, (self._own("step", path),), "declaration")
            if isinstance(step, dict):
                for bound in self._contexts(table, name, scope.bound):
                    self._step(path, step, scope._replace(bound=bound))

    def _contexts(self, table: Path, name: str, bound: Bound) -> Iterable[Bound]:
        """What is bound around a step: for a handler what each of the steps binds for which it runs."""
        if name not in self._values.handlers(table):
            return (bound,)
        found: dict[Bound, None] = {}

        def follow(handler: str, seen: tuple[str, ...], inner: Bound) -> None:
            for runner in self._values.runners(table, handler):
                if runner in seen:
                    continue
                around = (*self._items((*table, runner)), *inner)
                if runner in self._values.handlers(table):
                    follow(runner, (*seen, runner), around)
                else:
                    found[(*bound, *around, ("error", None))] = None

        follow(name, (name,), ())
        return found

    def _items(self, step: Path) -> Bound:
        return tuple((name, (*step, "each", name)) for name in self._values.table((*step, "each")))

    def _step(self, path: Path, step: Mapping[str, Any], outer: Scope) -> None:
        merged = self._values.table(path)
        items = outer.bind(*self._items(path)) if "each" in merged else outer
        inside = items.bind(("last", None)) if "repeat" in merged else items
        group = (*path, "steps")
        if isinstance(merged.get("pipeline"), str):
            self._given_to_another(path, merged["pipeline"])
        for key, value in step.items():
            if key == "each":
                self._declared((*path, key), "item")
                self._texts((*path, key), value, outer)
            elif key == "when":
                self._texts((*path, key), value, outer)
            elif key == "after":
                for index, name in enumerate(value if isinstance(value, list) else ()):
                    self._beside(path, (*path, key, index), name)
            elif key == "steps":
                self._steps(group, inside.enter(group))
            elif key == "yield":
                self._texts((*path, key), value, inside.enter(group))
            elif key == "repeat":
                self._looped((*path, key), value, items, inside)
            elif key == "on_error":
                self._handled(path, items)
            elif key == "compute" and isinstance(value, str):
                self._profile((*path, key))
            elif key not in ("call", "pipeline", "description"):
                self._texts((*path, key), value, inside)

    def _given_to_another(self, path: Path, pipeline: str) -> None:
        """The keys of `with` are names of parameters of the spec that is run."""
        other = self._other(pipeline)
        self.run_as_steps.add(other)
        for name in self._table((*path, "with")):
            self._key((*path, "with", name), (Symbol(other, "parameter", ("params", name)),), "use")

    def _looped(self, path: Path, repeat: Any, items: Scope, inside: Scope) -> None:
        for key, value in repeat.items() if isinstance(repeat, dict) else ():
            self._texts((*path, key), value, items if key == "start" else inside)

    def _handled(self, path: Path, scope: Scope) -> None:
        for error, action in self._table((*path, "on_error")).items():
            if isinstance(action, dict):
                self._beside(path, (*path, "on_error", error, "run"), action.get("run"))
                place = (*path, "on_error", error, "use")
                self._texts(place, action.get("use"), scope.bind(("error", None)))

    def _beside(self, step: Path, place: Path, name: Any) -> None:
        """The name of a step in the same table."""
        table = step[:-1]
        if isinstance(name, str) and name in self._values.table(table):
            self._value(place, name, (self._own("step", (*table, name)),))

    # --- expressions

    def _texts(self, path: Path, value: Any, scope: Scope) -> None:
        """The names in the expressions of a value, which stands at a path, and of everything in it."""
        waiting: list[tuple[Path, Any]] = [(path, value)]
        while waiting:
            place, value = waiting.pop()
            if isinstance(value, str):
                if "${" in value:
                    self._text(place, value, scope)
            elif isinstance(value, dict):
                waiting += (((*place, key), item) for key, item in value.items())
            elif isinstance(value, list):
                waiting += (((*place, number), item) for number, item in enumerate(value))

    def _text(self, path: Path, value: str, scope: Scope) -> None:
        text = self._writing.text(path, value)
        for reference in references(value):
            for word, symbol in self._meant(reference, scope):
                if text is None:
                    self.unplaced.add(symbol)
                else:
                    self._note(path, text, word.start, word.end, "use", (symbol,), scope=scope)

    def _meant(self, reference: Reference, scope: Scope) -> Iterable[tuple[Word, Symbol]]:
        root, path = reference
        is_item, bound = scope.item(root.text)
        if is_item:
            if bound is not None:
                yield root, self._own("item", bound)
            return
        first = path[0] if path else None
        if first is None:
            return
        if root.text == "steps":
            step = self._values.step(first.text, scope)
            if step is not None:
                yield first, self._own("step", step)
                yield from self._output(step, path[1:])
        elif root.text == "params" and first.text in self._values.table(("params",)):
            yield first, self._own("parameter", ("params", first.text))
        elif root.text == "env" and first.text in self._values.table(("env",)):
            yield first, self._own("environment variable", ("env", first.text))
        elif root.text == "secrets" and first.text in self._values.table(("secrets",)):
            yield first, self._own("secret", ("secrets", first.text))

    def _output(self, step: Path, path: tuple[Word, ...]) -> Iterable[tuple[Word, Symbol]]:
        """The output of another spec that is read as a field of the step that runs it."""
        merged = self._values.table(step)
        if path and isinstance(merged.get("pipeline"), str) and "each" not in merged:
            yield path[0], Symbol(self._other(merged["pipeline"]), "output", ("outputs", path[0].text))

    # --- what is found

    def _key(self, path: Path, symbols: tuple[Symbol, ...], role: Role) -> None:
        texts = self._writing.keys(path) if symbols else []
        for text in texts:
            self._note(path, text, 0, len(str(path[-1])), role, symbols, whole=True, is_key=True)
        if not texts:
            self.unplaced.update(symbols)

    def _value(self, path: Path, name: str, symbols: tuple[Symbol, ...], role: Role = "use") -> None:
        text = self._writing.text(path, name) if symbols else None
        if text is not None:
            self._note(path, text, 0, len(name), role, symbols, whole=True)
        else:
            self.unplaced.update(symbols)

    def _note(
        self,
        path: Path,
        text: Text,
        start: int,
        end: int,
        role: Role,
        symbols: tuple[Symbol, ...],
        *,
        whole: bool = False,
        is_key: bool = False,
        scope: Scope | None = None,
    ) -> None:
        written = text.part(start, end, whole=whole)
        if written is None:
            self.unplaced.update(symbols)
            return
        name = self._document.name
        known = self.found.get((name, written.start, written.end))
        scopes = (scope,) if scope is not None else ()
        if known is not None:  # a handler of several steps, or what a YAML alias repeats
            symbols = tuple(dict.fromkeys((*known.symbols, *symbols)))
            scopes = tuple(dict.fromkeys((*known.scopes, *scopes)))
            role = known.role
        self.found[name, written.start, written.end] = Occurrence(
            name, written.start, written.end, role, symbols, path, is_key, written.plain, scopes
        )
