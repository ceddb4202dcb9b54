"""The names of errors that `retry` and `on_error` are for: can anything fail under them?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Severity, Sink, rename
from specc.ir.module import Module
from specc.ir.ops import AwsTask, CallTask, Map, Op, Recoverable
from specc.ir.walk import status_errors, walk

if TYPE_CHECKING:
    from specc.introspection import ModuleReader
    from specc.passes.base import Context

_ANY = "*"
_WORDS = ("exit", "timeout", "throttled", "lost")
_OWN = (
    "ArgumentMismatch", "AwsError", "BatchSizeMismatch", "CodecError", "CommandError", "ExpressionError",
    "FunctionNotFound", "HttpConnectionError", "HttpContentError", "HttpError", "HttpRedirectError",
    "HttpTooLargeError", "LoopExhausted", "NobodyToAsk", "NotAList", "OutputMismatch", "ProjectionTooLarge",
    "Rejected", "SlotBusy", "ToleranceExceeded", "UnequalLengths",
)  # fmt: skip
_OF_MAPS = frozenset({"BatchSizeMismatch", "NotAList", "ToleranceExceeded", "UnequalLengths"})
"""Errors of a map as a whole, which the `retry` and `on_error` of its step never see: those are for each item."""
_FOR_ALL = frozenset({"default", "all", "any", "else", "otherwise", "catch_all", "catchall", "_", "error"})
_OF_SERVICES = {
    "States.ALL": _ANY,
    "States.TaskFailed": _ANY,
    "States.Timeout": "timeout",
    "States.HeartbeatTimeout": "lost",
    "Lambda.TooManyRequestsException": "throttled",
}
_STATUS = re.compile(r"Http[3-5]\d\d")
"""Refusals of a web server."""
_IMPORTED = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)


def check_error_names(context: Context, module: Module) -> None:
    """Report names that no error has (SPC230), and entries of `on_error` that are never reached (SPC231)."""
    ops = [op for region in (module.body, module.finally_) for op in walk(region)]
    homes = tuple(dict.fromkeys(op.function.module for op in ops if type(op) is CallTask))
    names = _Names(context.sink, context.modules, homes, _of_actions(ops))
    mapped = {id(op.body.ops[0]) for op in ops if isinstance(op, Map) and len(op.body.ops) == 1}
    for op in ops:
        if not isinstance(op, Recoverable):
            continue
        given = status_errors(op)
        for name, place in _declared(op):
            if name in given or names.misspelt_of(name, given, place):
                continue
            if name in _OF_MAPS and isinstance(op, CallTask) and id(op) in mapped:
                _report_of_map(context.sink, name, place)
            elif not isinstance(op, AwsTask) or not names.misspelt(name, place):
                names.check(name, place)
        if len(op.catches) > 1:
            names.check_order(op)


def _of_actions(ops: Sequence[Op]) -> frozenset[str]:
    """The errors of the AWS services that are called."""
    services = {op.service for op in ops if isinstance(op, AwsTask)}
    if not services:
        return frozenset()
    from specc.services import find_service  # late: reading models takes a while

    found = [service.errors for name in sorted(services) if (service := find_service(name)) is not None]
    return frozenset(name for errors in found for names in errors for name in names)


def _report_of_map(sink: Sink, name: str, place: Place) -> None:
    sink.report(
        "SPC230",
        f"no item fails under `{name}`: it is an error of the whole map",
        Label(place, "never matches: beside `each`, this is for each item on its own"),
        severity=Severity.WARNING,
        help="put the step into a group, and this on the group",
    )


def _declared(op: Recoverable) -> Iterator[tuple[str, Place]]:
    for number, name in enumerate(op.retry.on if op.retry is not None else ()):
        yield name, op.origin.child("retry", "on", number)
    for catch in op.catches:
        for name in catch.errors:
            yield name, op.origin.child("on_error", name).key()


@dataclass(eq=False, repr=False)
class _Names:
    sink: Sink
    modules: ModuleReader
    homes: tuple[str, ...]
    others: frozenset[str] = frozenset()
    """Errors of what is no function."""
    seen: set[tuple[str, bool]] = field(default_factory=set)

    def check(self, name: str, place: Place) -> None:
        """Report `name`, declared at `place`, when nothing can fail under it."""
        if name == _ANY or name in _WORDS or name in _OWN or name in self.others or _STATUS.fullmatch(name):
            return
        key = (name, place.part == "key")
        if not key[1] and key in self.seen:
            return  # probably the same `[defaults.retry]`
        self.seen.add(key)
        from specc.introspection.classes import builtin_names

        if builtin_names(name.removeprefix("builtins.")):
            return
        if not all(part.isidentifier() for part in name.split(".")):
            self._never(name, place, self._meant(name), Severity.ERROR)
        elif name in _OF_SERVICES or name.startswith("States."):
            self._never(name, place, _OF_SERVICES.get(name), Severity.WARNING)
        elif not self._is_class(name):
            better = self._near(name)
            if better is not None:
                self._never(name, place, better, Severity.WARNING)

    def misspelt_of(self, name: str, given: frozenset[str], place: Place) -> bool:
        """Report a name that is nearly one of those that the step itself gives to errors."""
        import difflib

        from specc.introspection.classes import builtin_names

        if not given or name in (*_WORDS, *_OWN, _ANY) or builtin_names(name) or self._is_class(name):
            return False
        near = difflib.get_close_matches(name, sorted(given), 1, 0.8)
        if near:
            self._never(name, place, near[0], Severity.WARNING)
        return bool(near)

    def misspelt(self, name: str, place: Place) -> bool:
        """Report a name on a call of a service that is nearly one of the service's; codes without a shape are none."""
        import difflib

        from specc.introspection.classes import builtin_names

        if name in (*_WORDS, *_OWN, _ANY) or name in self.others or builtin_names(name):
            return False
        similar = sorted(other for other in self.others if abs(len(other) - len(name)) <= 2)
        whole = f"{name}Exception"
        almost = [whole] if whole in self.others else difflib.get_close_matches(name, similar, 1, 0.85)
        near = almost[0] if almost else None  # names that only end alike are not alike
        if near is not None:
            self._never(name, place, near, Severity.WARNING)
        return near is not None

    def _never(self, name: str, place: Place, better: str | None, severity: Severity) -> None:
        what = "any error" if better == _ANY else f"`{better}`"
        self.sink.report(
            "SPC230",
            f"no error is called `{name[:80]}`",
            Label(place, "never matches"),
            severity=severity,
            help=(f'write `"*"` for {what}' if better == _ANY else f"did you mean {what}?")
            if better
            else "errors go by the class of the exception, such as `ValueError`, or by `timeout`, `exit` or `lost`",
            fix=rename(place, better, quoted=_is_whole_text(place))
            if better not in (None, _ANY) and better is not None
            else None,
        )

    def _meant(self, name: str) -> str | None:
        """The error that text which is no name stands for."""
        if name.strip() in ("**", ".*", ".+", "%"):
            return _ANY
        bare = "".join(letter for letter in name if letter.isalnum() or letter in "_.")
        return _builtin(bare) or _builtin(f"{bare}Error") if bare else None

    def _is_class(self, name: str) -> bool:
        parts = name.split(".")
        for at in range(len(parts) - 1, 0, -1):
            if self.modules.class_names(".".join(parts[:at]), ".".join(parts[at:])):
                return True
        return any(self.modules.class_names(home, name) for home in self.homes)

    def _near(self, name: str) -> str | None:
        """What was probably meant by a name that neither Python nor the functions' modules know."""
        from specc.diagnostics.suggest import closest

        if name.lower() in _FOR_ALL:
            return _ANY
        sure = _builtin(name)
        if sure is not None:
            return sure
        if "." in name or not self._closed(name):
            return None
        word = next((item for item in _WORDS if item == name.lower()), None)
        return word or (closest(name, _errors()) if len(name) > 6 else None)

    def _closed(self, name: str) -> bool:
        """Whether all code that may raise is in sight: modules of the user's that import only Python's own."""
        import sys

        texts = self.modules.texts.values()
        if any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts):
            return False
        read = {home.partition(".")[0] for home in self.homes}
        found = {imported for text in texts for imported in _IMPORTED.findall(text)}
        return bool(texts) and found <= (sys.stdlib_module_names | read)

    def check_order(self, op: Recoverable) -> None:
        """Report entries after one that takes all that they are for."""
        before: set[str] = set()
        for name in (name for catch in op.catches for name in catch.errors):
            taker = _ANY if _ANY in before else min(before & self._bases(name), default=None)
            if taker is not None:
                self._unreachable(op, name, taker)
            before.add(name)

    def _bases(self, name: str) -> frozenset[str]:
        from specc.introspection.classes import builtin_names

        found = builtin_names(name.removeprefix("builtins."))
        return found or frozenset().union(*(self.modules.class_names(home, name) for home in self.homes))

    def _unreachable(self, op: Op, name: str, taker: str) -> None:
        shown = '"*"' if taker == _ANY else taker
        self.sink.report(
            "SPC231",
            f"`on_error.{name[:80]}` of step `{op.name}` is never used: `{shown}` comes first and takes it too",
            Label(op.origin.child("on_error", name).key(), "never reached"),
            Label(op.origin.child("on_error", taker).key(), "takes every error" if taker == _ANY else "a base class"),
            severity=Severity.WARNING,
            help=f"put `{shown}` after it: the first entry that matches wins",
        )


def _errors() -> list[str]:
    import builtins

    named = [name for name in vars(builtins) if name.endswith("Error")]
    return [*named, *_OWN]


def _builtin(name: str) -> str | None:
    """The error whose name this is, but for upper and lower case or a word that breaks off."""
    folded = name.lower()
    return next(
        (item for item in _errors() if item.lower() in (folded, f"{folded}or", f"{folded}ror", f"{folded}r")), None
    )


def _is_whole_text(place: Place) -> bool:
    """Whether a place is that of a text with its quotes: not a key, not a stretch inside of one."""
    return place.part == "value" and place.within is None
