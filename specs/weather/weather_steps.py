"""The functions of `weather.toml`. The data: daily weather of Seattle, from NOAA; see `data/README.md`."""

import csv
from pathlib import Path
from typing import TypedDict

DATA = Path(__file__).parent / "data" / "seattle-weather.csv"


class MonthStatistics(TypedDict):
    month: int
    days: int
    precipitation: float
    rainy_days: int
    warmest: float
    coldest: float


class YearStatistics(TypedDict):
    days: int
    precipitation: float
    rainy_days: int
    wettest_month: int
    warmest: float
    coldest: float


def months(year: int, count: int) -> list[int]:
    """The months of `year` that there is weather of, `count` of them at most."""
    found = sorted({int(row["date"][5:7]) for row in _rows(year)})
    return found[:count]


def month_statistics(year: int, month: int) -> MonthStatistics:
    """Statistics of one month. Precipitation is in millimetres, temperatures are in degrees Celsius."""
    rows = [row for row in _rows(year) if int(row["date"][5:7]) == month]
    rain = [float(row["precipitation"]) for row in rows]
    return {
        "month": month,
        "days": len(rows),
        "precipitation": round(sum(rain), 1),
        "rainy_days": sum(amount > 0 for amount in rain),
        "warmest": max(float(row["temp_max"]) for row in rows),
        "coldest": min(float(row["temp_min"]) for row in rows),
    }


def year_statistics(months: list[MonthStatistics]) -> YearStatistics:
    """What the months make together."""
    return {
        "days": sum(month["days"] for month in months),
        "precipitation": round(sum(month["precipitation"] for month in months), 1),
        "rainy_days": sum(month["rainy_days"] for month in months),
        "wettest_month": max(months, key=lambda month: month["precipitation"])["month"],
        "warmest": max(month["warmest"] for month in months),
        "coldest": min(month["coldest"] for month in months),
    }


def verdict(rainy_share: float) -> str:
    return f"it rained on {rainy_share:.0%} of the days"


def _rows(year: int) -> list[dict[str, str]]:
    with DATA.open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["date"].startswith(str(year))]
