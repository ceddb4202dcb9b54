"""The functions of `earthquakes.toml`. The data: a week of earthquakes, from the USGS; see `data/README.md`."""

import csv
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TypedDict

DATA = Path(__file__).parent / "data" / "usgs-week.csv"


class Quake(TypedDict):
    id: str
    magnitude: float
    place: str
    felt: int


class Felt(TypedDict):
    place: str
    felt: int


def fetch(magnitude: float, run: str) -> list[Quake]:
    """Earthquakes of at least `magnitude`. As feeds do, this one fails the first time that a run asks."""
    marker = Path(tempfile.gettempdir()) / f"earthquake-feed-{run}"
    if not marker.exists():
        marker.touch()
        raise ConnectionError("the feed does not answer")
    marker.unlink()
    with DATA.open(newline="") as file:
        return [
            {
                "id": row["id"],
                "magnitude": float(row["magnitude"]),
                "place": row["place"],
                "felt": int(row["felt"] or 0),
            }
            for row in csv.DictReader(file)
            if float(row["magnitude"]) >= magnitude
        ]


def region(quake: Quake) -> str:
    """The last part of a place such as `32km W of Healy, Alaska`. A ridge in the ocean has none."""
    _, comma, name = quake["place"].rpartition(", ")
    if not comma:
        raise ValueError(f"`{name}` names no region")
    return name


def count(regions: list[str | None]) -> dict[str, int]:
    """Earthquakes by region, most first. Rows that failed come as None."""
    found = Counter(name for name in regions if name is not None)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def most_felt(quakes: list[Quake]) -> Felt:
    """The earthquake that most people reported."""
    quake = max(quakes, key=lambda item: item["felt"], default=None)
    if quake is None or not quake["felt"]:
        raise ValueError("nobody felt anything")
    return {"place": quake["place"], "felt": quake["felt"]}


def last_word(status: str, regions: dict[str, int]) -> None:
    sys.stderr.write(f"earthquakes {status}: {len(regions)} regions\n")
