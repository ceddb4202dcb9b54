"""What a run uses and costs: typically, when nothing fails, and at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from specc.ir.module import Module
from specc_targets.asl.bounds import Execution, State
from specc_targets.asl.item_counts import Items, MapSize, check_items, map_sizes
from specc_targets.asl.longest import Number
from specc_targets.aws.cost.prices import DEFAULT_REGION, Prices, price_list, prices_in
from specc_targets.aws.cost.usage import Assumptions, Usage, Use

STARTED = Use(transitions=1)
"""What an execution costs before its first state: its start is counted as a transition."""


@dataclass(frozen=True)
class Part:
    """A machine and the module that it is for."""

    module: Module
    definition: Mapping[str, Any]


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
    machines: Mapping[str, Part],
    functions: list[Mapping[str, Any]],
    items: Items,
    assumed: Assumptions,
    region: str | None,
) -> Estimate:
    """The cost of a run of the first of these machines, which may run the others. Raises `UnknownStepError`."""
    check_items(items, [part.module for part in machines.values()])
    prices = prices_in(region)
    price = _by_unit(prices, assumed.arch)
    sizes: dict[str, MapSize] = {}
    sums: list[_Sums] = []
    for most in (False, True):
        costed = _Sums()
        for name, part in machines.items():
            own = map_sizes(part.module, part.definition, items)
            sizes |= {size.step: size for size in own.values()}
            counted = {state: size.iterations for state, size in own.items()}
            usage = Usage(part.module, part.definition, functions, own, assumed, most=most)
            costed.machines[name] = Execution(part.definition, counted, failing=most), usage
        sums.append(costed)
    first = next(iter(machines))
    lines = tuple(
        Line(title, unit, sums[0].total(first, name), sums[1].total(first, name), price[name])
        for name, title, unit in _LINES
    )
    unbounded = {name for execution, _ in sums[1].machines.values() for name in execution.unbounded}
    return Estimate(
        name=machines[first].module.name,
        prices=prices,
        sizes=tuple(sizes.values()),
        assumed=assumed,
        lines=tuple(line for line in lines if line.most),
        steps=_steps(first, sums, price),
        notes=tuple(_notes(region, unbounded, sizes.values(), lines)),
    )


@dataclass
class _Sums:
    """Sums over machines that may run each other."""

    machines: dict[str, tuple[Execution, Usage]] = field(default_factory=dict)
    _totals: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def total(self, machine: str, what: str) -> Decimal:
        """How much of something one execution of a machine uses, with what it runs."""
        if (machine, what) not in self._totals:
            execution, _ = self.machines[machine]
            found = Decimal(execution.most(lambda name, state: self.of(machine, name, state, what)))
            self._totals[machine, what] = found + Decimal(getattr(STARTED, what))
        return self._totals[machine, what]

    def of(self, machine: str, name: str, state: State, what: str) -> Number:
        """The same of one attempt of a state."""
        found: Number = getattr(self.machines[machine][1].of(name, state), what)
        inner = self._run_by(state)
        return found + self.total(inner, what) if inner is not None else found

    def _run_by(self, state: State) -> str | None:
        """The machine that a state runs."""
        if ":states:startExecution" not in str(state.get("Resource")):
            return None
        text = str(state.get("Arguments"))
        return next((name for name in self.machines if f':stateMachine:{name}"' in text), None)


def _steps(machine: str, sums: Sequence[_Sums], price: Mapping[str, Decimal]) -> tuple[Step, ...]:
    """What steps cost when all of them run, also those of ways that exclude each other."""
    found: dict[str, list[Decimal]] = {}
    for number, costed in enumerate(sums):
        execution, usage = costed.machines[machine]
        for name, state, times in execution.visits():
            dollars = sum((costed.of(machine, name, state, what) * price[what] for what in price), Decimal(0))
            found.setdefault(usage.step(name, state), [Decimal(0), Decimal(0)])[number] += times * dollars
    steps = [Step(name, usually, at_most) for name, (usually, at_most) in found.items()]
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


def _notes(region: str | None, unbounded: set[str], sizes: Iterable[MapSize], lines: Iterable[Line]) -> list[str]:
    found: list[str] = []
    if region is not None and region not in price_list():
        found.append(f"there are no prices for {region} here: those of {DEFAULT_REGION} are taken")
    unknown = list(dict.fromkeys(size.step for size in sizes if size.source == "unknown"))
    if unknown:
        names = ", ".join(f"`{name}`" for name in unknown)
        found.append(f"nothing tells how many items {names} has, so one is counted: say `--items {unknown[0]}=N`")
    found += [f"nothing bounds the loop of state `{name}`: it is counted once" for name in sorted(unbounded)]
    if any(line.unit == "vCPU-h" and line.most for line in lines):
        found.append("containers are priced as Fargate; on EC2 and Spot they cost less, GPUs cost more")
    found.append("not counted: logs, traces, alarms, data transfer, storage, and what called services charge")
    return found
