"""doit: tasks whose values are kept in its database when the run ends."""

import sys
from collections.abc import Iterator
from typing import Any

from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain

from bench_work import add_one, double, join, numbers, total
from workloads import graph

_, workload, text, _ = sys.argv
size = int(text)


def item(x: int) -> dict[str, int]:
    """One item of the map."""
    return {"value": double(x)}


def every(values: dict[str, int]) -> None:
    """Fan in."""
    print(total(list(values.values())))


def task_item() -> Iterator[dict[str, Any]]:
    """The items of the map."""
    for x in numbers(size) if workload == "W1" else []:
        yield {"name": str(x), "actions": [(item, [x])], "verbosity": 0}


def step(**values: int) -> dict[str, int]:
    """A link of the chain, or a node of the graph."""
    if workload == "W2":
        return {"value": add_one(values.get("v0", 0))}
    return {"value": join(list(values.values()))}


def needs(number: int) -> list[int]:
    """What a link or a node uses."""
    return nodes[number] if workload == "W3" else [number - 1] if number else []


def task_step() -> Iterator[dict[str, Any]]:
    """The links or nodes."""
    for number in range(size) if workload != "W1" else []:
        before = {f"v{index}": (f"step:{need}", "value") for index, need in enumerate(needs(number))}
        yield {"name": str(number), "actions": [step], "getargs": before, "verbosity": 0}


def show(value: int) -> None:
    """The result."""
    print(value)


def task_last() -> dict[str, Any]:
    """The end."""
    if workload == "W1":
        return {"actions": [every], "getargs": {"values": ("item", "value")}, "verbosity": 2}
    return {"actions": [show], "getargs": {"value": (f"step:{size - 1}", "value")}, "verbosity": 2}


nodes = graph(size) if workload == "W3" else []
found = {"task_item": task_item, "task_step": task_step, "task_last": task_last}
sys.exit(DoitMain(ModuleTaskLoader(found)).run(["run", "--reporter", "zero"]))
