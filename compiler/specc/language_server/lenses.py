"""What can be started from a spec's text: a step, a test, the picture of its steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from specc.diagnostics import Place
from specc.language_server.analysis import Analysis

RUN_STEP = "specc.runStep"
"""Arguments: the address of the spec, the step's name."""
RUN_TEST = "specc.runTest"
"""Arguments: the address of the spec, the test's name."""
SHOW_GRAPH = "specc.showGraph"
"""Argument: the address of the spec."""
COMMANDS = (RUN_STEP, RUN_TEST, SHOW_GRAPH)


def lenses(analysis: Analysis) -> list[types.CodeLens]:
    """One lens for the spec, one for each of its own steps and tests; none for what other files give."""
    value = analysis.document.value if analysis.document is not None else {}
    return list(_lenses(analysis, value))


def _lenses(analysis: Analysis, value: dict[str, Any]) -> Iterator[types.CodeLens]:
    if not _table(value.get("steps")):
        return
    top = analysis.positions.range(0, 0)
    yield types.CodeLens(top, types.Command("Show graph", SHOW_GRAPH, arguments=[analysis.uri]))
    for name in _table(value.get("steps")):
        yield from _lens(analysis, Place(("steps", name), "key"), "Run step", RUN_STEP, name)
    tests = value.get("tests")
    for number, test in enumerate(tests if isinstance(tests, list) else ()):
        title = _table(test).get("name")
        if isinstance(title, str):
            yield from _lens(analysis, Place(("tests", number), "key"), "Run test", RUN_TEST, title)


def _lens(analysis: Analysis, place: Place, title: str, command: str, name: str) -> Iterator[types.CodeLens]:
    span = analysis.document.exact(place) if analysis.document is not None else None
    if span is not None:
        arguments = [analysis.uri, name]
        yield types.CodeLens(analysis.range(span), types.Command(title, command, arguments=arguments))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
