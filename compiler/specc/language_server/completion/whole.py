"""A whole spec, for a file in which there is none yet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion
from specc_schemas.names import plain_letters

_ABOUT = "A whole spec: parameters, two steps, a result and a test."
_TOML = """\
kind = "pipeline"
name = "${1:NAME}"

[params.${2:limit}]
type = "integer"
default = 3

[steps.${3:first}]
call = "${4:module}:${5:function}"
with.${2:limit} = "\\${params.${2:limit}\\}"

[outputs]
${6:result} = "\\${steps.${3:first}\\}"
"""
_YAML = """\
kind: pipeline
name: ${1:NAME}
params:
  ${2:limit}: { type: integer, default: 3 }
steps:
  ${3:first}:
    call: ${4:module}:${5:function}
    with:
      ${2:limit}: "\\${params.${2:limit}\\}"
outputs:
  ${6:result}: "\\${steps.${3:first}\\}"
"""


def whole_spec(request: Request) -> Iterator[Suggestion]:
    """The snippet, at the beginning of a line of a file that has no steps."""
    cursor = request.cursor
    line = cursor.text[cursor.text.rfind("\n", 0, cursor.offset) + 1 : cursor.offset]
    begun = "specc" in request.value
    if (line.strip() and not "specc".startswith(line.strip().strip('"{'))) or cursor.path:
        return
    file = plain_letters(request.analysis.path.name.partition(".")[0])
    name = re.sub(r"[^a-z0-9]+", "-", file.lower()).strip("-") or "pipeline"
    name = name if name[0].isalpha() else f"p-{name}"
    if cursor.format == "json":
        if cursor.text.strip():
            return
        text = _json(name)
    else:
        head = "" if begun else "specc = 1\n" if cursor.format == "toml" else "specc: 1\n"
        text = head + (_TOML if cursor.format == "toml" else _YAML).replace("NAME", name)
    plain = _PLACE.sub(lambda found: found[1], text).replace("\\$", "$").replace("\\}", "}")
    yield Suggestion(
        "specc pipeline", Kind.Snippet, "a whole spec", _ABOUT, plain, text, rank=0, filter="specc pipeline"
    )


_PLACE = re.compile(r"(?<!\\)\$\{\d:([^{}]*)\}")


def _json(name: str) -> str:
    value = {
        "specc": 1,
        "kind": "pipeline",
        "name": "${1:" + name + "}",
        "params": {"${2:limit}": {"type": "integer", "default": 3}},
        "steps": {
            "${3:first}": {
                "call": "${4:module}:${5:function}",
                "with": {"${2:limit}": "\0${params.${2:limit}\0}"},
            }
        },
        "outputs": {"${6:result}": "\0${steps.${3:first}\0}"},
    }
    return json.dumps(value, indent=2).replace("\\u0000", "\\") + "\n"
