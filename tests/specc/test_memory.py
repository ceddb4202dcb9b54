"""A check with the memory of those before it finds what a check without any finds."""

from __future__ import annotations

from specc.memory import Memory


def test_what_two_checks_asked_for_is_kept() -> None:
    memory = Memory()
    memory.begin()
    memory.shelf("steps").keep("a", 1)
    memory.shelf("steps").keep("b", 2)
    memory.begin()
    assert memory.shelf("steps").get("a") == 1
    memory.begin()
    assert memory.shelf("steps").get("a") == 1
    assert memory.shelf("steps").get("b") is None
    assert memory.size == 1


def test_a_check_that_does_not_come_so_far_forgets_nothing() -> None:
    memory = Memory()
    memory.begin()
    memory.shelf("steps").keep("a", 1)
    for _ in range(5):
        memory.begin()
        memory.shelf("texts")
    assert memory.shelf("steps").get("a") == 1
