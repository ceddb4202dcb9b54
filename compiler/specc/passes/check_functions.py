"""Every `call` names a function that exists and takes what it is given."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from specc.diagnostics import Label, Place, Sink
from specc.expressions.check import infer_template
from specc.expressions.types import ANY, NULL, OBJECT, ListType, ObjectType, Type, assignable, members, union
from specc.ir.module import Module
from specc.ir.ops import (
    ActionTask,
    AwsTask,
    CallTask,
    FunctionRef,
    Group,
    Loop,
    Map,
    Op,
    ReadTask,
    Recoverable,
    ScriptTask,
    SubPipeline,
    Wait,
)
from specc.ir.region import Region
from specc.ir.scopes import Scope, item_type
from specc.ir.settled import Settled, types
from specc.ir.walk import MATRIX, generator_of, walk
from specc.passes.base import Context, Pass
from specc.passes.call_arguments import CallArguments
from specc.passes.call_results import check_given, check_result
from specc.passes.call_targets import CallTargets
from specc_runtime.expressions import Template

if TYPE_CHECKING:
    from specc.introspection import Callable
    from specc.passes.script_checks import ScriptChecks

_MAX_LOOPS = 3
"""Loops inside loops whose body is looked at twice, to learn the type of `last`."""


class CheckFunctions(Pass):
    """Checks each call against the function's signature and fills in the results of all operations.

    It also adds the arguments that `with` leaves out: the items of `each` that neither `with` nor `repeat` uses, by
    their names.
    What AWS services are given is checked here, too: it is the types of other steps' results that tell.
    Reports SPC330-SPC348, SPC350-SPC357, SPC381-SPC388, SPC230 and SPC231.
    """

    name: ClassVar[str] = "check-functions"

    def apply(self, context: Context, module: Module) -> Module:
        """The module with the `result` of every operation as far as annotations tell it."""
        if not _root_exists(context, module):
            return module
        settled = Settled(context.memory, "functions")
        check = _Check(context, CallTargets(context), CallArguments(context.sink), settled, module)
        body = check.region(module.body, Scope.of_body(module))
        finally_ = check.region(module.finally_, Scope.of_finally(module))
        check.outputs(module)
        if any(_names_errors(op) for region in (module.body, module.finally_) for op in walk(region)):
            from specc.passes.error_names import check_error_names

            check_error_names(context, module)
        if body is module.body and finally_ is module.finally_:
            return module
        return replace(module, body=body, finally_=finally_)


def _root_exists(context: Context, module: Module) -> bool:
    """Report a `package.root` that is no folder (SPC346): nothing can be called from there."""
    folder = context.root / module.package_root
    if module.package_root == "." or os.path.isdir(folder):  # noqa: PTH112  # `Path.is_dir` may raise
        return True
    file = os.path.exists(folder)  # noqa: PTH110  # `Path.exists` may raise
    context.sink.report(
        "SPC346",
        f"`package.root` is {'a file' if file else 'a folder that does not exist'}: `{module.package_root}`",
        Label(Place(("package", "root")), "not a folder" if file else "not found"),
        help="it is the folder of your Python modules, as seen from the folder of the spec"
        + (f"; did you mean `{PurePath(module.package_root).parent.as_posix()}`?" if file else ""),
    )
    return False


class _Known(NamedTuple):
    """An operation after this pass, which had nothing to report of it."""

    op: Op
    result: Type
    calls: tuple[FunctionRef, ...]
    """The user's functions that it calls, in whatever depth."""
    functions: tuple[Callable | None, ...]
    """What these were."""


@dataclass(eq=False, repr=False)
class _Check:
    context: Context
    targets: CallTargets
    arguments: CallArguments
    settled: Settled
    module: Module
    results: dict[int, Type] = field(default_factory=dict)
    """Results of operations seen so far, by the identity of the operation as it was before this pass."""
    items: dict[Place, Mapping[str, str]] = field(default_factory=dict)
    """What `each` and `matrix` bind by name, as a text to evaluate; by the place of the step."""
    loops: int = 0

    @cached_property
    def _scripts(self) -> ScriptChecks:
        from specc.passes.script_checks import ScriptChecks  # late: most specs run no script

        return ScriptChecks(self.context, self.module)

    def region(self, region: Region, scope: Scope) -> Region:
        """The region with its operations' results; operations are taken in the order in which they run."""
        changed: dict[str, Op] = {}
        handlers: dict[str, Op] = {}
        for op in _ordered(region):
            for name in _handler_names(op):
                found = next((item for item in region.handlers if item.name == name), None)
                if found is not None and name not in handlers:
                    handlers[name] = self._op(found, scope.with_error())
            changed[op.name] = self._known(op, scope, handlers)
        for item in region.handlers:
            if item.name not in handlers:
                handlers[item.name] = self._op(item, scope.with_error())
        ops = tuple(changed[op.name] for op in region.ops)
        new_handlers = tuple(handlers[op.name] for op in region.handlers)
        if all(a is b for a, b in zip((*ops, *new_handlers), (*region.ops, *region.handlers), strict=True)):
            return region
        return replace(region, ops=ops, handlers=new_handlers)

    def _known(self, op: Op, scope: Scope, handlers: dict[str, Op]) -> Op:
        """The operation with its result, as an earlier check left it where all that it depends on is the same."""
        # Implied arguments stand in no reference of the operation, and scripts are files of their own.
        if self.loops or self.items.get(op.origin) or any(type(one) is ScriptTask for one in walk(Region(ops=(op,)))):
            return self._op(op, scope, handlers)
        meaning = types(scope, lambda name: self._type(scope, name))
        known: _Known | None = self.settled.find(op, meaning)
        if known is None or not self._unchanged(known):
            before = self.arguments.sink.reports
            changed = self._op(op, scope, handlers)
            if self.arguments.sink.reports > before:
                return changed
            calls = tuple(found for item in walk(Region(ops=(op,))) if (found := _function(item)) is not None)
            functions = tuple(map(self.targets.sound, calls))
            known = _Known(changed, self.results[id(op)], calls, functions)
            if None not in functions:
                self.settled.keep(op, meaning, known)
        self.results[id(op)] = known.result
        return known.op

    def _unchanged(self, known: _Known) -> bool:
        """Whether the functions are what they were: the same objects, as the values `1` and `True` are equal."""
        return all(self.targets.sound(name) is one for name, one in zip(known.calls, known.functions, strict=True))

    def _type(self, scope: Scope, name: str) -> Type | None:
        op = scope.step(name)
        return self.results.get(id(op), op.result) if op is not None else None

    def _op(self, op: Op, scope: Scope, handlers: dict[str, Op] | None = None) -> Op:
        changed = op
        if isinstance(op, CallTask):
            changed, result = self._call(op, scope)
        elif isinstance(op, Map):
            changed, result = self._map(op, scope)
        elif isinstance(op, Loop):
            changed, result = self._loop(op, scope)
        elif isinstance(op, Group):
            changed, result = self._group(op, scope)
        elif isinstance(op, SubPipeline):
            result = self._sub_pipeline(op, scope)
        else:
            result = NULL if isinstance(op, Wait) else op.result
        if op.result != ANY and not isinstance(op, CallTask):
            if isinstance(op, Group) and assignable(result, op.result) is False:
                self.arguments.contradicts_yield(op, result)
            result = op.result
        if isinstance(op, Recoverable) and op.catches:
            result = union(result, *self._caught(op, scope, handlers or {}))
        self.results[id(op)] = result
        return changed if result == op.result else replace(changed, result=result)

    def _caught(self, op: Recoverable, scope: Scope, handlers: dict[str, Op]) -> Iterator[Type]:
        for catch in op.catches:
            if catch.run is not None:
                yield handlers[catch.run].result if catch.run in handlers else ANY
            elif catch.use is not None:
                yield self._infer(catch.use, scope.with_error(), op.origin)

    def _implied(self, op: CallTask) -> Mapping[str, str]:
        """What `each` and `matrix` bind and the function is given although `with` does not mention it."""
        raw, bound = op.arguments.raw, self.items.get(op.origin, {})
        if not bound or not isinstance(raw, dict) or isinstance(op, ActionTask):
            return {}
        return {name: text for name, text in _unused(bound, op.arguments).items() if name not in raw}

    def _call(self, op: CallTask, scope: Scope) -> tuple[CallTask, Type]:
        implied = self._implied(op)
        if implied:
            op = replace(op, arguments=Template({**implied, **op.arguments.raw}))  # type: ignore[dict-item]  # it is an object
        found = self.targets.find(op) if not isinstance(op, ActionTask) else None
        kind = self._infer(op.arguments, scope, op.origin)
        if isinstance(op, ReadTask) and (generator := generator_of(op)) is not None:
            self._generator(generator, scope)
        if isinstance(op, AwsTask):
            from specc.passes.aws_checks import check_aws  # late: most specs call no service

            made = check_aws(op, kind, self.arguments.sink)
            return op, made if op.result == ANY else op.result
        if isinstance(op, ScriptTask):
            return op, self._scripts.check(op, kind)
        if found is None:
            return op, op.result
        given = {item.name: item.type for item in kind.fields} if isinstance(kind, ObjectType) else {}
        self.arguments.check_arguments(op, found, given, implied)
        if found.signature is None:
            return op, op.result
        self.arguments.check_returns(op, found)
        return op, check_result(op, found, self.arguments.sink) if op.result == ANY else op.result

    def _generator(self, call: CallTask, scope: Scope) -> None:
        """Check the function that gives the configurations of a matrix."""
        found, kind = self.targets.find(call), self._infer(call.arguments, scope, call.origin)
        given = {item.name: item.type for item in kind.fields} if isinstance(kind, ObjectType) else {}
        if found is None:
            return
        self.arguments.check_arguments(call, found, given)
        if found.signature is not None and assignable(found.signature.result, ListType(OBJECT)) is False:
            self.arguments.gives_no_configurations(call, found)

    def _map(self, op: Map, scope: Scope) -> tuple[Map, Type]:
        bound: dict[str, Type] = {}
        for name, source in op.sources:
            kind = self._infer(source, scope, op.origin)
            if assignable(kind, ListType(ANY)) is False:
                self.arguments.not_a_list(op, name, kind)
                kind = ANY
            bound[name] = ListType(item_type(kind)) if op.batch is not None else item_type(kind)
        self.items[op.origin] = {
            key: text for name, kind in bound.items() for key, text in _by_name(name, kind).items()
        }
        body, item = self.body(op, op.body, scope, bound)
        if op.batch is not None:
            if assignable(item, ListType(ANY)) is False:
                self.arguments.batch_gives_no_list(op, item)
            item = item_type(item)
        if (op.tolerance is not None and not _catches_all(body)) or _may_skip(body):
            item = union(item, NULL)
        return (op if body is op.body else replace(op, body=body)), ListType(item)

    def _group(self, op: Group, scope: Scope) -> tuple[Group, Type]:
        body, result = self.body(op, op.body, scope, {})
        return (op if body is op.body else replace(op, body=body)), result

    def _sub_pipeline(self, op: SubPipeline, scope: Scope) -> Type:
        from specc.passes.pipeline_checks import check_sub_pipeline  # late: few specs run another one

        kind = self._infer(op.arguments, scope, op.origin)
        given = {item.name: item.type for item in kind.fields} if isinstance(kind, ObjectType) else {}
        if not isinstance(op.result, ObjectType) or not op.result.open:
            check_sub_pipeline(op, given, self.arguments.sink)
        return op.result

    def _loop(self, op: Loop, scope: Scope) -> tuple[Loop, Type]:
        start = self._infer(op.start, scope, op.origin)
        for template in (op.start, op.until):
            if template is not None:
                self.items[op.origin] = _unused(self.items.get(op.origin, {}), template)
        last: Type = ANY
        self.loops += 1
        if self.loops <= _MAX_LOOPS:
            last = union(start, self._quiet().body(op, op.body, scope, {"last": ANY})[1])
        body, result = self.body(op, op.body, scope, {"last": last})
        self.loops -= 1
        return (op if body is op.body else replace(op, body=body)), result

    def _quiet(self) -> _Check:
        """The same check, reporting to nobody."""
        return replace(self, targets=self.targets.quietly(), arguments=CallArguments(Sink()))

    def body(self, op: Op, body: Region, scope: Scope, bound: dict[str, Type]) -> tuple[Region, Type]:
        """The region of an operation, and the type of what it yields."""
        inner = scope.enter(op, body, bound)
        region = self.region(body, inner)
        result = self._infer(body.yields, inner, op.origin) if body.yields is not None else NULL
        if body.yields is not None and not _is_step(body.yields):
            place = op.origin.child("yield")
            result = check_given(f"step `{op.name}`", place, result, self.arguments.sink)
        return region, result

    def outputs(self, module: Module) -> None:
        """Report outputs that cannot be kept."""
        for output in module.outputs:
            kind = self._infer(output.value, Scope.of_body(module), output.origin)
            check_given(f"the output `{output.name}`", output.origin, kind, self.arguments.sink)

    def _infer(self, template: Template, scope: Scope, place: Place) -> Type:
        """The type of a template, without complaint: `check-types` reports what is wrong inside expressions."""
        environment = scope.environment(template)
        steps = environment.get("steps")
        if isinstance(steps, ObjectType):
            known = tuple(item._replace(type=self._result(scope, item.name, item.type)) for item in steps.fields)
            environment["steps"] = replace(steps, fields=known)
        return infer_template(template, environment, place, Sink())

    def _result(self, scope: Scope, name: str, otherwise: Type) -> Type:
        op = scope.step(name)
        return self.results.get(id(op), otherwise) if op is not None else otherwise


def _function(op: Op) -> FunctionRef | None:
    """The function of the user's that an operation calls."""
    generator = generator_of(op) if isinstance(op, ReadTask) else None
    call = op if generator is None else generator
    return call.function if type(call) is CallTask else None


def _by_name(name: str, kind: Type) -> Mapping[str, str]:
    """The items of `each`, and the values of a configuration, by the names that a function may have for them."""
    if name != MATRIX:
        return {name: f"${{{name}}}"}
    fields = {field.name for one in members(kind) if isinstance(one, ObjectType) for field in one.fields}
    return {field: f"${{{MATRIX}.{field}}}" for field in sorted(fields)}


def _unused(bound: Mapping[str, str], template: Template) -> Mapping[str, str]:
    """What of `bound` a template does not refer to, in whole or as a part of something larger."""
    return {
        name: text
        for name, text in bound.items()
        if not any(
            item.root == MATRIX and item.path[:1] in ((), (name,)) if text != f"${{{name}}}" else item.root == name
            for item in template.references
        )
    }


def _is_step(template: Template) -> bool:
    """Whether a template is the whole result of one step, which is kept already."""
    found = [item for item in template.references if item.root == "steps" and len(item.path) == 1]
    return len(found) == 1 and template.raw == f"${{steps.{found[0].path[0]}}}"


def _ordered(region: Region) -> tuple[Op, ...]:
    try:
        return region.order()
    except ValueError:  # a cycle, which has been reported
        return region.ops


def _handler_names(op: Op) -> tuple[str, ...]:
    return tuple(catch.run for catch in op.catches if catch.run is not None) if isinstance(op, Recoverable) else ()


def _may_skip(region: Region) -> bool:
    return any(op.when is not None for op in region.ops)


def _names_errors(op: Op) -> bool:
    return isinstance(op, Recoverable) and bool(op.catches or (op.retry is not None and op.retry.on != ("*",)))


def _catches_all(region: Region) -> bool:
    """Whether what fails in a region still has a value."""
    return len(region.ops) == 1 and all(
        isinstance(op, Recoverable) and any("*" in catch.errors and catch.run is None for catch in op.catches)
        for op in region.ops
    )
