"""Fan-out and fan-in: what `each` means, for the local engine and for handlers alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from specc_runtime.errors import BatchSizeMismatch, NotAList, ToleranceExceeded, UnequalLengths


def fan_out(sources: Mapping[str, Any], batch: int | None = None) -> Sequence[Mapping[str, Any]]:
    """What each iteration of a map binds: one item of every source, or with `batch` lists of up to that many.

    Raises `NotAList` and `UnequalLengths`. Items are made when they are asked for.
    """
    for name, values in sources.items():
        if not isinstance(values, list):
            raise NotAList(f"`each.{name}` is {_described(values)}, not a list")
    lengths = {name: len(values) for name, values in sources.items()}
    if len(set(lengths.values())) > 1:
        described = ", ".join(f"`{name}` has {length}" for name, length in lengths.items())
        raise UnequalLengths(f"the lists of `each` must have the same length: {described}")
    return _Items(sources, next(iter(lengths.values()), 0), batch)


class _Items(Sequence[Mapping[str, Any]]):
    def __init__(self, sources: Mapping[str, Any], total: int, batch: int | None) -> None:
        self._sources, self._total, self._batch = sources, total, batch

    def __len__(self) -> int:
        return self._total if self._batch is None else -(-self._total // self._batch)

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(index)
        if self._batch is None:
            return {name: values[index] for name, values in self._sources.items()}
        start = index * self._batch
        return {name: values[start : start + self._batch] for name, values in self._sources.items()}


def batch_sizes(total: int, batch: int | None) -> Iterator[int]:
    """How many items each iteration of a map stands for."""
    if batch is None:
        yield from (1 for _ in range(total))
        return
    for start in range(0, total, batch):
        yield min(batch, total - start)


def check_batch(result: Any, size: int, step: str) -> None:
    """Raise `BatchSizeMismatch` unless `result` is a list of `size` items."""
    if isinstance(result, list) and len(result) == size:
        return
    given = f"a list of {len(result)}" if isinstance(result, list) else _described(result)
    raise BatchSizeMismatch(f"step `{step}` was handed {size} items and must give a list of as many, not {given}")


def too_many(failed: int, total: int, unit: Literal["count", "percent"] | str, amount: float) -> bool:
    """Whether `failed` of `total` items is more than is tolerated."""
    return failed * 100 > amount * total if unit == "percent" else failed > amount


def exceeded(total: int, unit: str, amount: float, step: str, first: str) -> ToleranceExceeded:
    """The error of a map of which too many items failed; `first` says what happened to the first of them."""
    allowed = f"{amount:g}%" if unit == "percent" else f"{amount:g}"
    return ToleranceExceeded(f"more than {allowed} of the {total} items of step `{step}` failed; the first: {first}")


def _described(value: Any) -> str:
    return _KINDS.get(type(value), f"a value of type `{type(value).__name__}`")


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    dict: "an object",
}
