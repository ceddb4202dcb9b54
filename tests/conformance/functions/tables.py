"""Functions that give and take tables."""

from __future__ import annotations

from typing import Any

import pandas
import polars
import pyarrow  # noqa: TC002  # annotations of functions are looked up when they are called


def frame(rows: int) -> pandas.DataFrame:
    return pandas.DataFrame({"bird": ["goose", "swan"] * (rows // 2), "eggs": range(rows)}).set_index("bird")


def column(frame: pandas.DataFrame) -> pandas.Series:
    return frame["eggs"].groupby("bird").sum()


def as_polars(frame: pandas.DataFrame) -> polars.DataFrame:
    return polars.from_pandas(frame.reset_index())


def as_arrow(frame: polars.DataFrame) -> pyarrow.Table:
    return frame.to_arrow()


def kind(table: Any) -> str:
    return f"{type(table).__module__.partition('.')[0]}.{type(table).__name__}"


def eggs(series: pandas.Series) -> dict[str, int]:
    return series.to_dict()
