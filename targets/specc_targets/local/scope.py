"""What names mean while a run goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc_targets.local.values import load


class Frame:
    """One execution of a region: the results of its operations so far, and the names bound around it."""

    __slots__ = ("names", "parent", "results")

    def __init__(self, parent: Frame | None = None, names: Mapping[str, Any] | None = None) -> None:
        self.parent = parent
        self.names = names or {}
        self.results: dict[str, Any] = {}

    def step(self, name: str) -> Any:
        """The kept result of the innermost operation called so. Raises `KeyError`."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.results:
                return frame.results[name]
            frame = frame.parent
        raise KeyError(name)

    def bound(self, name: str) -> Any:
        """The kept value of a bound name. Raises `KeyError`."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.parent
        raise KeyError(name)

    def bind(self, **names: Any) -> Frame:
        """A frame inside this one that has more names and no operations."""
        return Frame(self, names)


class Steps(Mapping[str, Any]):
    """`steps` in an expression; each value is loaded when it is used."""

    __slots__ = ("_frame",)

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __getitem__(self, name: str) -> Any:
        return load(self._frame.step(name))

    def __iter__(self) -> Iterator[str]:
        seen: set[str] = set()
        frame: Frame | None = self._frame
        while frame is not None:
            yield from (name for name in frame.results if name not in seen)
            seen.update(frame.results)
            frame = frame.parent

    def __len__(self) -> int:
        return len(list(iter(self)))


class Scope(Mapping[str, Any]):
    """The scope in which an expression is evaluated."""

    __slots__ = ("_fixed", "_frame")

    def __init__(self, frame: Frame, fixed: Mapping[str, Any]) -> None:
        self._frame, self._fixed = frame, fixed

    def __getitem__(self, name: str) -> Any:
        if name == "steps":
            return Steps(self._frame)
        found = self._fixed.get(name)
        return found if found is not None else load(self._frame.bound(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._fixed)

    def __len__(self) -> int:
        return len(self._fixed)
