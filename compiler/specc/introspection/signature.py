"""What can be called with which parameters, as far as the source tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from specc.diagnostics import Span
from specc.expressions.types import ANY, Type

if TYPE_CHECKING:
    from specc_runtime.expressions import JsonValue


class Parameter(NamedTuple):
    """One parameter of a function. `choices` are the values that a `Literal` or an enumeration allows."""

    name: str
    kind: Literal["ordinary", "keyword", "positional"] = "ordinary"
    required: bool = True
    type: Type = ANY
    choices: tuple[JsonValue, ...] = ()
    span: Span | None = None
    unseen: str | None = None
    """A name of the annotation that is there for type checkers only, so that an argument stays JSON."""


@dataclass(frozen=True)
class Signature:
    """The parameters and the result of a callable."""

    parameters: tuple[Parameter, ...] = ()
    any_keyword: bool = False
    """Whether it takes `**kwargs`."""
    result: Type = ANY
    doubtful: str | None = None
    """A decorator that may change the parameters: what does not fit is a warning then, not an error."""

    @cached_property
    def by_name(self) -> Mapping[str, Parameter]:
        """The parameters by name."""
        return {parameter.name: parameter for parameter in self.parameters}


class Callable(NamedTuple):
    """A function or class that was found. Without `signature` nothing is known about how it is called."""

    signature: Signature | None = None
    span: Span | None = None


class Fault(NamedTuple):
    """Why a target cannot be called: what is wrong, and what may have been meant."""

    kind: Literal["no-module", "syntax", "unreadable", "no-function", "nested", "needs-instance", "not-callable"]
    detail: str = ""
    """The module that is missing, the reason that a file cannot be read, or what stands there instead."""
    suggestion: str | None = None
    span: Span | None = None
    file: str | None = None
