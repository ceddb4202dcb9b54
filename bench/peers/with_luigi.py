"""Luigi: every task leaves a file, so a run that was killed goes on."""

import json
import sys
from pathlib import Path

import luigi

from bench_work import add_one, double, join, numbers, total
from workloads import graph

_, workload, text, _ = sys.argv
size = int(text)
nodes = graph(size) if workload == "W3" else []


class Kept(luigi.Task):
    """A task with a number, and a file for its result."""

    number = luigi.IntParameter()

    def output(self) -> luigi.LocalTarget:
        """The file."""
        return luigi.LocalTarget(f"results/{type(self).__name__}-{self.number}")

    def keep(self, value: int) -> None:
        """Write the file."""
        with self.output().open("w") as file:
            json.dump(value, file)

    def given(self) -> list[int]:
        """The results of what this one needs."""
        return [json.loads(Path(one.path).read_text()) for one in self.input()]


class Item(Kept):
    """One item of the map."""

    def run(self) -> None:
        """Compute it."""
        self.keep(double(self.number))


class Step(Kept):
    """A link of the chain, or a node of the graph."""

    def requires(self) -> list[Kept]:
        """What it uses."""
        before = nodes[self.number] if workload == "W3" else [self.number - 1] if self.number else []
        return [Step(need) for need in before]

    def run(self) -> None:
        """Compute it."""
        values = self.given()
        self.keep(join(values) if workload == "W3" else add_one(values[0] if values else 0))


class Total(Kept):
    """Fan in."""

    def requires(self) -> list[Kept]:
        """All items."""
        return [Item(number) for number in numbers(size)]

    def run(self) -> None:
        """Add them."""
        self.keep(total(self.given()))


last = Total(0) if workload == "W1" else Step(size - 1)
assert luigi.build([last], local_scheduler=True, log_level="ERROR")
print(Path(last.output().path).read_text())
