"""Metrics of programs that know nothing of them: numbers in the lines that they print."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from specc_runtime.tracking.emitting import emit
from specc_runtime.tracking.numbers import Number

LONGEST_LINE = 1000
"""Characters of a line that are looked at: no expression takes for ever on so few, except those made for it."""
STEP = "step"
"""The group that gives the number of the step."""


def fault_of(pattern: str) -> str | None:
    """What is wrong with the pattern of a metric; None when it can be used."""
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"it is no regular expression: {error}"
    if compiled.groups and not _value_groups(compiled):
        return f"its only group is `{STEP}`, and none is left for the number"
    return None


def patterns(metrics: Mapping[str, str]) -> Callable[[str], None]:
    """What looks for metrics in a line: of each the first group that is not called `step`, else the whole match.

    A group called `step` gives the step number of what is found with it. What is no number is none. The step is the one
    that the caller's code belongs to. Of lines the first `LONGEST_LINE` characters are looked at.
    """
    compiled = [(name, re.compile(pattern)) for name, pattern in metrics.items()]
    groups = {name: next(iter(_value_groups(pattern)), 0) for name, pattern in compiled}

    def look(line: str) -> None:
        line = line[:LONGEST_LINE]
        found: dict[int | None, dict[str, Number]] = {}
        for name, pattern in compiled:
            match = pattern.search(line)
            number = _number(match[groups[name]]) if match is not None else None
            if match is not None and number is not None:
                step = _number(match[STEP]) if STEP in pattern.groupindex else None
                whole = int(step) if step is not None and step - step == 0 else None
                found.setdefault(whole, {})[name] = number
        for step, values in found.items():
            emit(values, step)

    return look


def _value_groups(pattern: re.Pattern[str]) -> list[int]:
    """The groups that may hold the number, in order."""
    step = pattern.groupindex.get(STEP)
    return [number for number in range(1, pattern.groups + 1) if number != step]


def _number(text: str | None) -> Number | None:
    try:
        return int(text or "")
    except ValueError:
        pass
    try:
        return float((text or "").rstrip(",.;:"))  # a number at the end of a sentence
    except ValueError:
        return None
