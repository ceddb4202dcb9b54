"""The weather example against the raw data: everything it prints is computed again here, by other means."""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "specs" / "weather"


def run(*arguments: str) -> dict[str, object]:
    """What `specc run --local` prints on stdout."""
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", str(FOLDER / "weather.toml"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout)["outputs"]
    return result


def recomputed(year: int, months: int) -> dict[str, object]:
    """The same outputs from the CSV file, in exact decimals and one sweep over the rows."""
    rain: dict[int, Decimal] = defaultdict(Decimal)
    wet: dict[int, int] = defaultdict(int)
    days: dict[int, int] = defaultdict(int)
    heat: dict[int, list[Decimal]] = defaultdict(list)
    with (FOLDER / "data" / "seattle-weather.csv").open(newline="") as file:
        header, *rows = list(csv.reader(file))
    columns = {name: number for number, name in enumerate(header)}
    for row in rows:
        this_year, month, _ = map(int, row[columns["date"]].split("-"))
        if this_year == year and month <= months:
            amount = Decimal(row[columns["precipitation"]])
            rain[month] += amount
            wet[month] += bool(amount)
            days[month] += 1
            heat[month] += [Decimal(row[columns["temp_min"]]), Decimal(row[columns["temp_max"]])]
    total_days, total_wet = sum(days.values()), sum(wet.values())
    return {
        "year": year,
        "months": [
            {
                "month": month,
                "days": days[month],
                "precipitation": float(rain[month]),
                "rainy_days": wet[month],
                "warmest": float(max(heat[month])),
                "coldest": float(min(heat[month])),
            }
            for month in sorted(days)
        ],
        "total": {
            "days": total_days,
            "precipitation": float(sum(rain.values())),
            "rainy_days": total_wet,
            "wettest_month": max(rain, key=lambda month: rain[month]),
            "warmest": float(max(max(values) for values in heat.values())),
            "coldest": float(min(min(values) for values in heat.values())),
        },
        "verdict": f"it rained on {round(100 * total_wet / total_days)}% of the days",
    }


@pytest.mark.slow
@pytest.mark.parametrize(("year", "months"), [(2012, 12), (2015, 3), (2014, 1)])
def test_the_example_gives_what_the_raw_data_says(year: int, months: int) -> None:
    assert run("-p", f"year={year}", "-p", f"months={months}") == recomputed(year, months)


def test_the_defaults_are_a_whole_year() -> None:
    assert run() == recomputed(2012, 12)
