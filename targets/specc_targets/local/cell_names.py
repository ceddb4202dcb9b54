"""What the items of a matrix are called: a run tells it when the map begins, and who shows a run remembers it."""

from __future__ import annotations

from collections.abc import Sequence

from specc_targets.local.events import Event, StepStarted


class CellNames:
    """The names of configurations by the step that runs over them."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, tuple[str, ...]]] = {}
        """Path of the map -> how many maps are around it, and the names."""

    def learn(self, event: Event) -> None:
        """Look at the next event."""
        if isinstance(event, StepStarted) and event.cells:
            self._known[event.step] = (len(event.items), event.cells)

    def labels(self, step: str, items: Sequence[int]) -> list[str]:
        """Each index as it is shown: the configuration's name, or the index where it has none."""
        found = [str(index) for index in items]
        if not self._known:
            return found
        parts = step.split("/")
        for length in range(1, len(parts) + 1):
            depth, names = self._known.get("/".join(parts[:length]), (len(items), ()))
            index = items[depth] if depth < len(items) else None
            if isinstance(index, int) and 0 <= index < len(names):  # a file may say anything
                found[depth] = names[index]
        return found

    def place(self, step: str, items: Sequence[int]) -> str:
        """``train[lr=0.1,seed=0]``, ``process/fetch[3]``."""
        return step + "".join(f"[{label}]" for label in self.labels(step, items))

    def all(self) -> list[str]:
        """Every name, each once."""
        return list(dict.fromkeys(name for _, names in self._known.values() for name in names))

    def index(self, name: str) -> int | None:
        """The index of the configuration with this name in any matrix; None when there is none or they differ."""
        found = {names.index(name) for _, names in self._known.values() if name in names}
        return found.pop() if len(found) == 1 else None


NO_NAMES = CellNames()
"""Of a run without a matrix."""
