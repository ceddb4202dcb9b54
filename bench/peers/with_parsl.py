"""Parsl: apps on a pool of threads."""

import sys
from typing import Any

import parsl
from parsl.config import Config
from parsl.dataflow.dependency_resolvers import DEEP_DEPENDENCY_RESOLVER
from parsl.executors import ThreadPoolExecutor

import bench_work
from workloads import graph

_, workload, text, _ = sys.argv
size = int(text)
config = Config(
    executors=[ThreadPoolExecutor(max_threads=32)],
    dependency_resolver=DEEP_DEPENDENCY_RESOLVER,
    usage_tracking=0,
    initialize_logging=False,
)
with parsl.load(config):
    double, add_one = parsl.python_app(bench_work.double), parsl.python_app(bench_work.add_one)
    join, total = parsl.python_app(bench_work.join), parsl.python_app(bench_work.total)
    value: Any = 0
    if workload == "W1":
        value = total([double(x) for x in bench_work.numbers(size)])
    elif workload == "W2":
        for _number in range(size):
            value = add_one(value)
    else:
        found: list[Any] = []
        for needs in graph(size):
            found.append(join([found[need] for need in needs]))
        value = found[-1]
    print(value.result())
