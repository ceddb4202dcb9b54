"""Functions whose annotations say more than JSON: values keep their types from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID


class Size(Enum):
    SMALL = "small"
    LARGE = 2


class Wing(NamedTuple):
    side: str
    span: Decimal


@dataclass(frozen=True)
class Bird:
    name: str
    seen: datetime
    size: Size = Size.SMALL
    wings: tuple[Wing, ...] = ()
    tags: frozenset[str] = frozenset()
    ring: bytes = b""
    loud: bool = field(init=False, default=False)


def bird(name: str = "goose") -> Bird:
    seen = datetime(2030, 1, 31, 9, 0, 0, 250_000, tzinfo=timezone.utc)  # noqa: UP017  # as older code writes it
    wings = (Wing("left", Decimal("1.50")), Wing("right", Decimal("1.5")))
    return Bird(name, seen, Size.LARGE, wings, frozenset({"grey", "big", "wild"}), b"\x00\xff")


def flock() -> Iterator[Bird]:
    for name in ("goose", "swan"):
        yield bird(name)


def renamed(bird: Bird, name: str) -> Bird:
    return Bird(name, bird.seen + timedelta(days=1), bird.size, bird.wings[:1], bird.tags | {name}, bird.ring)


def kinds(**values: Any) -> dict[str, str]:
    return {name: type(value).__name__ for name, value in values.items()}


def inside(bird: Bird) -> list[str]:
    parts = (bird, bird.seen, bird.size, bird.wings, *bird.wings, bird.wings[0].span, bird.tags, bird.ring)
    return [type(part).__name__ for part in parts]


def total(birds: list[Bird]) -> Decimal:
    return sum((wing.span for bird in birds for wing in bird.wings), Decimal(0))


@dataclass
class Odds:
    day: date
    pause: timedelta
    path: Path
    id: UUID
    pair: tuple[int, str]
    numbers: set[int]
    by_day: dict[date, Decimal]
    by_number: dict[int, Size]
    maybe: datetime | None = None
    either: Wing | Decimal | None = None


def odds() -> Odds:
    return Odds(
        date(2030, 1, 31),
        timedelta(hours=1, milliseconds=500),
        Path("/birds/goose.csv"),
        UUID("12345678-1234-5678-1234-567812345678"),
        (1, "a"),
        {3, 1, 2},
        {date(2030, 1, 31): Decimal("0.10")},
        {7: Size.LARGE},
        None,
        Wing("left", Decimal(1)),
    )


def same_odds(odds: Odds) -> bool:
    return odds == globals()["odds"]()


def bare() -> Any:
    """Nothing is annotated, so every value goes by its own type."""
    return {"bird": bird(), "when": date(2030, 1, 31), "sizes": {Size.SMALL, Size.LARGE}, "path": Path("a/b")}


def due(until: datetime, size: Size | None = None, pause: timedelta = timedelta(0)) -> str:
    return f"{until + pause:%Y-%m-%d %H:%M} {size.name if size else 'any'}"


def at_least(amount: Decimal, least: int | Decimal) -> bool:
    return amount >= least


def bytes_of(ring: bytes) -> list[int]:
    return list(ring)


def wing(side: str) -> Wing:
    return Wing(side, Decimal(2))
