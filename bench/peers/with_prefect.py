"""Prefect: one flow, its tasks on its pool of threads, with the server that it starts for the run."""

import os
import sys
from typing import Any

os.environ |= {"PREFECT_LOGGING_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

from prefect import flow, task

import bench_work
from workloads import graph

_, workload, text, _ = sys.argv
size = int(text)
double, add_one = task(bench_work.double), task(bench_work.add_one)
join, total = task(bench_work.join), task(bench_work.total)


@flow(log_prints=False)
def measured() -> int:
    """The workload."""
    value: Any = 0
    if workload == "W1":
        return int(total(double.map(bench_work.numbers(size)).result()))
    if workload == "W2":
        for _ in range(size):
            value = add_one(value)
        return int(value)
    found: list[Any] = []
    for needs in graph(size):
        found.append(join.submit([found[need] for need in needs]))
    return int(found[-1].result())


print(measured())
