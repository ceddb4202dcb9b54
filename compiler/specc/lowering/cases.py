"""The tests that a spec carries: what they name is there, and what they give fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from specc.diagnostics import ROOT, Label, Place, Sink, closest, rename
from specc.expressions.check import infer_template
from specc.ir.mocking import Failure, constant, failure_of, handlers_of, items_of
from specc.ir.module import Module
from specc_runtime.expressions import ExpressionError, JsonValue, Template

if TYPE_CHECKING:
    from specc_schemas import Expectation, PipelineSpec, Step, TestCase


def check_tests(model: PipelineSpec, module: Module, sink: Sink) -> None:
    """Check every test of a spec that was lowered to `module`. Reports SPC220-SPC226 and SPC228."""
    check = _Check(model, module, sink)
    for index, test in enumerate(model.tests or ()):
        check.test(test, ROOT.child("tests", index))


class _Check:
    def __init__(self, model: PipelineSpec, module: Module, sink: Sink) -> None:
        self._module, self._sink = module, sink
        self._steps: Mapping[str, Step] = model.steps or {}
        self._finally: Mapping[str, Step] = model.finally_ or {}

    def test(self, test: TestCase, place: Place) -> None:
        self._mocks(test, place.child("mock"))
        self._params(test, place)
        self._expect(test.expect, place.child("expect"))
        if test.expect.calls:
            from specc.lowering.counted_calls import check_calls  # late: few tests count

            steps = {**self._finally, **self._steps}
            check_calls(test, steps, self._module, place.child("expect", "calls"), self._sink)

    def _mocks(self, test: TestCase, place: Place) -> None:
        for name, value in (test.mock or {}).items():
            if name not in self._steps and name not in self._finally:
                self._unknown("SPC220", "step", name, [*self._steps, *self._finally], place.child(name).key())
            elif self._is_constant(value, place.child(name)):
                step = self._steps.get(name) or self._finally[name]
                items = items_of(value) if step.each is not None else None
                self._errors(value, place.child(name))
                for index, item in enumerate(items or ()):
                    self._errors(item, place.child(name, "each", index))

    def _errors(self, mock: JsonValue, place: Place) -> None:
        failure = failure_of(mock)
        if failure is not None and not _is_name(failure):
            self._sink.report(
                "SPC226",
                f"`{failure.name}` is not the name of an error",
                Label(place.child("error"), "the step is to fail with this"),
                help='name a class, such as `ValueError` or `module.Class`, or `timeout`; `{ error = "..." }` '
                "is never a result",
            )

    def _unknown(self, code: str, what: str, name: str, known: Iterable[str], place: Place) -> None:
        names = list(known)
        near, group = closest(name, names), self._group_of(name) if what == "step" else None
        there = f"there are: {', '.join(f'`{item}`' for item in names[:8])}" if names else f"the spec has no {what}s"
        help = f"did you mean `{near}`?" if near else there
        if group is not None:
            help = f"it is inside of `{group}`, which a test sees as one step"
        self._sink.report(
            code,
            f"a test names the {what} `{name}`, which is not there",
            Label(place, "unknown"),
            help=help,
            fix=rename(place, near, quoted=place.part != "key") if near and group is None else None,
        )

    def _group_of(self, name: str) -> str | None:
        """The top-level step that holds one of this name."""
        return next((top for top, step in {**self._finally, **self._steps}.items() if _holds(step, name)), None)

    def _params(self, test: TestCase, place: Place) -> None:
        given, known = test.params or {}, {item.name: item for item in self._module.parameters}
        refused = test.expect.error == "InvalidParameters"
        for name, value in given.items():
            where = place.child("params", name)
            if name not in known and not refused:
                self._unknown("SPC221", "parameter", name, known, where.key())
            elif self._is_constant(value, where) and not refused:
                self._fits(name, value, where)
        for name, parameter in known.items():
            if parameter.required and name not in given and not refused:
                self._sink.report(
                    "SPC222",
                    f"a test does not give the parameter `{name}`",
                    Label(place.child("params").key() if given else place.child("name"), f"`{name}` is missing"),
                    Label(parameter.origin.key(), "it has no default"),
                    help=f"add `params.{name} = ...`",
                )

    def _fits(self, name: str, value: JsonValue, place: Place) -> None:
        from specc.schema.value_rules import faults
        from specc.schema.wording import dotted

        parameter = next(item for item in self._module.parameters if item.name == name)
        for fault in faults(constant(value), {**parameter.schema, "type": parameter.kind}):
            by_type = fault.keyword == ("type",)
            self._sink.report(
                "SPC222",
                f"the parameter `{dotted((name, *fault.inside))}` of a test {fault.message}",
                Label(place.child(*fault.inside), "does not fit"),
                Label(
                    parameter.origin.child(*fault.keyword),
                    f"the type is `{parameter.kind}`" if by_type else "required here",
                ),
            )

    def _expect(self, expect: Expectation, place: Place) -> None:
        outputs = [item.name for item in self._module.outputs]
        for name, value in (expect.outputs or {}).items():
            where = place.child("outputs", name)
            if name not in outputs:
                self._unknown("SPC223", "output", name, outputs, where.key())
            else:
                self._is_constant(value, where)
        if expect.outputs and expect.error is not None:
            self._sink.report(
                "SPC223",
                "a run that fails has no outputs, so this test can never pass",
                Label(place.child("outputs").key(), "expects a success"),
                Label(place.child("error").key(), "expects a failure"),
                help="leave one of them out",
            )
        handlers = {item.name for item in handlers_of(self._module.body)}
        for index, name in enumerate(expect.skipped or ()):
            where = place.child("skipped", index)
            if name in handlers:
                self._sink.report(
                    "SPC224",
                    f"step `{name}` runs only when another fails, so it is never skipped",
                    Label(where, "never skipped"),
                    help="leave it out",
                )
            elif name not in self._steps:
                self._unknown("SPC224", "step", name, (item for item in self._steps if item not in handlers), where)

    def _is_constant(self, value: JsonValue, place: Place) -> bool:
        """Whether a value of a test can be computed from nothing; reports why not."""
        template = Template(value)
        if not template.expressions and not template.check():
            return True
        before = len(self._sink.diagnostics)
        for path, start, _, expression in template.expressions:
            for reference in expression.references:
                self._sink.report(
                    "SPC225",
                    f"a test cannot refer to `{reference.root}`: its values stand for themselves",
                    Label(place.child(*path).slice(start + reference.start, start + reference.end), "not known here"),
                    help="write the value; for a literal `${` write `$${`",
                )
        if len(self._sink.diagnostics) == before:
            infer_template(template, {}, place, self._sink)
        if len(self._sink.diagnostics) > before:
            return False
        try:
            constant(value)
        except ExpressionError as error:
            self._sink.report("SPC225", f"a value of a test cannot be computed: {error}", Label(place, "fails always"))
            return False
        return True


def _holds(step: Step, name: str) -> bool:
    inner = step.steps or {}
    return name in inner or any(_holds(item, name) for item in inner.values())


def _is_name(failure: Failure) -> bool:
    return all(part.isidentifier() for part in failure.name.split("."))
