"""What the commands ask: the limits of a spec's machine, and the cost of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from specc.diagnostics import Sink
from specc.ir.module import Module
from specc.ir.ops import CallTask
from specc.passes.base import Context
from specc.targets import TargetError
from specc_runtime.expressions import JsonValue
from specc_targets.asl.emitter import TooManyStatesError
from specc_targets.asl.functions import functions
from specc_targets.asl.item_counts import Items, Titles, UnknownStepError, check_items
from specc_targets.asl.legalize import legalize
from specc_targets.asl.sub_machines import sub_machines
from specc_targets.asl.target import machine, verified
from specc_targets.asl.thresholds import set_thresholds
from specc_targets.aws.cost.estimate import Part, estimate
from specc_targets.aws.names import Names


@dataclass(frozen=True)
class Report:
    """An answer, for people and for programs."""

    text: str
    data: dict[str, Any]


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

        machines, _ = _write(context, module)
        items = Items(every, of)
        _check(items, machines)
        found = [explain_limits(name, part.module, part.definition, items) for name, part in machines.items()]
        return Report("\n".join(map(as_text, found)), {"machines": [as_data(one) for one in found]})

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
        from specc_targets.aws.cost.text import as_data, as_text
        from specc_targets.aws.cost.usage import CALL_SECONDS, Assumptions

        machines, made = _write(context, module)
        _check_steps([part.module for part in machines.values()], seconds_of)
        assumed = Assumptions(
            seconds=CALL_SECONDS if seconds is None else seconds,
            of=seconds_of,
            arch=module.deployment.package.arch,
        )
        values = {item.name: item.default for item in module.parameters if not item.required} | dict(parameters)
        items = Items(every, of, values)
        _check(items, machines)
        found = estimate(machines, made, items, assumed, region or module.deployment.region)
        return Report(as_text(found), as_data(found))

    def of_call(self, call: CallTask, module: Module) -> tuple[str, ...]:
        """Sentences about where one call runs on AWS, its limits and its price."""
        from specc_targets.aws.cost.calls import call_notes

        return call_notes(call, module.deployment.package.arch, module.deployment.region)


def driver() -> Estimates:
    """What `specc.targets.driver("estimates")` gives."""
    return Estimates()


def _write(context: Context, module: Module) -> tuple[dict[str, Part], list[Mapping[str, Any]]]:
    """The machines, the module's own first, also when one is over a limit: the command tells that; and functions."""
    quiet = replace(context, sink=Sink())
    legal = legalize(quiet, module)
    made: list[Any] = functions(legal)
    written = verified(quiet, legal)
    if written is not None:
        modules = [legal, *(other.module for other in sub_machines(legal))]
        pairs = zip(written.items(), modules, strict=True)
        return {name: Part(part, definition) for (name, definition), part in pairs}, made
    try:
        definition = machine(legal, context.modules)
    except TooManyStatesError:
        raise TargetError("the machine has more states than can be counted; see SPC410") from None
    set_thresholds(Sink(), legal, definition)
    return {Names.of(legal).machine: Part(legal, definition)}, made


def _check(items: Items, machines: Mapping[str, Part]) -> None:
    try:
        check_items(items, [part.module for part in machines.values()])
    except UnknownStepError as error:
        raise TargetError(str(error)) from None


def _check_steps(modules: Iterable[Module], names: Mapping[str, object]) -> None:
    known = [title for module in modules for titles in [Titles(module)] for title in (*titles.tasks, *titles.maps)]
    for name in names:
        if name not in known:
            there = ", ".join(dict.fromkeys(known)) or "none"
            raise TargetError(f"no step that calls something is called `{name}`; there are: {there}")
