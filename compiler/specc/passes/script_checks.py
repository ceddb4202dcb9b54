"""What can be said of a script without running it: its file, its globals, its entry, and what it leaves behind."""

from __future__ import annotations

import builtins
import keyword
import os
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Label, Place, Severity, closest, rename
from specc.expressions.types import ANY, ObjectType, Type, assignable
from specc.introspection import Callable, Fault
from specc.introspection.scripts import Script, read_script
from specc.introspection.syntax import display_path
from specc.ir.ops import CallTask, FunctionRef, ScriptTask
from specc.passes.call_arguments import CallArguments
from specc.passes.call_labels import at
from specc.passes.call_results import check_result
from specc_runtime.expressions import JsonValue, Template

if TYPE_CHECKING:
    from specc.ir.module import Module
    from specc.passes.base import Context


_OF_MODULES = frozenset(
    ("__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__builtins__", "__cached__")
)


class ScriptChecks:
    """Checks the scripts of one module.

    Reports SPC331-SPC333 (no module, a broken file), SPC338-SPC341 (arguments of the entry), SPC381 (no file here),
    SPC382 (no such global), SPC383 (a global that cannot be given), SPC384 (its type), SPC385 (bound again later),
    SPC386 (the entry), SPC387 (a `ref`) and SPC388 (an output).
    """

    def __init__(self, context: Context, module: Module) -> None:
        self._context, self._sink = context, context.sink
        self._root = context.root / module.package_root
        self._broken: set[str] = set()

    def check(self, op: ScriptTask, given: Type) -> Type:
        """Check one step whose arguments have the type `given`; the type of its result."""
        stated: Mapping[str, Any] = op.arguments.raw if isinstance(op.arguments.raw, dict) else {}
        script = self._script(op, stated)
        self._references(op, stated)
        if script is None:
            return op.result
        kinds = _fields(given)
        self._globals(op, stated, script, _fields(kinds.get("globals", ANY)))
        result = op.result
        if "entry" in stated:
            result = self._entry(op, stated, script, _fields(kinds.get("with", ANY)))
        self._outputs(op, stated, script)
        return result

    def _script(self, op: ScriptTask, stated: Mapping[str, Any]) -> Script | None:
        key = "script" if "script" in stated else "module"
        name, place = str(stated[key]), op.origin.child(key)
        if not Template(name).is_constant:
            self._sink.report(
                "SPC381",
                f"step `{op.name}`: `{key}` is known only when the step runs",
                Label(place, "holds an expression"),
                help=f"write the {key} out; what changes from run to run goes into `globals` or `argv`",
            )
            return None
        found = read_script(self._context.modules, self._root, name, is_module=key == "module")
        if isinstance(found, Script):
            if key == "script" and os.path.relpath(self._root / name, self._root).startswith(".."):
                self._sink.report(
                    "SPC381",
                    f"step `{op.name}`: `{name}` is outside of the package's root, so it is only on this machine",
                    Label(place, "not shipped"),
                    severity=Severity.WARNING,
                    help="move it below the package's root, or let `package.root` name a folder above both",
                )
            return found
        if found is None:
            self._missing(op, key, name, place)
        elif found.reason and str(found.path) not in self._broken:
            self._broken.add(str(found.path))
            if found.span is not None:
                run = Label(place, "run from here")
                self._sink.report("SPC332", f"`{name}` has a syntax error", Label(found.span, found.reason), run)
            else:
                self._sink.report(
                    "SPC333",
                    f"`{name}` cannot be read: {found.reason}",
                    Label(place, f"it is `{display_path(found.path)}`"),
                    help="a script is a file of Python source",
                )
        return None

    def _missing(self, op: ScriptTask, key: str, name: str, place: Place) -> None:
        if key == "module":
            fault = self._context.modules.function(name, "main")
            near = fault.suggestion if isinstance(fault, Fault) and fault.kind == "no-module" else None
            self._sink.report(
                "SPC331",
                f"there is no module `{name}`",
                Label(place, "not found"),
                help=f"did you mean `{near}`?" if near else "modules are looked for in the package's root",
                fix=rename(place, near, quoted=True) if near else None,
            )
            return
        near = closest(name, _scripts_near(self._root, name))
        self._sink.report(
            "SPC381",
            f"step `{op.name}`: there is no script `{name}`",
            Label(place, "not found"),
            help=f"did you mean `{near}`?"
            if near
            else "paths start at the package's root, which is the folder of the spec by default",
            fix=rename(place, near, quoted=True) if near else None,
        )

    def _globals(self, op: ScriptTask, stated: Mapping[str, Any], script: Script, kinds: Mapping[str, Type]) -> None:
        values: Mapping[str, JsonValue] = stated.get("globals", {})
        objects: Mapping[str, JsonValue] = stated.get("references", {}).get("globals", {})
        for name in (*values, *objects):
            place = self._place(op, name)
            found = script.variables.get(name)
            if found is None:
                self._unknown(op, script, name, place)
                continue
            if found.reason:
                self._sink.report(
                    "SPC383",
                    f"`{script.name}` binds `{name}` {found.reason}, where no value can be put in",
                    Label(place.key(), "cannot be given"),
                    *at(found.span, "bound here"),
                    help=f"let the script bind it by an assignment: `{name} = ...`",
                )
                continue
            if name in values:
                self._type(script, name, place, kinds.get(name, ANY))
            for later in found.later[:1]:
                self._sink.report(
                    "SPC385",
                    f"`{script.name}` binds `{name}` again later, so the value given does not last",
                    Label(place.key(), "put in at the first binding only"),
                    Label(later, "bound again"),
                    *at(found.span, "first bound here"),
                    severity=Severity.WARNING,
                    help=f"give the later binding another name, or take `{name}` out of `globals`",
                )

    def _unknown(self, op: ScriptTask, script: Script, name: str, place: Place) -> None:
        if script.opaque:
            return
        near = closest(name, [item for item, found in script.variables.items() if found.is_value])
        inner = script.local.get(name)
        taken = _taken(name) if near is None and inner is None else ""
        if taken:
            label = Label(place.key(), "cannot be given")
            self._sink.report("SPC382", f"`{script.name}` has no global `{name}`: {taken}", label)
            return
        self._sink.report(
            "SPC382",
            f"`{script.name}` has no global `{name}`",
            Label(place.key(), "the script never binds it"),
            *at(
                script.variables[near].span if near else inner, f"`{near}` is here" if near else "a name inside of this"
            ),
            help=f"did you mean `{near}`?"
            if near
            else f"make `{name}` a global of the script: assign it outside of all functions"
            if inner is not None
            else _listed([item for item, found in script.variables.items() if found.is_value]),
            fix=rename(place.key(), near) if near and place.path[-1] == name else None,
        )

    def _place(self, op: ScriptTask, name: str) -> Place:
        """Where a value of a global stands: in the spec, or in the file that `from` names."""
        from specc.source.document import lookup

        place, spec = op.origin.child("globals", name), self._context.spec
        if spec is None or lookup(spec.value, place.path)[0]:
            return place
        return op.origin.child("globals", "from")

    def _type(self, script: Script, name: str, place: Place, kind: Type) -> None:
        found = script.variables[name]
        if assignable(kind, found.type) is not False:
            return
        what = f"is declared as {found.type}" if found.declared else f"is {found.type} in the script"
        self._sink.report(
            "SPC384",
            f"`{name}` of `{script.name}` {what}, but it is given {kind}",
            Label(place, f"this is {kind}"),
            *at(found.span, "declared here" if found.declared else "bound here"),
            severity=Severity.ERROR if found.declared else Severity.WARNING,
            help=f"give it {found.type}, or change the annotation" if found.declared else f"is {found.type} meant?",
        )

    def _entry(self, op: ScriptTask, stated: Mapping[str, Any], script: Script, kinds: Mapping[str, Type]) -> Type:
        entry, place = str(stated["entry"]), op.origin.child("entry")
        found = script.callable(entry)
        if not isinstance(found, Callable):
            self._no_entry(script, entry, place, found)
            return op.result
        given: dict[str, JsonValue] = {**stated.get("with", {}), **stated.get("references", {}).get("with", {})}
        function = FunctionRef(module=script.name, qualname=entry)
        call = CallTask(name=op.name, function=function, arguments=Template(given), codec=op.codec, origin=op.origin)
        objects = stated.get("references", {}).get("with", {})
        types = {name: ANY if name in objects else kind for name, kind in kinds.items()} | dict.fromkeys(objects, ANY)
        CallArguments(self._sink, key="entry").check_arguments(call, found, types)
        if "outputs" in stated or "artifacts" in stated or op.result != ANY or found.signature is None:
            return op.result
        return check_result(call, found, self._sink)

    def _no_entry(self, script: Script, entry: str, place: Place, fault: Fault) -> None:
        near = fault.suggestion or closest(entry, script.functions)
        guarded = script.guarded.get(entry)
        text = f"`{script.name}` has no function `{entry}`"
        help = f"did you mean `{near}`?" if near else f"define `{entry}` in the script, outside of everything else"
        if guarded is not None:
            text = f"`{entry}` of `{script.name}` is out of reach: its definition stands under `if __name__ == ...`"
            help = "move it out of there: with `entry` the script is imported, and not run as the main program"
        elif fault.kind == "not-callable":
            text = f"`{entry}` of `{script.name}` is {fault.detail}, which cannot be called"
        elif fault.kind == "nested":
            text = f"`{entry}` of `{script.name}` is out of reach: it is defined inside the function `{fault.detail}`"
            help = f"move it out of `{fault.detail}`"
        self._sink.report(
            "SPC386",
            text,
            Label(place, "cannot be called"),
            *at(guarded or fault.span, "here"),
            help=help,
            fix=rename(place, near, quoted=True) if near and guarded is None else None,
        )

    def _references(self, op: ScriptTask, stated: Mapping[str, Any]) -> None:
        for table, objects in stated.get("references", {}).items():
            for name, reference in objects.items():
                self._reference(str(reference), op.origin.child(table, name, "ref"))

    def _reference(self, reference: str, place: Place) -> None:
        module, colon, qualname = reference.partition(":")
        if not colon or not all(part.isidentifier() for part in (*module.split("."), *qualname.split("."))):
            self._sink.report(
                "SPC387",
                f"`{reference[:80]}` does not name an object",
                Label(place, "expected `module:name`"),
                help="write the module, a colon and the name in it: `losses:huber`",
            )
            return
        found = self._context.modules.function(module, qualname)
        if isinstance(found, Fault) and found.kind in {"no-module", "no-function", "syntax", "unreadable"}:
            near = found.suggestion
            whole = f"{module}:{near}" if near and found.kind == "no-function" and ":" not in near else near
            self._sink.report(
                "SPC387",
                f"there is no `{reference[:80]}`"
                if found.kind.startswith("no-")
                else f"module `{module}` cannot be read: {found.detail}",
                Label(place, "not found"),
                *at(found.span, "here"),
                help=f"did you mean `{whole}`?" if whole else "modules are looked for in the package's root",
            )

    def _outputs(self, op: ScriptTask, stated: Mapping[str, Any], script: Script) -> None:
        outputs = stated.get("outputs")
        if not isinstance(outputs, list) or script.opaque:
            return
        for number, name in enumerate(outputs):
            if name in script.variables or name in script.declared_global:
                continue
            place, near = op.origin.child("outputs", number), closest(name, list(script.variables))
            self._sink.report(
                "SPC388",
                f"`{script.name}` has no global `{name}` at its end",
                Label(place, "the script never binds it"),
                *at(script.variables[near].span if near else script.local.get(name), "here"),
                help=f"did you mean `{near}`?" if near else "outputs are globals, as they are when the script ends",
                fix=rename(place, near, quoted=True) if near else None,
            )


def _fields(kind: Type) -> dict[str, Type]:
    return {item.name: item.type for item in kind.fields} if isinstance(kind, ObjectType) else {}


def _taken(name: str) -> str:
    """Why no script has a global of that name to give a value to, if it is so for all of them."""
    if keyword.iskeyword(name):
        return f"`{name}` is a keyword of Python"
    if name in _OF_MODULES:
        return f"`{name}` is set by Python itself"
    return f"`{name}` is a builtin, which the script does not bind" if hasattr(builtins, name) else ""


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:10])
    return f"its globals are {shown}" if shown else "it binds no globals by assignments"


def _scripts_near(root: os.PathLike[str], name: str) -> Iterator[str]:
    """Scripts in the folder where `name` would be, and right below the root."""
    parent = PurePosixPath(name).parent
    for folder in dict.fromkeys([parent, PurePosixPath(".")]):
        try:
            with os.scandir(os.path.join(root, folder)) as entries:  # noqa: PTH118  # names need no Path each
                yield from sorted((folder / entry.name).as_posix() for entry in entries if entry.name.endswith(".py"))
        except (OSError, ValueError):
            continue
