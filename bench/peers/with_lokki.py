"""lokki: maps and chains, run by its local runner; the mode is its store."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from lokki import flow, step
from lokki.runtime.local import LocalRunner

from bench_work import add_one, double, numbers, total

_, workload, text, store = sys.argv
size = int(text)
logging.disable(logging.INFO)


@step
def start(size: int = size) -> list[int]:
    """The items."""
    return numbers(size)


@step
def item(x: int) -> int:
    """One of them."""
    return double(x)


@step
def end(values: list[int]) -> int:
    """Fan in."""
    return total(values)


def link(number: int) -> Callable[..., int]:
    """A link of the chain, with a name of its own."""

    def call(x: int = 0) -> int:
        return add_one(x)

    call.__name__ = f"s{number}"
    return call


@flow
def measured() -> Any:
    """The workload."""
    if workload == "W1":
        return start().map(item).agg(end)
    chain = step(link(0))()
    for number in range(1, size):
        chain = chain.next(step(link(number)))
    return chain


print(LocalRunner(store_type=store).run(measured()))
