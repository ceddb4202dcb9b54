"""What `[pulumi]` says, held against the files that are there and against `protect`. Nothing is imported or run."""

from __future__ import annotations

import ast
import keyword
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink, closest
from specc.introspection.syntax import SourceModule, read_module
from specc.source.reading import NOTHING_OPEN

if TYPE_CHECKING:
    from specc_schemas import PipelineSpec
    from specc_schemas.pulumi import Pulumi

ENTRY = "extra"
"""The function that a file of further resources defines."""
_EXAMPLE = f"`def {ENTRY}(resources):`"
_PROGRAM = frozenset({"pulumi", "pulumi_aws", "__main__"})
"""Modules that the program has itself."""
_NEVER_CALLABLE = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.DictComp)


def check_pulumi(
    model: PipelineSpec,
    stack: str,
    root: Path,
    sink: Sink,
    texts: MutableMapping[str, str],
    open_texts: Mapping[str, bytes] = NOTHING_OPEN,
) -> None:
    """Check the settings of the chosen stack, or of all where none is chosen. Reports SPC540 to SPC543.

    `root` is the folder of the spec; `texts` receives the source that diagnostics point into.
    `open_texts` are contents of files by real path that count in place of what is on the disk.
    """
    for place, settings in _blocks(model, stack):
        if settings.extra is not None:
            _check_extra(settings.extra, place.child("extra"), root, sink, texts, open_texts)
    for name, found in (model.stacks or {}).items():
        if found.protect and (not stack or name == stack):
            _check_loss(model, name, found.pulumi if not stack else None, sink)


def _blocks(model: PipelineSpec, stack: str) -> Iterator[tuple[Place, Pulumi]]:
    """Every block to check. A chosen stack's is laid over the spec's already."""
    if model.pulumi is not None:
        yield Place(("pulumi",)), model.pulumi
    for name, found in (model.stacks or {}).items() if not stack else ():
        if found.pulumi is not None:
            yield Place(("stacks", name, "pulumi")), found.pulumi


def _check_loss(model: PipelineSpec, name: str, own: Pulumi | None, sink: Sink) -> None:
    place = Place(("stacks", name, "pulumi"))
    allowed = own.allow_data_loss if own is not None else None
    if allowed is None:
        place = Place(("pulumi",))
        allowed = model.pulumi is not None and model.pulumi.allow_data_loss
    if allowed:
        sink.report(
            "SPC543",
            f"the stack `{name}` is protected, and a protected stack never loses data",
            Label(place.child("allow_data_loss"), "allows the loss of data"),
            Label(Place(("stacks", name, "protect")), "forbids it"),
            help=f"write `allow_data_loss = false` under `[stacks.{name}.pulumi]`, or take the protection away",
        )


def _check_extra(
    name: str,
    place: Place,
    root: Path,
    sink: Sink,
    texts: MutableMapping[str, str],
    open_texts: Mapping[str, bytes],
) -> None:
    path, is_python = root / name, name.endswith(".py")
    if not is_python or not _exists(path):
        sink.report(
            "SPC540",
            f"the file of further resources `{_shown(name)}` {'does not exist' if is_python else 'is no Python file'}",
            Label(place, "looked for from the spec's folder" if is_python else "expected a name that ends in `.py`"),
            help=f"write it with a function {_EXAMPLE}, or leave `extra` out",
        )
        return
    fault = _name_fault(path.stem)
    if fault is not None:
        sink.report(
            "SPC540",
            f"the file of further resources `{_shown(name)}` cannot be imported: {fault}",
            Label(place, "its name is that of a module"),
            help="rename the file, for example to `infra.py`",
        )
        return
    module = read_module(path.stem, path, False, open_texts)
    if isinstance(module, SourceModule):
        _check_function(name, place, module, sink, texts)
        return
    labels = [Label(place, "named here")]
    if module.span is not None:
        texts[module.span.file] = module.text
        labels.append(Label(module.span, module.reason))
    what = "has a syntax error" if module.span is not None else f"cannot be read: {module.reason}"
    sink.report("SPC541", f"the file of further resources `{_shown(name)}` {what}", *labels)


def _name_fault(stem: str) -> str | None:
    """Why the program could not import a module of this name, or would import another one."""
    if not stem.isidentifier() or keyword.iskeyword(stem):
        return f"`{_shown(stem)}` is no name in Python"
    if stem in sys.stdlib_module_names or stem in _PROGRAM:
        return f"`{stem}` is something else there"
    return None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        return False


def _check_function(name: str, place: Place, module: SourceModule, sink: Sink, texts: MutableMapping[str, str]) -> None:
    names, file = module.namespace.names, _shown(name)
    bindings = [item for item in names.get(ENTRY, ()) if not item.typing_only]
    wrong: tuple[str, str] | None = None
    node: ast.AST | None = None
    if bindings:
        node, wrong = next(((item.node, found) for item in bindings if (found := _wrong(item.node))), (None, None))
    elif not module.namespace.opaque and not module.namespace.stars:
        near = closest(ENTRY, [item for item, found in names.items() if isinstance(found[-1].node, ast.FunctionDef)])
        node = names[near][-1].node if near is not None else None
        advice = f"rename `{near}` to `{ENTRY}`" if near is not None else f"write {_EXAMPLE} at its top level"
        wrong = ("is not there", advice)
    if wrong is None:
        return
    labels = [Label(place, "a file whose function adds the resources")]
    if node is not None:
        span = module.span(node)
        texts[span.file] = module.text
        labels.append(Label(span, "here"))
    sink.report("SPC542", f"the function `{ENTRY}` of `{file}` {wrong[0]}", *labels, help=wrong[1])


def _wrong(node: ast.AST | None) -> tuple[str, str] | None:
    """What is wrong with what `extra` is, and how to put it right; None also where a syntax tree does not tell."""
    if isinstance(node, ast.AsyncFunctionDef):
        return "is a coroutine", "leave `async` out: the program calls it and does not await it"
    if isinstance(node, ast.ClassDef):
        return "is a class", f"write {_EXAMPLE}"
    if isinstance(node, _NEVER_CALLABLE):
        return "is a value that cannot be called", f"write {_EXAMPLE}"
    if not isinstance(node, (ast.FunctionDef, ast.Lambda)) or getattr(node, "decorator_list", None):
        return None
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if not positional and arguments.vararg is None:
        return "takes nothing", f"it is given what the program has made: write {_EXAMPLE}"
    needed = len(positional) - len(arguments.defaults)
    if needed > 1:
        return f"needs {needed} arguments", f"it is given one, what the program has made: write {_EXAMPLE}"
    given = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    missing = next((item.arg for item, default in given if default is None), None)
    if missing is not None:
        return f"needs an argument `{missing}` by name", f"it is given one, by position: write {_EXAMPLE}"
    return None


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)[:120]
