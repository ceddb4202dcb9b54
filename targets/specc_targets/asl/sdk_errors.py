"""Errors of SDK integrations: Step Functions gives each one name, and a spec may declare it under several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from specc.expressions.jsonata import literal
from specc.services import Service
from specc_runtime import errors as ours
from specc_runtime.actions.aws_names import error_names
from specc_runtime.errors import ANY, error_name, matches
from specc_targets.asl.errors import NAME, error_equals
from specc_targets.asl.text import Json, expression

_BASES = frozenset({"AwsError", "SpeccError", "Exception", "BaseException"})
"""Classes of every error of an SDK call: no list of names says as much as they do."""
_WORDS = frozenset({"timeout", "TimeoutError", "lost", "exit"})
_SUFFIX = r"/ \(Service: [^()]*\)( \(SDK Attempt Count: [0-9]+\))?$/"
"""What the SDK for Java adds to the message of a service."""

_MESSAGE = f'($c := $states.errorOutput.Cause; $exists($c) ? $replace($c, {_SUFFIX}, "") : "")'
"""JSONata text of the message that a service gave."""


@dataclass(frozen=True)
class SdkErrors:
    """The errors of one service, as the steps around a call declare them."""

    rows: tuple[tuple[str, ...], ...]
    """The names of each error, the one that Step Functions gives it first."""
    declared: tuple[str, ...]

    @classmethod
    def of(cls, service: Service, declared: Iterable[str]) -> SdkErrors:
        """The errors of a service's model, those it does not name, and those of its client."""
        other = error_names(service.id, None)
        prefix = other[0].partition(".")[0]
        rows = (*service.errors, other, (f"{prefix}.SdkClientException", "SdkClientException"))
        return cls(rows, tuple(declared))

    def unknown(self, is_class: Callable[[str], bool]) -> str | None:
        """A declared name that the machine cannot tell by the names it gets; None when it knows all."""
        known = {name for names in self.rows for name in names} | _WORDS | {ANY}
        for name in self.declared:
            if name in _BASES:
                return name
            if name not in known and not hasattr(ours, name) and not is_class(name):
                return name
        return None

    def equals(self, names: Sequence[str]) -> list[Json]:
        """What `ErrorEquals` lists for declared names; empty when no error of the call has any of them."""
        if ANY in names:
            return ["States.ALL"]
        times = [name for name in names if name in _WORDS]
        found = [item for item in error_equals(times, ()) if str(item).startswith("States.")]
        return [*dict.fromkeys(row[0] for row in self.rows if matches(row, names)), *found]

    def value(self) -> Json:
        """The value of `error` in what handles a failure, in the words of a local run."""
        return {"name": expression(self._renamed(NAME)), "message": expression(_MESSAGE)}

    def failure(self) -> dict[str, Json]:
        """`Error` and `Cause` of a failure that leaves the step."""
        return {"Error": expression(self._renamed("$states.errorOutput.Error")), "Cause": expression(_MESSAGE)}

    def _renamed(self, name: str) -> str:
        """JSONata text of an error's name as it is declared."""
        names = {row[0]: error_name(row, self.declared) for row in self.rows}
        other = {given: declared for given, declared in names.items() if given != declared}
        if not other:
            return name
        return f"($n := {name}; $d := $lookup({literal(other)}, $n); $exists($d) ? $d : $n)"
