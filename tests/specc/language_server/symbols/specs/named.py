"""Functions for specs whose names are what matters."""

from __future__ import annotations

from typing import Any


def rows(limit: int = 3) -> list[dict[str, Any]]:
    return [{"row": number, "done": True} for number in range(limit)]


def anything(**given: Any) -> dict[str, Any]:
    return {"done": True, **given}


def shout(bird: str, loud: int = 1) -> str:
    return bird * loud
