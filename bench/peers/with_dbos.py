"""DBOS: one workflow whose steps are kept in SQLite."""

import sys

from dbos import DBOS

import bench_work
from workloads import graph

_, workload, text, _ = sys.argv
size = int(text)
DBOS(
    config={
        "name": "bench",
        "system_database_url": "sqlite:///dbos.sqlite",
        "log_level": "ERROR",
        "run_admin_server": False,
    }
)


@DBOS.step()
def double(x: int) -> int:
    """One item."""
    return bench_work.double(x)


@DBOS.step()
def total(values: list[int]) -> int:
    """Fan in."""
    return bench_work.total(values)


@DBOS.step()
def add_one(x: int) -> int:
    """One link."""
    return bench_work.add_one(x)


@DBOS.step()
def join(values: list[int]) -> int:
    """One node."""
    return bench_work.join(values)


@DBOS.workflow()
def measured() -> int:
    """The workload, one step after the other."""
    if workload == "W1":
        return total([double(x) for x in bench_work.numbers(size)])
    if workload == "W2":
        value = 0
        for _ in range(size):
            value = add_one(value)
        return value
    found: list[int] = []
    for needs in graph(size):
        found.append(join([found[need] for need in needs]))
    return found[-1]


DBOS.launch()
print(measured())
DBOS.destroy()
