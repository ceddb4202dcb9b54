"""A call of the plan, with all about it that stays the same in a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from specc.ir.ops import CallTask, CommandTask, ScriptTask
from specc_targets.code.scripts import code_of
from specc_targets.local.execution import Call
from specc_targets.local.scope import Scope
from specc_targets.local.values import keep, load

_IMMUTABLE = (str, int, float, bool, type(None))
_TESTING = "specc_runtime.testing"
"""Steps that a test replaces are called here, whatever they would need themselves."""


class Site:
    """Where and how the calls of one operation run."""

    __slots__ = ("call", "code", "function", "is_test", "op", "reference", "where")

    def __init__(self, op: CallTask, step: str) -> None:
        limits = [limit for limit in (op.timeout, op.compute.timeout) if limit is not None]
        self.op = op
        self.reference = str(op.function)
        self.is_test = op.function.module == _TESTING
        """Whether the call stands for a step that a test has replaced."""
        self.where: Literal["inline", "thread", "process"] = "thread" if self.is_test else _where(op, bool(limits))
        self.call = Call(
            function=self.reference,
            step=step,
            codec=op.codec,
            timeout=min(limits, default=None),
            memory=op.compute.memory,
            slots=op.slots,
            vcpu=op.compute.vcpu,
            gpu=op.compute.gpu,
        )
        self.code = code_of(op) if isinstance(op, ScriptTask) else self.reference
        """What the results depend on besides the arguments, by its name."""
        self.function: Callable[[Mapping[str, Any]], Any] | None = None
        """What calls the function here, once it has been loaded."""

    def load(self) -> Callable[[Mapping[str, Any]], Any]:
        """What calls the function in this process. Raises what its module raises when it is imported."""
        if self.function is None:
            from specc_runtime.functions import load_function, prepare

            self.function = prepare(load_function(self.reference), self.call.codec)
        return self.function


def _where(op: CallTask, limited: bool) -> Literal["inline", "thread", "process"]:
    """A thread is cheap; what must be stopped in time or has an environment of its own needs a process.

    So do programs and scripts: they belong to the group of their process, which is killed with the run.
    """
    if op.isolation is not None:
        return op.isolation
    return "process" if limited or op.slots or isinstance(op, CommandTask | ScriptTask) else "thread"


class ItemArguments:
    """The arguments of a map's call for one item after the other, without asking the evaluator for what is plain.

    What an item binds is handed over as it is where nobody else will need it, else as a copy.
    """

    __slots__ = ("_copied", "_direct", "_fixed", "_op", "_scope")

    def __init__(self, op: CallTask, names: tuple[str, ...], scope: Callable[[Mapping[str, Any]], Scope]) -> None:
        self._op, self._scope = op, scope
        self._copied = op.retry is not None or bool(op.catches)
        raw = op.arguments.raw
        self._direct: list[tuple[str, str]] | None = []
        self._fixed: dict[str, Any] = {}
        whole = {f"${{{name}}}": name for name in names}
        used: set[str] = set()
        for name, value in raw.items() if isinstance(raw, dict) else ():
            source = whole.get(value) if isinstance(value, str) else None
            if source is not None and source not in used:
                used.add(source)
                self._direct.append((name, source))
            elif isinstance(value, _IMMUTABLE) and not (isinstance(value, str) and "${" in value):
                self._fixed[name] = value
            else:
                self._direct = None
                return

    def of(self, binding: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments for one item. Raises what evaluating them raises."""
        if self._direct is not None:
            found = dict(self._fixed) if self._fixed else {}
            for name, source in self._direct:
                value = binding[source]
                found[name] = load(keep(value)) if self._copied and type(value) not in _IMMUTABLE else value
            return found
        return self._op.arguments.evaluate(self._scope(binding))  # type: ignore[return-value]  # a table gives a table
