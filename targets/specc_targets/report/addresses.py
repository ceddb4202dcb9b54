"""Addresses in a run's journal, and the steps of the spec that they stand for."""

from __future__ import annotations

import re

_PART = re.compile(r"(?P<name>[^\[{]*)(?P<indices>(?:\[\d+\]|\{\d+\})*)")
_INDEX = re.compile(r"\[(\d+)\]|\{(\d+)\}")


def step_of(address: str) -> tuple[str, str]:
    """The step's path (`process/fetch`) and where in maps and loops the address is (`4.0`; empty outside of them).

    A handler's address, `fetch!clean`, is the path of the handler, which stands beside its owner.
    """
    if "[" not in address and "{" not in address and "!" not in address:
        return address, ""
    names: list[str] = []
    indices: list[str] = []
    for part in address.split("/"):
        own, _, handler = part.partition("!")
        found = _PART.match(own)
        text = found["indices"] if found else ""
        indices += [first or second for first, second in _INDEX.findall(text)]
        names.append(handler.partition("[")[0].partition("{")[0] or (found["name"] if found else own))
        indices += [first or second for first, second in _INDEX.findall(handler)]
    return "/".join(names), ".".join(indices)


def label_of(items: object) -> str:
    """The maps' indices of an event, written as `step_of` does."""
    return ".".join(str(index) for index in items) if isinstance(items, list | tuple) else ""
