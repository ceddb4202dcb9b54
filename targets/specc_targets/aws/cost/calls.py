"""What one call of a step may use on AWS, and what that costs: for whoever looks at the step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from specc.ir.ops import AwsTask, CallTask, HttpTask, ReadTask
from specc_targets.asl.functions import DEFAULT_MEMORY
from specc_targets.asl.limits import LAMBDA_TIMEOUT
from specc_targets.aws.cost.prices import Prices, prices_in
from specc_targets.aws.sizes import SizeError, size_of

_MIB = 1024 * 1024
_HOUR = 3600
_CALLS = 1000


def call_notes(op: CallTask, arch: str, region: str | None) -> tuple[str, ...]:
    """Sentences about where a call runs on AWS, its limits, and its price; none for what needs no machine."""
    if op.compute.engine == "local" or isinstance(op, AwsTask | HttpTask | ReadTask):
        return ()
    prices = prices_in(region)
    notes = _lambda(op, arch, prices) if op.compute.engine == "lambda" else _container(op, arch, prices)
    return (*notes, f"List prices of {prices.region}, {prices.date}.")


def _lambda(op: CallTask, arch: str, prices: Prices) -> Iterator[str]:
    memory = DEFAULT_MEMORY if op.compute.memory is None else -(-op.compute.memory // _MIB)
    yield f"Lambda, {memory:,} MiB, {arch}: at most {LAMBDA_TIMEOUT // 60} minutes a call."
    second = Decimal(memory) / 1024 * prices.lambda_gb_second[arch]
    yield f"{_CALLS:,} calls of one second: {_money(_CALLS * (second + prices.lambda_request))}."


def _container(op: CallTask, arch: str, prices: Prices) -> Iterator[str]:
    service = {"batch": "a job of AWS Batch", "ecs": "a task of Amazon ECS"}[op.compute.engine]
    try:
        size = size_of(op.compute)
    except SizeError:
        return
    gpus = f", {op.compute.gpu} GPU" + ("s" if op.compute.gpu != 1 else "") if op.compute.gpu else ""
    yield f"{service}, {size.vcpu:g} vCPU, {size.memory:,} MiB{gpus}: starts within a minute or more."
    if not op.compute.gpu:
        hour = Decimal(str(size.vcpu)) * prices.fargate_vcpu_hour[arch]
        hour += Decimal(size.memory) / 1024 * prices.fargate_gb_hour[arch]
        spot = ", less on spare capacity" if op.compute.hosting.spot else ""
        yield f"An hour of one call: {_money(hour)}{spot}."


def _money(dollars: Decimal) -> str:
    return f"${dollars.quantize(Decimal('0.0001')).normalize():f}"
