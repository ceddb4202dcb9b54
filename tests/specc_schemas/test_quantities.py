"""Values with units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc_schemas import parse_duration, parse_percent, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("500ms", 0.5),
        ("90s", 90),
        ("1.5m", 90),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("1w", 604_800),
        ("1m500ms", 60.5),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0B", 0),
        ("1B", 1),
        ("1KB", 1000),
        ("1KiB", 1024),
        ("512MiB", 512 * 2**20),
        ("1.5GB", 1_500_000_000),
        ("2TiB", 2**41),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(("text", "number"), [("0%", 0), ("5%", 5), ("2.5%", 2.5), ("100%", 100), ("100.0%", 100)])
def test_percentages(text: str, number: float) -> None:
    assert parse_percent(text) == number


@pytest.mark.parametrize("text", ["", "5", "5 s", "s", "-1s", "5S", "5min", "1.s", "٣s", "5s\n", " 5s", "1e3s", "${x}"])
def test_not_durations(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["", "5", "MiB", "5M", "5mib", "-1B", "1 GiB", "1GiB\n", "1KiBB"])
def test_not_sizes(text: str) -> None:
    with pytest.raises(ValueError, match="not a size"):
        parse_size(text)


@pytest.mark.parametrize("text", ["5", "%", "101%", "100.1%", "-1%", "5 %", "5%%"])
def test_not_percentages(text: str) -> None:
    with pytest.raises(ValueError, match="not a percentage"):
        parse_percent(text)


@given(st.integers(0, 10**6), st.sampled_from(["KB", "MB", "GB", "KiB", "MiB", "GiB"]))
def test_sizes_are_exact(number: int, unit: str) -> None:
    base = 1024 if "i" in unit else 1000
    assert parse_size(f"{number}{unit}") == number * base ** ("KMG".index(unit[0]) + 1)
