"""What a pass is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from specc.diagnostics import Sink
from specc.ir.module import Module
from specc.memory import Memory

if TYPE_CHECKING:
    from specc.introspection import ModuleReader
    from specc.source import Spec


@dataclass(frozen=True, slots=True)
class Context:
    """What passes and targets may use besides the module: where to report, and the user's Python source."""

    sink: Sink
    root: Path
    """The folder of the spec."""
    modules: ModuleReader
    spec: Spec | None = None
    """The text that the module was made of, where there is one: a target may say where its parts stand."""
    memory: Memory | None = None
    """What earlier checks of the same spec have found out."""
    targets: frozenset[str] = frozenset()
    """The names of all targets that are compiled for at once: what one lacks, another may have."""


class Pass(ABC):
    """Turns a module into a module. No I/O of its own, no clock, no randomness.

    Its docstring names the codes it reports. The IR is verified before and after it.
    """

    name: ClassVar[str]
    final_on_error: ClassVar[bool] = False
    """Whether later passes cannot run on a module that this one rejected."""

    @abstractmethod
    def apply(self, context: Context, module: Module) -> Module:
        """The module after this pass; the same object when nothing changed."""
