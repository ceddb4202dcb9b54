"""Random numbers that are the same on every machine and with every version of Python.

The n-th number of a stream is the first 64 bits of SHA-256 of `SEED:NAME:N` (decimal numbers, UTF-8), over 2^64. So a
longer draw begins with a shorter one, and axes of different names draw different numbers from one seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

_UNIT = Decimal(2**64)


def bits(seed: int, name: str, number: int) -> int:
    """64 random bits."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{name}:{number}".encode()).digest()[:8], "big")


def fractions(seed: int, name: str) -> Iterator[Decimal]:
    """Numbers from 0 up to, but not including, 1; without end."""
    return (Decimal(bits(seed, name, number)) / _UNIT for number in count())


def picks(seed: int, sizes: dict[str, int]) -> Iterator[tuple[int, ...]]:
    """Random combinations, an index below each of `sizes`; without end, and with repetitions."""
    return (
        tuple(bits(seed, f"sample.{name}", number) * size >> 64 for name, size in sizes.items()) for number in count()
    )
