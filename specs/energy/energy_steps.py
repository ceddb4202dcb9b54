"""The functions of `energy.yaml`. The data: electricity generated in Iowa, from the EIA; see `data/README.md`."""

import csv
from pathlib import Path
from typing import TypedDict

DATA = Path(__file__).parent / "data" / "iowa-electricity.csv"


class Share(TypedDict):
    year: int
    share: float


def years() -> list[int]:
    return sorted({int(row["year"][:4]) for row in _rows()})


def shares(years: list[int]) -> list[Share]:
    """The renewables' part of all electricity, for each of several years."""
    rows = _rows()
    found: list[Share] = []
    for year in years:
        amounts = {row["source"]: float(row["net_generation"]) for row in rows if row["year"].startswith(str(year))}
        found.append({"year": year, "share": round(amounts["Renewables"] / sum(amounts.values()), 4)})
    return found


def trend(shares: list[Share]) -> float:
    """How much the share grew a year, on the mean."""
    return round((shares[-1]["share"] - shares[0]["share"]) / (len(shares) - 1), 4)


def next_year(last: Share, growth: float) -> Share:
    return {"year": last["year"] + 1, "share": round(last["share"] + growth, 4)}


def _rows() -> list[dict[str, str]]:
    with DATA.open(newline="") as file:
        return list(csv.DictReader(file))
