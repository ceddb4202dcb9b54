"""Dagster: ops in this process, nothing kept."""

import logging
import sys
from collections.abc import Iterator
from typing import Any

from dagster import DynamicOut, DynamicOutput, job, op

import bench_work

_, workload, text, _ = sys.argv
size = int(text)
logging.disable(logging.CRITICAL)


@op(out=DynamicOut(int))
def numbers() -> Iterator[DynamicOutput[int]]:
    """The items."""
    for x in bench_work.numbers(size):
        yield DynamicOutput(x, mapping_key=str(x))


@op
def double(x: int) -> int:
    """One item."""
    return bench_work.double(x)


@op
def total(values: list[int]) -> int:
    """Fan in."""
    return bench_work.total(values)


@op
def zero() -> int:
    """Where the chain begins."""
    return 0


@op
def add_one(x: int) -> int:
    """One link."""
    return bench_work.add_one(x)


@job
def measured() -> None:
    """The workload."""
    if workload == "W1":
        total.alias("last")(numbers().map(double).collect())
        return
    value: Any = zero()
    for number in range(size):
        value = add_one.alias("last" if number == size - 1 else f"s{number}")(value)


print(measured.execute_in_process().output_for_node("last"))
