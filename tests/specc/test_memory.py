"""A check with the memory of those before it finds what a check without any finds."""

from __future__ import annotations

from specc.memory import Memory, Shelf


def test_what_two_rounds_asked_for_is_kept() -> None:
    shelf: Shelf[str, int] = Shelf()
    shelf.begin()
    shelf.keep("a", 1)
    shelf.keep("b", 2)
    shelf.begin()
    assert shelf.get("a") == 1
    shelf.begin()
    assert shelf.get("a") == 1
    assert shelf.get("b") is None
    assert len(shelf) == 2


def test_asking_for_a_shelf_begins_a_round() -> None:
    memory = Memory()
    memory.shelf("steps").keep("a", 1)
    assert memory.shelf("steps").get("a") == 1
    memory.shelf("steps")
    assert len(memory) == 1
    assert memory.shelf("steps").get("a") is None
    assert len(memory) == 0
