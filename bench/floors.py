"""The floors: what the same work takes with nothing but the standard library. `python floors.py FLOOR WORKLOAD SIZE`.

The durable ones keep each result so that a killed process loses none that was recorded, which is what specc promises;
like specc they sync to the disk now and then, not at every item.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench_work import add_one, double, join, numbers, total
from workloads import graph

THREADS = 32
Record = Callable[[int, int], None]
"""Keeps the result of a call: its number and its value."""


def plain(workload: str, size: int, record: Record | None = None) -> int:
    """One thread."""

    def kept(number: int, value: int) -> int:
        if record is not None:
            record(number, value)
        return value

    if workload == "W1":
        return total([kept(item, double(item)) for item in numbers(size)])
    if workload == "W2":
        value = 0
        for link in range(size):
            value = kept(link, add_one(value))
        return value
    results: list[int] = []
    for node, needs in enumerate(graph(size)):
        results.append(kept(node, join([results[need] for need in needs])))
    return results[-1]


def threads(workload: str, size: int, record: Record | None = None) -> int:
    """A pool of threads, one submitted call for each item or step."""
    from concurrent.futures import ThreadPoolExecutor  # late, as all imports here: each floor pays for its own

    with ThreadPoolExecutor(THREADS) as pool:

        def called(number: int, function: Callable[..., int], argument: object) -> int:
            value = function(argument)
            if record is not None:
                record(number, value)
            return value

        if workload == "W1":
            items = [pool.submit(called, item, double, item) for item in numbers(size)]
            return total([item.result() for item in items])
        if workload == "W2":
            value = 0
            for link in range(size):
                value = pool.submit(called, link, add_one, value).result()
            return value
        futures = []  # in topological order; each call waits in the pool's order for what it needs
        for node, needs in enumerate(graph(size)):
            values = [futures[need].result() for need in needs]
            futures.append(pool.submit(called, node, join, values))
        return futures[-1].result()


def processes(workload: str, size: int) -> int:
    """A pool of processes, one for each core; a map goes there in chunks."""
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor() as pool:
        if workload == "W1":
            return total(list(pool.map(double, numbers(size), chunksize=max(1, size // 32))))
        if workload == "W2":
            value = 0
            for _ in range(size):
                value = pool.submit(add_one, value).result()
            return value
        futures = []
        for needs in graph(size):
            futures.append(pool.submit(join, [futures[need].result() for need in needs]))
        return futures[-1].result()


def appended(workload: str, size: int) -> int:
    """Threads, and a log: one line and one write for each result, synced every 50 ms and at the end."""
    import json
    import os
    import threading

    file = os.open("floor.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    ended = threading.Event()

    def sync() -> None:
        while not ended.wait(0.05):
            os.fdatasync(file)

    def record(number: int, value: int) -> None:
        os.write(file, (json.dumps([number, value]) + "\n").encode())

    syncing = threading.Thread(target=sync)
    syncing.start()
    found = threads(workload, size, record)
    ended.set()
    syncing.join()
    os.fdatasync(file)
    os.close(file)
    return found


def sqlite(workload: str, size: int, batch: int) -> int:
    """Threads, and SQLite with a write-ahead log: a commit for each `batch` results."""
    import json
    import os
    import sqlite3
    import threading

    for name in ("floor.db", "floor.db-wal", "floor.db-shm"):
        if os.path.exists(name):  # noqa: PTH110  # importing pathlib would be measured
            os.unlink(name)  # noqa: PTH108  # the cheapest call is the floor
    base = sqlite3.connect("floor.db", check_same_thread=False, isolation_level=None)
    base.execute("pragma journal_mode = wal")
    base.execute("pragma synchronous = normal")
    base.execute("create table results (number integer primary key, value text)")
    lock, waiting = threading.Lock(), list[tuple[int, str]]()

    def flush() -> None:
        base.execute("begin")
        base.executemany("insert into results values (?, ?)", waiting)
        base.execute("commit")
        waiting.clear()

    def record(number: int, value: int) -> None:
        with lock:
            waiting.append((number, json.dumps(value)))
            if len(waiting) >= batch:
                flush()

    found = threads(workload, size, record)
    flush()
    base.close()
    return found


FLOORS: dict[str, Callable[[str, int], int]] = {
    "loop": plain,
    "threads": threads,
    "processes": processes,
    "log": appended,
    "sqlite-batched": lambda workload, size: sqlite(workload, size, 1_000),
    "sqlite": lambda workload, size: sqlite(workload, size, 1),
}


if __name__ == "__main__":
    print(FLOORS[sys.argv[1]](sys.argv[2], int(sys.argv[3])))
