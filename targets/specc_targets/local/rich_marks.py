"""The first column of the live progress: how it stands with a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import SpinnerColumn, Task
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

_MARKS = {"failed": Text("✗", style="red"), "stopped": Text("-")}


class MarkColumn(SpinnerColumn):
    """A spinner while a step runs, then a tick, a cross, or a dash for one that did not come to its end."""

    def __init__(self) -> None:
        super().__init__(finished_text="✓")

    def render(self, task: Task) -> RenderableType:
        """The mark that the field `mark` of the task asks for; a map may have seen all items and failed."""
        return _MARKS.get(task.fields.get("mark", "")) or super().render(task)
