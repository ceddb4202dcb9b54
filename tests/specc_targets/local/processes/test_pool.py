"""Who gets which process, decided without any process."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from specc_targets.local.processes.pool import Place, Pool
from specc_targets.local.processes.worker import Worker
from specc_targets.local.slots import Closed
from worker_processes import until


class Fake:
    """All of a worker that a pool looks at."""

    def __init__(self) -> None:
        self.modules: set[str] = set()


class Caller:
    """Takes a place in a thread."""

    def __init__(self, pool: Pool, module: str) -> None:
        self.found: Place | Closed | None = None
        self._thread = threading.Thread(target=self._take, args=(pool, module), daemon=True)
        self._thread.start()

    def _take(self, pool: Pool, module: str) -> None:
        try:
            self.found = pool.take(module)
        except Closed as closed:
            self.found = closed

    def served(self) -> Any:
        self._thread.join(30)
        return self.found


def start(pool: Pool, module: str = "m") -> Place:
    place = pool.take(module)
    assert place.worker is None
    pool.started(place, cast("Worker", Fake()))
    return place


def test_what_is_ready_is_used_again() -> None:
    pool = Pool(2)
    first = start(pool)
    assert pool.starting == 1
    pool.loaded(first, 1000.0)
    assert pool.starting == 0
    assert pool.give_back(first, healthy=True)
    assert pool.take("m").worker is first.worker
    assert pool.starting == 0


def test_only_so_many_import_at_once_and_others_wait_for_one_that_is_ready() -> None:
    pool = Pool(2)
    first, second = start(pool), start(pool, "other")
    third = Caller(pool, "m")
    until(lambda: pool.starting == 3)
    pool.loaded(first, 1000.0)
    pool.loaded(second, 1000.0)
    assert pool.starting == 1  # an import would take long: it is not worth another process yet
    pool.give_back(first, healthy=True)
    assert third.served().worker is first.worker
    assert pool.take("another").worker is None


def test_whoever_has_waited_as_long_as_an_import_takes_gets_a_process() -> None:
    pool = Pool(1)
    first = start(pool)
    second, third = Caller(pool, "m"), Caller(pool, "m")
    until(lambda: pool.starting == 3)
    pool.loaded(first, 0.0)
    until(lambda: second.found is not None or third.found is not None)
    assert pool.starting == 2
    (place,) = [one.found for one in (second, third) if one.found is not None]
    assert isinstance(place, Place)
    assert place.worker is None
    assert not pool.give_back(place, healthy=False)  # it could not be started
    assert third.served() is not None
    assert second.served() is not None


def test_nobody_waits_for_processes_that_are_gone() -> None:
    pool = Pool(1)
    first = start(pool)
    pool.loaded(first, 1000.0)
    second = Caller(pool, "m")
    until(lambda: pool.starting == 1)
    assert not pool.give_back(first, healthy=False)
    assert second.served().worker is None


def test_one_that_has_imported_something_else_is_better_than_a_new_one() -> None:
    pool = Pool(1)
    first = start(pool, "other")
    pool.loaded(first, 0.0)
    pool.give_back(first, healthy=True)
    assert pool.take("m").worker is first.worker
    assert pool.starting == 1


def test_the_end_ends_all_waiting() -> None:
    pool = Pool(1)
    first, idle = start(pool), Caller(pool, "m")
    until(lambda: pool.starting == 2)
    assert pool.close() == []
    assert isinstance(idle.served(), Closed)
    assert not pool.give_back(first, healthy=True)
    with pytest.raises(Closed):
        pool.take("m")
