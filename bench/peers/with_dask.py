"""Dask: delayed functions, on threads or on its distributed scheduler on this machine."""

import sys
from typing import Any

import dask

from bench_work import add_one, double, join, numbers, total
from workloads import graph


def delayed(workload: str, size: int) -> Any:
    """The workload as a graph."""
    if workload == "W1":
        item, end = dask.delayed(double, pure=False), dask.delayed(total, pure=False)
        return end([item(x) for x in numbers(size)])
    found: list[Any] = []
    link, node = dask.delayed(add_one, pure=False), dask.delayed(join, pure=False)
    if workload == "W2":
        value: Any = 0
        for _ in range(size):
            value = link(value)
        return value
    for needs in graph(size):
        found.append(node([found[need] for need in needs]))
    return found[-1]


def main() -> None:
    """Run it."""
    _, workload, size, mode = sys.argv
    if mode == "threads":
        print(dask.compute(delayed(workload, int(size)), scheduler="threads", num_workers=32)[0])
        return
    from distributed import Client

    with Client(n_workers=2, threads_per_worker=16, dashboard_address=None) as client:
        print(client.compute(delayed(workload, int(size))).result())


if __name__ == "__main__":
    main()
