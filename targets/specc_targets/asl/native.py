"""Conditions that Step Functions evaluates itself, and what must hold so that it can do so as Python would.

The machine cannot catch an expression that fails. So it evaluates only what cannot fail under guards it tests first:
references, constants, comparisons, `in`, `and`, `or`, `not` and `coalesce`. All else, and whatever a guard refuses, a
function evaluates: with the right error, when it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field

from specc.expressions.jsonata import Untranslatable, to_jsonata
from specc.ir.module import Parameter
from specc_runtime.expressions import Expression, Reference, Template, tree
from specc_runtime.expressions.references import static_path

Resolve = Callable[[Reference], str]
"""JSONata text of the value that a reference reads; undefined where there is nothing."""
_NOTHING_HIDDEN: Resolve = lambda _: ""  # noqa: E731  # a constant of a function's type
_ROOTS = frozenset({"steps", "params", "env", "run", "last", "error"})
"""Names whose values the machine holds in variables. Items of a map may be in the store."""
_NUMBERS = frozenset({"integer", "number"})
_TEXTS = frozenset({"string", "path", "datetime", "duration"})


class _NeedsFunctionError(Exception):
    """The machine cannot evaluate this."""


@dataclass(frozen=True)
class Known:
    """What is certain about values before anything ran: the run's parameters are checked at its start."""

    parameters: dict[str, str] = field(default_factory=dict)
    """Parameter -> its JSON type, or `any` where null is possible."""
    environment: Container[str] = ()

    @classmethod
    def of(cls, parameters: tuple[Parameter, ...], environment: Container[str]) -> Known:
        """What the declarations promise."""
        return cls({item.name: _type(item) for item in parameters}, environment)

    def type_of(self, reference: Reference) -> str | None:
        """The JSON type of the value, `any` when it only is certain to be there, None when not even that is."""
        path = reference.path
        if reference.root == "params" and len(path) == 1:
            return self.parameters.get(str(path[0]))
        if reference.root == "env" and len(path) == 1:
            return "string" if path[0] in self.environment else None
        texts = (("run", "id"), ("run", "name"), ("run", "status"), ("error", "name"), ("error", "message"))
        return "string" if (reference.root, *path) in texts else None


@dataclass(frozen=True)
class Condition:
    """JSONata text of a boolean that cannot fail once all `guards` are true."""

    text: str
    guards: tuple[str, ...]


def native_condition(
    template: Template, known: Known, resolve: Resolve, whole: Resolve = _NOTHING_HIDDEN
) -> Condition | None:
    """How the machine evaluates a condition; None when a function has to.

    `whole` gives JSONata text: whether what `resolve` reads is there if it is anywhere; an empty text where it is sure.
    """
    found = template.expression
    if found is None:
        return Condition("true" if template.raw else "false", ()) if isinstance(template.raw, bool) else None
    guards = _Guards(known, resolve, whole)
    try:
        guards.need(found, "boolean")
        return Condition(to_jsonata(found, resolve), tuple(dict.fromkeys(guards.found)))
    except (_NeedsFunctionError, Untranslatable):
        return None


class _Guards:
    def __init__(self, known: Known, resolve: Resolve, whole: Resolve) -> None:
        self._known, self._resolve, self._whole = known, resolve, whole
        self.found: list[str] = []

    def need(self, node: Expression, wanted: str) -> None:
        """Make sure that `node` has a value of a JSON type (`any`: a value)."""
        if static_path(node) is not None:
            self._reference(node, wanted)
        elif isinstance(node, tree.Literal):
            if wanted not in ("any", _type_of_literal(node)):
                raise _NeedsFunctionError
        elif isinstance(node, tree.Call) and node.function == "coalesce" and wanted == "any":
            for argument in node.arguments:
                if static_path(argument) is None and not isinstance(argument, tree.Literal):
                    raise _NeedsFunctionError
                self._check_root(argument)
                self.found += filter(None, map(self._whole, argument.references))
        elif wanted in ("boolean", "any"):
            self._boolean(node)
        else:
            raise _NeedsFunctionError

    def _boolean(self, node: Expression) -> None:
        if isinstance(node, tree.BooleanOperation):
            for value in node.values:
                self.need(value, "boolean")
        elif isinstance(node, tree.UnaryOperation) and node.operator == "not":
            self.need(node.operand, "boolean")
        elif isinstance(node, tree.Compare) and node.operator in ("==", "!="):
            self.need(node.left, "any")
            self.need(node.right, "any")
        elif isinstance(node, tree.Compare) and node.operator in ("in", "not in"):
            if not isinstance(node.right, tree.ListLiteral) or not all(
                isinstance(item, tree.Literal) for item in node.right.items
            ):
                raise _NeedsFunctionError
            self.need(node.left, "any")
        elif isinstance(node, tree.Compare):
            wanted = "string" if "string" in (self._kind(node.left), self._kind(node.right)) else "number"
            self.need(node.left, wanted)
            self.need(node.right, wanted)
        else:
            raise _NeedsFunctionError

    def _kind(self, node: Expression) -> str | None:
        if isinstance(node, tree.Literal):
            return _type_of_literal(node)
        return self._known.type_of(node.references[0]) if static_path(node) is not None else None

    def _check_root(self, node: Expression) -> None:
        for reference in node.references:
            root, path = reference.root, reference.path
            if root not in _ROOTS or (root == "steps" and not path):
                raise _NeedsFunctionError
            if root == "env" and (len(path) != 1 or path[0] not in self._known.environment):
                raise _NeedsFunctionError

    def _reference(self, node: Expression, wanted: str) -> None:
        self._check_root(node)
        reference = node.references[0]
        certain = self._known.type_of(reference)
        if certain is not None and wanted in ("any", certain):
            return
        text = self._resolve(reference)
        self.found.append(f"$exists({text})" if wanted == "any" else f'$type({text}) = "{wanted}"')


def _type(item: Parameter) -> str:
    if not item.required and item.default is None:
        return "any"
    if item.kind in _NUMBERS:
        return "number"
    return "string" if item.kind in _TEXTS else item.kind


def _type_of_literal(node: tree.Literal) -> str:
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"
