"""Leases: no thing is ever held twice, and nobody waits for ever."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from specc_targets.local.slots import Closed, SlotPool, Slots

GPUS = (("gpu", ("0", "1")),)
PORT = (("port", ("1",)),)


class Client(threading.Thread):
    """Leases in a thread of its own, until it is told to let go."""

    def __init__(self, pool: SlotPool, slots: Slots, owner: object = None) -> None:
        super().__init__(daemon=True)
        self._pool, self._slots, self._owner = pool, slots, owner
        self.leased: dict[str, str] | None = None
        self.closed = False
        self._has, self._go = threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        try:
            with self._pool.lease(self._slots, self._owner) as self.leased:
                self._has.set()
                self._go.wait()
        except Closed:
            self.closed = True
            self._has.set()

    def got(self) -> dict[str, str] | None:
        assert self._has.wait(30)
        return self.leased

    def let_go(self) -> None:
        self._go.set()
        self.join()


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.001)


@pytest.fixture
def pool() -> SlotPool:
    return SlotPool()


def queued(pool: SlotPool, slots: Slots, place: int, owner: object = None) -> Client:
    client = Client(pool, slots, owner)
    until(lambda: len(pool._waiting) == place)
    return client


def test_things_are_leased_in_their_order_and_come_back(pool: SlotPool) -> None:
    with pool.lease(GPUS) as first, pool.lease(GPUS) as second:
        assert (first, second) == ({"gpu": "0"}, {"gpu": "1"})
    with pool.lease(GPUS) as again:
        assert again == {"gpu": "0"}


def test_a_failure_gives_back(pool: SlotPool) -> None:
    with pytest.raises(KeyError), pool.lease(GPUS):
        raise KeyError
    with pool.lease(GPUS) as again:
        assert again == {"gpu": "0"}


def test_who_comes_first_is_served_first(pool: SlotPool) -> None:
    holder = Client(pool, (("port", ("1",)),))
    assert holder.got() == {"port": "1"}
    waiting = [queued(pool, (("port", ("1",)),), place) for place in (1, 2, 3)]
    holder.let_go()
    for client in waiting:
        assert client.got() == {"port": "1"}
        assert sum(other.leased is not None for other in waiting) == waiting.index(client) + 1
        client.let_go()


def test_a_thing_is_the_same_in_all_lists_of_one_name_only(pool: SlotPool) -> None:
    with pool.lease((("gpu", ("0",)),)), pool.lease((("port", ("0",)),)) as other:
        assert other == {"port": "0"}
        with pool.lease((("gpu", ("0", "2")),)) as wider:
            assert wider == {"gpu": "2"}
        waiting = queued(pool, (("gpu", ("0",)),), 1)
    assert waiting.got() == {"gpu": "0"}
    waiting.let_go()


def test_who_wants_several_things_is_not_passed_for_ever(pool: SlotPool) -> None:
    gpu, port = ("gpu", ("0",)), ("port", ("1",))
    holder = Client(pool, (gpu,))
    holder.got()
    both = queued(pool, (gpu, port), 1)
    later = queued(pool, (port,), 2)  # the port is free, but kept for `both`
    unrelated = Client(pool, (("other", ("x",)),))
    assert unrelated.got() == {"other": "x"}
    holder.let_go()
    assert both.got() == {"gpu": "0", "port": "1"}
    assert later.leased is None
    both.let_go()
    assert later.got() == {"port": "1"}
    later.let_go()
    unrelated.let_go()


def test_abandoning_ends_the_waiting_of_its_owner(pool: SlotPool) -> None:
    with pool.lease((("port", ("1",)),)):
        mine = [queued(pool, PORT, place, "me") for place in (1, 2)]
        other = queued(pool, PORT, 3, "other")
        pool.abandon("me")
        for client in mine:
            client.got()
            assert client.closed
    with pytest.raises(Closed), pool.lease(PORT, "me"):
        pass
    assert other.got() == {"port": "1"}
    other.let_go()


def test_abandoning_lets_those_behind_go_on(pool: SlotPool) -> None:
    with pool.lease((("gpu", ("0",)),)):
        both = queued(pool, (("gpu", ("0",)), *PORT), 1, "me")
        later = queued(pool, PORT, 2)
        pool.abandon("me")
        assert later.got() == {"port": "1"}
        both.got()
        assert both.closed
        later.let_go()


def test_nothing_is_ever_leased_twice(pool: SlotPool) -> None:
    held: set[tuple[str, str]] = set()
    lock = threading.Lock()
    mistakes: list[Any] = []
    count = 0

    def work(seed: int) -> None:
        nonlocal count
        generator = random.Random(seed)
        for _ in range(200):
            names = generator.sample(["a", "b", "c"], generator.randint(1, 3))
            slots = [(name, generator.sample(["0", "1", "2"], generator.randint(1, 3))) for name in names]
            with pool.lease(slots) as leased:
                with lock:
                    mistakes.extend(held & set(leased.items()))
                    mistakes.extend(name for name, things in slots if leased[name] not in things)
                    held.update(leased.items())
                    count += 1
                with lock:
                    held.difference_update(leased.items())

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (mistakes, count) == ([], 1600)
