"""Five mistakes in one spec, in three formats: the same findings, each at its own line and column."""

from __future__ import annotations

import pytest

from specc.diagnostics import Sink, Span
from specc.schema import validate
from specc.source import load_spec, locate_diagnostics

TOML = """\
specc = 1
kind = "pipeline"
name = "birds"

[params.limit]
type = "integr"

[steps.get]
call = "birds:get"
depends_on = ["warm"]
timeout = 300

[steps.flap]
call = "birds:flap"
each.bird = "${steps.get}"
max_parallel = "20"
[steps.rest]
description = "does nothing"
"""

YAML = """\
specc: 1
kind: pipeline
name: birds

params:
  limit:
    type: integr

steps:
  get:
    call: birds:get
    depends_on: [warm]
    timeout: 300
  flap:
    call: birds:flap
    each: { bird: "${steps.get}" }
    max_parallel: "20"
  rest:
    description: does nothing
"""

JSON = """\
{
  "specc": 1, "kind": "pipeline", "name": "birds",
  "params": {"limit": {"type": "integr"}},
  "steps": {
    "get": {
      "call": "birds:get",
      "depends_on": ["warm"], "timeout": 300
    },
    "flap": {"call": "birds:flap", "each": {"bird": "${steps.get}"}, "max_parallel": "20"},
    "rest": {"description": "does nothing"}
  }
}
"""

CODES = ["SPC104", "SPC101", "SPC106", "SPC103", "SPC120"]


def found(text: str, format: str) -> list[tuple[str, str, int, int]]:
    sink = Sink()
    spec = load_spec(f"birds.{format}", sink, text=text.encode())
    assert spec is not None
    validate(spec, sink)
    places = []
    for each in locate_diagnostics(sink.diagnostics, spec):
        span = each.labels[0].at
        assert isinstance(span, Span)
        places.append((each.code, each.message, span.start.line, span.start.column))
    return places


@pytest.mark.parametrize(
    ("text", "format", "places"),
    [
        (TOML, "toml", [(6, 8), (10, 1), (11, 11), (16, 16), (17, 8)]),
        (YAML, "yaml", [(7, 11), (12, 5), (13, 14), (17, 19), (18, 3)]),
        (JSON, "json", [(3, 32), (7, 7), (7, 42), (9, 86), (10, 5)]),
    ],
)
def test_five_mistakes_five_places(text: str, format: str, places: list[tuple[int, int]]) -> None:
    mistakes = found(text, format)
    assert [code for code, *_ in mistakes] == CODES
    assert [(line, column) for *_, line, column in mistakes] == places


def test_the_formats_agree_in_what_is_wrong() -> None:
    toml, yaml, json = (
        [each[:2] for each in found(*twin)] for twin in ((TOML, "toml"), (YAML, "yaml"), (JSON, "json"))
    )
    assert toml == yaml == json
