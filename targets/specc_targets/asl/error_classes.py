"""Which of the declared errors are classes of which: Python knows when a step fails, a machine must be told before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specc.introspection.classes import builtin_names
from specc.ir.module import Module
from specc.ir.ops import CallTask
from specc.ir.walk import every_operation, status_errors
from specc_runtime.errors import CommandError, class_names

if TYPE_CHECKING:
    from specc.introspection import ModuleReader

WORDS = frozenset({"exit", "timeout", "throttled", "lost"})
"""Declared names that are no Python classes."""
_ENDED = ("CommandError", "SystemExit")
"""Classes whose errors also go by `exit`."""
_OF_STATUSES = frozenset(class_names(CommandError()))
_ROOTS = ("Exception", "BaseException")


@dataclass(frozen=True)
class ErrorClasses:
    """Tells from the user's source, which is read and never imported. Without `modules` only Python's own are known."""

    modules: ModuleReader | None = None
    homes: tuple[str, ...] = ()
    """Modules in which a bare name is looked for: those of the functions that are called."""
    statuses: frozenset[str] = frozenset()
    """Errors that exit statuses of programs stand for."""
    _names: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, module: Module, modules: ModuleReader | None) -> ErrorClasses:
        """What the functions of a module may raise."""
        called = list(every_operation(module))
        homes = dict.fromkeys(op.function.module for op in called if type(op) is CallTask)
        return cls(modules, tuple(homes), frozenset().union(*map(status_errors, called)))

    def derives(self, name: str, base: str) -> bool:
        """Whether an error that is called `name` is also one that is called `base`."""
        if base == "exit":
            return name in _ENDED or name in self.statuses
        if name == base or name in WORDS:
            return False
        known = self._known(name)
        return base in known or (base in _ROOTS and known.isdisjoint(_ROOTS))

    def is_known(self, name: str) -> bool:
        """Whether it is the name of a class of Python's own or of the functions'."""
        return bool(self._known(name))

    def _known(self, name: str) -> frozenset[str]:
        if name in self.statuses:
            return _OF_STATUSES
        if name not in self._names:
            self._names[name] = builtin_names(name.removeprefix("builtins.")) or self._read(name)
        return self._names[name]

    def _read(self, name: str) -> frozenset[str]:
        if self.modules is None:
            return frozenset()
        parts = name.split(".")
        for at in range(len(parts) - 1, 0, -1):
            found = self.modules.class_names(".".join(parts[:at]), ".".join(parts[at:]))
            if found:
                return found
        return frozenset().union(*(self.modules.class_names(home, name) for home in self.homes))


PYTHON = ErrorClasses()
"""What is known without the user's source."""
