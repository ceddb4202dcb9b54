"""Answers what a `call` target is, from source alone."""

from __future__ import annotations

import ast
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from specc.diagnostics import Span, closest
from specc.expressions.types import Type
from specc.introspection.classes import class_names
from specc.introspection.describe import Describer, needs_instance
from specc.introspection.locate import Located, find_below, find_module, neighbours
from specc.introspection.resolve import Definition, Entity, External, ModuleValue, Resolver
from specc.introspection.signature import Callable, Fault, Signature
from specc.introspection.syntax import SourceModule, Unreadable, display_path, parse_module, read_source
from specc.memory import Memory
from specc.source.reading import NOTHING_OPEN

MAX_MODULES = 200
"""Files that one reader parses; what lies behind more re-exports than that is taken as unknown."""


class ModuleReader:
    """Reads the user's modules without importing them. Each file is read once.

    `roots` are the folders that the user's modules are looked for in; after them, what this interpreter has installed.
    `open_texts` are contents of files by real path that count in place of what is on the disk. A `memory` holds what
    the reader before this one made of the same files.
    """

    def __init__(
        self, roots: Sequence[Path], open_texts: Mapping[str, bytes] = NOTHING_OPEN, memory: Memory | None = None
    ) -> None:
        self.roots = tuple(dict.fromkeys(roots))
        self._open_texts = open_texts
        self._known = memory.shelf("modules") if memory is not None else None
        self._signatures = memory.shelf("signatures") if memory is not None else None
        self._asked: dict[str, _Read] = {}
        """The modules that were asked for since it was emptied."""
        self._modules: dict[str, _Read] = {}
        self._parsed = 0
        self._found: dict[tuple[str, str], Callable | Fault] = {}

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of every file that was read, by the name that spans use for it."""
        found: dict[str, str] = {}
        for module in self._modules.values():
            if isinstance(module, SourceModule):
                found[module.display_name] = module.text
            elif isinstance(module, Unreadable) and module.span is not None:
                found[module.span.file] = module.text
        return found

    def hides_python(self, module_name: str) -> bool:
        """Whether one of the user's modules is called like one of the standard library's."""
        top = module_name.partition(".")[0]
        return top in sys.stdlib_module_names and find_below([top], self.roots) is not None

    def function(self, module_name: str, qualname: str) -> Callable | Fault:
        """What `module_name:qualname` is, or why it cannot be called."""
        key = (_normal(module_name), _normal(qualname))
        if key not in self._found:
            self._found[key] = self._remembered(*key)
        return self._found[key]

    def _remembered(self, module_name: str, qualname: str) -> Callable | Fault:
        """As `_function`; the object of before, where it is equal or all modules that it asked for are the same."""
        if self._signatures is None:
            return self._function(module_name, qualname)
        known: tuple[dict[str, _Read], Callable] | None = self._signatures.get((module_name, qualname))
        if known is not None and all(_same(self._read(name), read) for name, read in known[0].items()):
            return known[1]
        self._asked = {}
        found = self._function(module_name, qualname)
        if isinstance(found, Callable):  # a fault also tells what else is in a folder
            if known is not None and repr(known[1]) == repr(found):  # not `==`, by which the choices 1 and True are one
                found = known[1]
            self._signatures.keep((module_name, qualname), (dict(self._asked), found))
        return found

    def class_names(self, module_name: str, qualname: str) -> frozenset[str]:
        """The names of the class `module_name.qualname` and of all that it extends; empty when there is none."""
        module = self._read(_normal(module_name))
        if not isinstance(module, SourceModule):
            return frozenset()
        return class_names(Resolver(self._load), module, _normal(qualname).split("."))

    def _function(self, module_name: str, qualname: str) -> Callable | Fault:
        module = self._read(module_name)
        if module is None:
            return self._no_module(module_name)
        if isinstance(module, Unreadable):
            file = display_path(module.path)
            if module.span is not None:
                return Fault("syntax", module.reason, span=module.span, file=file)
            return Fault("unreadable", module.reason, file=file)
        if isinstance(module, Located):
            if not module.is_folder:
                return Callable()
            return Fault("not-callable", "a folder of modules", self._submodule(module_name, qualname))
        return self.function_of(module, qualname)

    def function_of(self, module: SourceModule, qualname: str) -> Callable | Fault:
        """What `qualname` is in a module that has been read, or why it cannot be called."""
        parts = qualname.split(".")
        entities = Resolver(self._load).attribute_path(module, parts)
        if not entities:
            return self._no_function(module, parts)
        return self._describe(entities)

    def annotation(self, module: SourceModule, node: ast.expr) -> Type:
        """The type that an annotation in a module means; ANY where that is not known."""
        describer = Describer(Resolver(self._load), Resolver(self._load, typing=True))
        return describer.annotation(module, node)

    def script(self, path: Path) -> SourceModule | Unreadable | None:
        """A script, by its file; None when there is none."""
        name = f"<{display_path(path)}>"
        if name not in self._modules:
            self._modules[name] = self._parse(name, path, is_package=False) if os.path.lexists(path) else None
        found = self._modules[name]
        return None if isinstance(found, Located) else found

    def main_module(self, module_name: str) -> SourceModule | Unreadable | Located | None:
        """What `python -m` runs: a module, or `__main__` of a package."""
        found = self._read(_normal(module_name))
        package = isinstance(found, SourceModule) and found.is_package
        if package or (isinstance(found, Located) and found.is_folder):
            return self._read(f"{_normal(module_name)}.__main__")
        return found

    def _describe(self, entities: tuple[Entity, ...]) -> Callable | Fault:
        described = [self._describe_one(entity) for entity in entities]
        found = [item for item in described if isinstance(item, Callable)]
        if not found:
            return described[0]
        first = found[0]
        same = all(item.signature is not None and _shape(item.signature) == _shape(first.signature) for item in found)
        return first if same or len(found) == 1 else Callable(None, first.span)

    def _describe_one(self, entity: Entity) -> Callable | Fault:
        if isinstance(entity, External):
            return Callable()
        if isinstance(entity, ModuleValue):
            return Fault("not-callable", "a module")
        describer = Describer(Resolver(self._load), Resolver(self._load, typing=True))
        node, span = entity.node, entity.module.span(entity.node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if needs_instance(entity):
                owner = entity.owner.name if entity.owner is not None else ""
                return Fault("needs-instance", owner, span=span)
            return describer.function(entity, node)
        if isinstance(node, ast.ClassDef):
            return describer.class_(entity, node)
        if isinstance(node, ast.Lambda):
            return describer.lambda_(entity.module, node)
        what = _VALUES.get(type(node))
        return Fault("not-callable", what, span=span) if what is not None else Callable(None, span)

    def _no_module(self, name: str) -> Fault:
        parts = name.split(".")
        missing = next((at for at in range(1, len(parts)) if self._read(".".join(parts[:at])) is None), len(parts))
        absent = ".".join(parts[:missing])
        others = (item for item in neighbours(absent, self.roots) if item != absent)  # one that is no file is no answer
        return Fault("no-module", absent, closest(absent, others))

    def _no_function(self, module: SourceModule, parts: list[str]) -> Fault:
        name, file = parts[-1], module.display_name
        hidden = module.namespace.names.get(parts[0], ())
        if len(parts) == 1 and hidden and all(binding.typing_only for binding in hidden):
            return Fault("no-function", "typing-only", span=_span(module, hidden[0].node), file=file)
        if len(parts) == 1 and hidden:
            source = next((item.module for item in hidden if item.module is not None), "")
            return Fault("no-function", f"import {source}", file=file)
        submodule = self._submodule(module.name, ".".join(parts)) if module.is_package else None
        if submodule is not None:
            return Fault("no-function", suggestion=submodule, file=file)
        for outer in ast.walk(module.tree):
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = next(
                    (node for node in ast.walk(outer) if node is not outer and getattr(node, "name", None) == name),
                    None,
                )
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    return Fault("nested", outer.name, span=module.span(inner), file=file)
        suggestion = closest(name, _callables(module))
        if suggestion is None:
            return Fault("no-function", file=file)
        found = Resolver(self._load).attribute_path(module, suggestion.split("."))
        known = next((item for item in found if isinstance(item, Definition)), None)
        own = known if known is not None and known.module is module else None
        return Fault("no-function", "", suggestion, module.span(own.node) if own is not None else None, file)

    def _submodule(self, module_name: str, qualname: str) -> str | None:
        """`sub:f` in place of `f`, where `module_name.sub` is a module that has `f`."""
        parts = qualname.split(".")
        for at in range(len(parts) - 1, 0, -1):
            inner = ".".join([module_name, *parts[:at]])
            module = self._read(inner)
            if isinstance(module, SourceModule) and Resolver(self._load).attribute_path(module, parts[at:]):
                return f"{inner}:{'.'.join(parts[at:])}"
        return None

    def _load(self, name: str) -> SourceModule | External | None:
        module = self._read(name)
        if module is None or isinstance(module, SourceModule):
            return module
        return External(name)

    def _read(self, name: str) -> _Read:
        if name not in self._modules:
            located = find_module(name, self.roots)
            if located is None or located.path is None:
                self._modules[name] = located
            elif self._parsed >= MAX_MODULES:
                self._modules[name] = Located(name)
            else:
                self._parsed += 1
                self._modules[name] = self._parse(name, located.path, located.is_package)
        self._asked[name] = self._modules[name]
        return self._modules[name]

    def _parse(self, name: str, path: Path, is_package: bool) -> SourceModule | Unreadable:
        found = read_source(path, self._open_texts)
        if isinstance(found, Unreadable):
            return found
        if self._known is None:
            return parse_module(name, path, is_package, found)
        key = (name, display_path(path), path, is_package, found)
        known: SourceModule | Unreadable | None = self._known.get(key)
        return known or self._known.keep(key, parse_module(name, path, is_package, found))


_Read = SourceModule | Unreadable | Located | None
"""What came of looking for a module."""


def _same(one: _Read, other: _Read) -> bool:
    """Whether a module is what it was: a source that has not changed is the same object."""
    return one is other or (not isinstance(one, SourceModule) and one == other)


_VALUES: dict[type[ast.AST], str] = {
    ast.Constant: "a constant",
    ast.JoinedStr: "a string",
    ast.List: "a list",
    ast.Tuple: "a tuple",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.ListComp: "a list",
    ast.DictComp: "a dictionary",
    ast.SetComp: "a set",
    ast.GeneratorExp: "a generator",
    ast.Compare: "a value",
}


def _normal(name: str) -> str:
    """As Python reads identifiers: PEP 3131 compares their NFKC form."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def _shape(signature: Signature | None) -> object:
    if signature is None:
        return None
    return [(item.name, item.kind, item.required, item.type) for item in signature.parameters], signature.any_keyword


def _span(module: SourceModule, node: ast.AST | None) -> Span | None:
    return module.span(node) if node is not None else None


def _callables(module: SourceModule) -> list[str]:
    """Names that could have been meant: functions, classes and their methods, and what is imported."""
    found: list[str] = []
    for name, bindings in module.namespace.names.items():
        node = bindings[-1].node
        if bindings[-1].typing_only or isinstance(node, ast.Constant | ast.List | ast.Dict | ast.Tuple):
            continue
        found.append(name)
    return sorted(found, key=lambda name: (name.startswith("_"), name))
