"""What the commands ask: the limits of a spec's machine, and the cost of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from specc.diagnostics import Sink
from specc.ir.module import Module
from specc.passes.base import Context
from specc.targets import TargetError
from specc_runtime.expressions import JsonValue
from specc_targets.asl.emitter import TooManyStatesError
from specc_targets.asl.functions import functions
from specc_targets.asl.item_counts import Items, UnknownStepError
from specc_targets.asl.legalize import legalize
from specc_targets.asl.target import machine
from specc_targets.asl.thresholds import set_thresholds


@dataclass(frozen=True)
class Report:
    """An answer, for people and for programs."""

    text: str
    data: dict[str, Any]


@dataclass(frozen=True)
class _Written:
    module: Module
    definition: Mapping[str, Any]
    functions: list[Mapping[str, Any]]


class Estimates:
    """Reads machines; nothing is written or asked of AWS."""

    def parse_parameter(self, text: str, kind: str) -> JsonValue:
        """The value of a parameter given as text; `ValueError` says why there is none."""
        from specc_runtime.parameters import parse_parameter

        return parse_parameter(text, kind)

    def limits(self, context: Context, module: Module, every: int | None, of: Mapping[str, int]) -> Report:
        """How close a spec's machine is to the limits of Step Functions and Lambda."""
        from specc_targets.asl.explain import explain_limits
        from specc_targets.asl.explain.text import as_data, as_text

        written = _write(context, module)
        try:
            found = explain_limits(written.module, written.definition, Items(every, of))
        except UnknownStepError as error:
            raise TargetError(str(error)) from None
        return Report(as_text(found), as_data(found))

    def cost(
        self,
        context: Context,
        module: Module,
        *,
        every: int | None,
        of: Mapping[str, int],
        parameters: Mapping[str, JsonValue],
        seconds: Decimal | None,
        seconds_of: Mapping[str, Decimal],
        region: str | None,
    ) -> Report:
        """What a run costs."""
        from specc_targets.aws.cost.estimate import estimate
        from specc_targets.aws.cost.text import as_data, as_text
        from specc_targets.aws.cost.usage import CALL_SECONDS, Assumptions

        written = _write(context, module)
        _check_steps(written.module, seconds_of)
        assumed = Assumptions(
            seconds=CALL_SECONDS if seconds is None else seconds,
            of=seconds_of,
            arch=module.deployment.package.arch,
        )
        values = {item.name: item.default for item in module.parameters if not item.required} | dict(parameters)
        items = Items(every, of, values)
        try:
            found = estimate(
                written.module,
                written.definition,
                written.functions,
                items,
                assumed,
                region or module.deployment.region,
            )
        except UnknownStepError as error:
            raise TargetError(str(error)) from None
        return Report(as_text(found), as_data(found))


def driver() -> Estimates:
    """What `specc.targets.driver("estimates")` gives."""
    return Estimates()


def _write(context: Context, module: Module) -> _Written:
    """The machine, also one that is over a limit: what is wrong with it has been told."""
    sink = Sink()
    quiet = replace(context, sink=sink)
    legal = legalize(quiet, module)
    try:
        definition = machine(legal, context.modules)
    except TooManyStatesError:
        raise TargetError("the machine has more states than can be counted; see SPC410") from None
    set_thresholds(sink, legal, definition)
    written: list[Any] = functions(legal)
    return _Written(legal, definition, written)


def _check_steps(module: Module, names: Mapping[str, object]) -> None:
    from specc_targets.asl.item_counts import Titles

    known = Titles(module).tasks
    for name in names:
        if name not in known:
            raise TargetError(
                f"no step that calls something is called `{name}`; there are: {', '.join(known) or 'none'}"
            )
