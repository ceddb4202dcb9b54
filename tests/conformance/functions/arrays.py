"""Functions that give and take arrays of numpy."""

from __future__ import annotations

from typing import Any

import numpy as np


def ramp(count: int) -> np.ndarray:
    return np.arange(count, dtype="float32").reshape(-1, 2)


def scaled(array: np.ndarray, by: float) -> np.ndarray:
    return array * np.float32(by)


def described(array: Any) -> list[Any]:
    return [type(array).__name__, str(array.dtype), list(array.shape), array.sum()]


def stacked(arrays: list[np.ndarray]) -> np.ndarray:
    return np.stack(arrays)


def mean(array: np.ndarray) -> np.float64:
    return array.mean(dtype="float64")


def maybe(array: np.ndarray, wanted: bool) -> np.ndarray | None:
    return array if wanted else None


def beside(array: Any) -> Any:
    return {"array": array}


def objects() -> np.ndarray:
    return np.array([object()])


def means(array: list[np.ndarray]) -> list[float]:
    return [float(item.mean()) for item in array]


def grown(last: np.ndarray) -> np.ndarray:
    return np.concatenate([last, last])


def small(array: np.ndarray) -> bool:
    return array.size < 10
