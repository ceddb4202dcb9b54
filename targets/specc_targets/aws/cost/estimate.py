"""What a run uses and costs: typically, when nothing fails, and at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from specc.ir.module import Module
from specc_targets.asl.bounds import Execution, State
from specc_targets.asl.item_counts import Items, MapSize, map_sizes
from specc_targets.asl.longest import Number
from specc_targets.aws.cost.prices import DEFAULT_REGION, Prices, price_list, prices_in
from specc_targets.aws.cost.usage import Assumptions, Usage, Use

STARTED = Use(transitions=1)
"""What an execution costs before its first state: its start is counted as a transition."""


@dataclass(frozen=True)
class Line:
    """One thing that is charged."""

    what: str
    unit: str
    typical: Decimal
    most: Decimal
    price: Decimal
    """US dollars for one unit."""


@dataclass(frozen=True)
class Step:
    """What a step costs, with all states that are for it."""

    name: str
    typical: Decimal
    most: Decimal


@dataclass(frozen=True)
class Estimate:
    """The cost of one run."""

    name: str
    prices: Prices
    sizes: tuple[MapSize, ...]
    assumed: Assumptions
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    """The dearest first."""
    notes: tuple[str, ...]

    @property
    def typical(self) -> Decimal:
        """US dollars when nothing fails."""
        return sum((line.typical * line.price for line in self.lines), Decimal(0))

    @property
    def most(self) -> Decimal:
        """US dollars that a run cannot exceed, as far as items and services go as assumed."""
        return sum((line.most * line.price for line in self.lines), Decimal(0))


_LINES = (
    ("transitions", "Step Functions, state transitions", "transitions"),
    ("express_requests", "Step Functions, Express executions", "requests"),
    ("express_gb_seconds", "Step Functions, Express time", "GB-s"),
    ("lambda_requests", "Lambda, requests", "requests"),
    ("lambda_gb_seconds", "Lambda, time", "GB-s"),
    ("vcpu_hours", "Fargate, processors", "vCPU-h"),
    ("gb_hours", "Fargate, memory", "GB-h"),
    ("s3_puts", "S3, PUT and LIST", "requests"),
    ("s3_gets", "S3, GET", "requests"),
)
assert [name for name, _, _ in _LINES] == [item.name for item in fields(Use)]


def estimate(
    module: Module,
    definition: Mapping[str, Any],
    functions: list[Mapping[str, Any]],
    items: Items,
    assumed: Assumptions,
    region: str | None,
) -> Estimate:
    """The cost of a run of a machine. Raises `UnknownStepError`."""
    sizes = map_sizes(module, definition, items)
    prices = prices_in(region)
    price = _by_unit(prices, assumed.arch)
    counted = {name: size.iterations for name, size in sizes.items()}
    typical = Usage(module, definition, functions, sizes, assumed)
    most = Usage(module, definition, functions, sizes, assumed, most=True)
    usual = Execution(definition, counted)
    worst = Execution(definition, counted, failing=True)
    lines = tuple(
        Line(title, unit, _total(usual, typical, name), _total(worst, most, name), price[name])
        for name, title, unit in _LINES
    )
    return Estimate(
        name=module.name,
        prices=prices,
        sizes=tuple({size.step: size for size in sizes.values()}.values()),
        assumed=assumed,
        lines=tuple(line for line in lines if line.most),
        steps=_steps(usual, worst, typical, most, price),
        notes=tuple(_notes(region, worst, sizes, lines)),
    )


def _total(execution: Execution, usage: Usage, field: str) -> Decimal:
    def weigh(name: str, state: State) -> Number:
        found: Number = getattr(usage.of(name, state), field)
        return found

    return Decimal(execution.most(weigh)) + Decimal(getattr(STARTED, field))


def _steps(
    usual: Execution, worst: Execution, typical: Usage, most: Usage, price: Mapping[str, Decimal]
) -> tuple[Step, ...]:
    """What steps cost when all of them run, also those of ways that exclude each other."""
    sums: dict[str, list[Decimal]] = {}
    for number, (execution, usage) in enumerate(((usual, typical), (worst, most))):
        for name, state, times in execution.visits():
            use = usage.of(name, state)
            dollars = sum((Decimal(getattr(use, field)) * price[field] for field in price), Decimal(0))
            sums.setdefault(usage.step(name, state), [Decimal(0), Decimal(0)])[number] += times * dollars
    steps = [Step(name, usually, at_most) for name, (usually, at_most) in sums.items()]
    return tuple(sorted(steps, key=lambda step: (-step.typical, -step.most, step.name)))


def _by_unit(prices: Prices, arch: str) -> dict[str, Decimal]:
    return {
        "transitions": prices.transition,
        "express_requests": prices.express_request,
        "express_gb_seconds": prices.express_gb_second,
        "lambda_requests": prices.lambda_request,
        "lambda_gb_seconds": prices.lambda_gb_second[arch],
        "vcpu_hours": prices.fargate_vcpu_hour[arch],
        "gb_hours": prices.fargate_gb_hour[arch],
        "s3_puts": prices.s3_put,
        "s3_gets": prices.s3_get,
    }


def _notes(region: str | None, worst: Execution, sizes: Mapping[str, MapSize], lines: tuple[Line, ...]) -> list[str]:
    found: list[str] = []
    if region is not None and region not in price_list():
        found.append(f"there are no prices for {region} here: those of {DEFAULT_REGION} are taken")
    unknown = list(dict.fromkeys(size.step for size in sizes.values() if size.source == "unknown"))
    if unknown:
        names = ", ".join(f"`{name}`" for name in unknown)
        found.append(f"nothing tells how many items {names} has, so one is counted: say `--items {unknown[0]}=N`")
    found += [f"nothing bounds the loop of state `{name}`: it is counted once" for name in sorted(worst.unbounded)]
    if any(line.unit == "vCPU-h" and line.most for line in lines):
        found.append("containers are priced as Fargate; on EC2 and Spot they cost less, GPUs cost more")
    found.append("not counted: logs, traces, alarms, data transfer, storage, and what called services charge")
    return found
