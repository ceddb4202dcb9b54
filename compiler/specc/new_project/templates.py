"""The templates of `specc init`, and where they are: in a checkout and in an installed package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.new_project.scalars import Notation

TEMPLATES = {
    "pipeline": "three steps: pick, one run for each, join",
    "minimal": "one step",
    "birds": "fan-out and fan-in, with bounds on a parameter",
    "weather": "statistics of every month, then of the year; real data",
    "flights": "a map in a map, and a branch; real data",
    "earthquakes": "retry, tolerate, on_error, finally; real data",
    "energy": "batches and a loop; real data",
    "mandelbrot": "processes, and a cache",
    "genes": "Lambda, Batch and ECS in one machine; threads on this one",
    "nightly": "stacks, a schedule, resources of one's own",
    "release": "programs and a person, no Python",
}
"""What a spec can start from, in the order a newcomer meets them, with a line about each.

Of the examples in `specs` those that run wherever specc is installed.
"""

SHIPPED = Path(__file__).parents[1] / "cli" / "templates"
"""Templates that are no examples; in an installed package the examples are here as well, see `pyproject.toml`."""
EXAMPLES = Path(__file__).parents[3] / "specs"
"""The examples of a checkout."""


@dataclass(frozen=True, slots=True)
class Template:
    """A folder with a spec that is called like it, the Python that the spec calls, and what that reads."""

    name: str
    folder: Path
    notation: Notation

    @property
    def spec(self) -> Path:
        """The file of the spec."""
        return self.folder / f"{self.name}.{self.notation}"

    def others(self) -> list[Path]:
        """The other files, in a fixed order. What runs and editors leave behind is not among them."""
        found = [path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file()]
        kept = [path for path in found if not any(part[0] == "." or part == "__pycache__" for part in path.parts)]
        return [self.folder / path for path in sorted(kept) if self.folder / path != self.spec]


def find(name: str) -> Template:
    """The template of a name in `TEMPLATES`. Raises FileNotFoundError when this installation lacks its files."""
    for folder in (SHIPPED / name, EXAMPLES / name):
        if (folder / f"{name}.toml").is_file():
            return Template(name, folder, "toml")
        if (folder / f"{name}.yaml").is_file():
            return Template(name, folder, "yaml")
    raise FileNotFoundError(f"no files of the template `{name}`")
