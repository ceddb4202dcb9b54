"""redun: a map of tasks whose results are kept in SQLite."""

import logging
import sys
from typing import Any

from redun import Scheduler, task
from redun.config import Config

import bench_work

redun_namespace = "bench"
_, _, text, _ = sys.argv
size = int(text)


@task()
def double(x: int) -> int:
    """One item."""
    return bench_work.double(x)


@task()
def total(values: list[int]) -> int:
    """Fan in."""
    return bench_work.total(values)


@task()
def main() -> Any:
    """The workload."""
    return total([double(x) for x in bench_work.numbers(size)])


logging.disable(logging.CRITICAL)
scheduler = Scheduler(config=Config({"backend": {"db_uri": "sqlite:///redun.db"}}))
scheduler.load()
print(scheduler.run(main()))
