"""pipefunc: a mapspec, or a chain; the mode is its storage (`file_array` keeps every result in a file)."""

import sys

import numpy
from pipefunc import PipeFunc, Pipeline

from bench_work import add_one, double, numbers, total

_, workload, text, storage = sys.argv
size = int(text)


def add(values: numpy.ndarray) -> int:
    """Fan in, from the array that pipefunc gives."""
    return total(values.tolist())


if __name__ == "__main__":
    if workload == "W1":
        item = PipeFunc(double, "value", mapspec="x[i] -> value[i]")
        pipeline = Pipeline([item, PipeFunc(add, "result", renames={"values": "value"})])
        inputs, last = {"x": numbers(size)}, "result"
    else:
        pipeline = Pipeline([PipeFunc(add_one, f"v{i + 1}", renames={"x": f"v{i}"}) for i in range(size)])
        inputs, last = {"v0": 0}, f"v{size}"
    folder = "results" if storage == "file_array" else None
    found = pipeline.map(inputs, run_folder=folder, storage=storage, parallel=False, show_progress=False)
    print(int(found[last].output))
