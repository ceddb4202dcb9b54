"""Finding the function that a call names, and saying why there is none."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from specc.diagnostics import Edit, Fix, Label, Place, Severity, Sink, rename
from specc.introspection import Callable, Fault
from specc.introspection.syntax import display_path
from specc.passes.call_labels import at

if TYPE_CHECKING:
    from specc.ir.ops import CallTask, FunctionRef
    from specc.passes.base import Context

_MAX_NAME = 300


@dataclass(eq=False, repr=False)
class CallTargets:
    """Finds the functions of calls. Each broken file is reported once."""

    context: Context
    sink: Sink = field(init=False)
    reported: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sink = self.context.sink

    def quietly(self) -> CallTargets:
        """The same, reporting to nobody."""
        return CallTargets(replace(self.context, sink=Sink()))

    def find(self, op: CallTask) -> Callable | None:
        """The function of a call, or None after reporting why there is none (SPC330-SPC336, SPC342)."""
        text = str(op.function) if op.function.qualname else op.function.module
        place = op.origin.child("call")
        if not self._is_name(text, place):
            return None
        found = self.context.modules.function(op.function.module, op.function.qualname)
        if isinstance(found, Fault):
            self._fault(op, text, place, found)
            return None
        self._check_hiding(op.function.module, place)
        return found

    def sound(self, function: FunctionRef) -> Callable | None:
        """The function of that name, if there is nothing to report of it."""
        found = self.context.modules.function(function.module, function.qualname)
        hides = self.context.modules.hides_python(function.module)
        return found if isinstance(found, Callable) and not hides else None

    def _check_hiding(self, module: str, place: Place) -> None:
        top = module.partition(".")[0]
        if top not in self.reported and self.context.modules.hides_python(module):
            self.reported.add(top)
            self.sink.report(
                "SPC342",
                f"module `{top}` is called like one of Python's own",
                Label(place.slice(0, len(top)), "Python may load its own instead"),
                severity=Severity.WARNING,
                help=f"rename your file, for example to `{top}_steps.py`",
            )

    def _is_name(self, text: str, place: Place) -> bool:
        module, colon, qualname = text.partition(":")
        good = colon and all(part.isidentifier() for part in (*module.split("."), *qualname.split(".")))
        if good and len(text) <= _MAX_NAME and not module.endswith(".py"):
            return True
        better = _better_name(text) if len(text) <= _MAX_NAME else None
        fix = None
        if better is not None:
            sure = isinstance(self.context.modules.function(*better.split(":")), Callable)
            fix = Fix(f"write `{better}`", (Edit(place.slice(0, len(text)), better),), safe=sure)
        self.sink.report(
            "SPC330",
            f"`{text[:80]}` does not name a function",
            Label(place, "expected `module:function`"),
            help=f"write `{better}`" if better else "write the module, a colon and the function: `birds:get_birds`",
            fix=fix,
        )
        return False

    def _fault(self, op: CallTask, text: str, place: Place, fault: Fault) -> None:
        module, qualname = op.function.module, op.function.qualname
        start = len(module) + 1
        in_module, in_name = place.slice(0, len(module)), place.slice(start, start + len(qualname))
        if fault.kind == "no-module":
            whole = module if fault.suggestion is None else fault.suggestion + module[len(fault.detail) :]
            self.sink.report(
                "SPC331",
                f"there is no module `{fault.detail}`",
                Label(place.slice(0, len(fault.detail)), "not found"),
                help=f"did you mean `{whole}`?" if fault.suggestion else self._where(module),
                notes=[self._where(module)] if fault.suggestion else [],
                fix=rename(in_module, whole) if fault.suggestion else None,
            )
        elif fault.kind in {"syntax", "unreadable"}:
            self._broken_file(module, in_module, fault)
        elif fault.kind == "nested":
            self.sink.report(
                "SPC336",
                f"`{qualname}` is defined inside the function `{fault.detail}`, where nothing else can call it",
                Label(in_name, "not at the top level of its module"),
                *at(fault.span, f"inside `{fault.detail}`"),
                help=f"move `{qualname}` out of `{fault.detail}`",
            )
        elif fault.kind == "needs-instance":
            self.sink.report(
                "SPC335",
                f"`{qualname}` is a method and needs an instance of `{fault.detail}`",
                Label(in_name, "a step has no instance to call it on"),
                *at(fault.span, "defined here"),
                help="make it a `@staticmethod` or `@classmethod`, or call a function that makes the instance",
            )
        elif fault.kind == "not-callable":
            self.sink.report(
                "SPC335",
                f"`{text}` is {fault.detail}, which cannot be called",
                Label(in_name, f"{fault.detail}"),
                *at(fault.span, "defined here"),
                help=f"did you mean `{fault.suggestion}`?" if fault.suggestion else "name a function",
                fix=rename(place.slice(0, len(text)), fault.suggestion) if fault.suggestion else None,
            )
        else:
            self._no_function(op, place, in_name, fault)

    def _no_function(self, op: CallTask, place: Place, in_name: Place, fault: Fault) -> None:
        module, qualname = op.function.module, op.function.qualname
        suggestion, fix, notes = fault.suggestion, None, list[str]()
        advice = f"define it in `{fault.file}`"
        if suggestion is not None:
            advice = f"did you mean `{suggestion}`?"
            whole = ":" in suggestion
            fix = rename(place.slice(0, len(str(op.function))) if whole else in_name, suggestion)
        if fault.detail == "typing-only":
            advice = "move it out of `if TYPE_CHECKING:`"
            notes.append("it stands under `if TYPE_CHECKING:`, so it does not exist when the program runs")
        elif fault.detail:
            advice = f"check the line `from {fault.detail.removeprefix('import ')} import {qualname}` in `{fault.file}`"
        self.sink.report(
            "SPC334",
            f"module `{module}` has no function `{qualname}`",
            Label(in_name, "not found"),
            *at(fault.span, f"`{suggestion}` is here" if suggestion else "here"),
            help=advice,
            notes=notes,
            fix=fix,
        )

    def _broken_file(self, module: str, place: Place, fault: Fault) -> None:
        if str(fault.file) in self.reported:
            return
        self.reported.add(str(fault.file))
        if fault.span is not None:
            called = Label(place, "called from here")
            self.sink.report("SPC332", f"module `{module}` has a syntax error", Label(fault.span, fault.detail), called)
            return
        self.sink.report(
            "SPC333",
            f"module `{module}` cannot be read: {fault.detail}",
            Label(place, f"it is `{fault.file}`"),
            help="a module is a file of Python source",
        )

    def _where(self, module: str) -> str:
        roots = [display_path(root) for root in self.context.modules.roots]
        file = module.replace(".", "/")
        folder = next((root for root in self.context.modules.roots if os.path.isdir(f"{root}/{file}.py")), None)  # noqa: PTH112  # for thousands of calls, without a Path for each
        if folder is not None:
            return f"`{file}.py` in `{display_path(folder)}` is a folder, and a module is a file"
        return f"looked for `{file}.py` in {', '.join(f'`{root}`' for root in roots[:3])} and among installed packages"


def _better_name(text: str) -> str | None:
    """What was probably meant by something that is not `module:function`."""
    bare = text.strip().removesuffix("()").replace("/", ".").replace("::", ":").replace("#", ":").lstrip(".:")
    module, colon, qualname = bare.partition(":")
    if not colon:
        module, _, qualname = bare.removesuffix(".py").rpartition(".")
    module = module.removesuffix(".py")
    parts = [*module.split("."), *qualname.split(".")]
    return f"{module}:{qualname}" if all(part.isidentifier() for part in parts) else None
