"""What the texts of keys say to be the default is: written out, it changes nothing that is compiled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specc_schemas import json_schema
from specc_schemas.documentation import default_in

SPEC: dict[str, Any] = {
    "specc": 1,
    "kind": "pipeline",
    "name": "x",
    "compute": {"small": {"memory": "512MiB"}},
    "package": {},
    "pulumi": {},
    "stacks": {"dev": {"region": "eu-north-1"}},
    "triggers": [{"schedule": {"cron": "0 9 * * 1-5"}}],
    "steps": {
        "a": {"call": "m:f", "compute": "small", "retry": {}},
        "g": {"approve": {"by": ["role:owner"]}},
        "r": {"call": "m:f", "retry": {"max": 1}},
        "m": {
            "command": ["echo", "${matrix.x}", "${matrix.y}"],
            "matrix": {"x": [1, 2], "y": {"random": {"from": 1, "to": 9, "count": 2}}},
        },
    },
    "tests": [{"name": "t", "mock": {"g": {"approved": True}}, "expect": {"calls": {"a": {"max": 3}}}}],
}

WRITTEN: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [
    (("compute", "small"), ("engine", "spot")),
    (("package",), ("root", "format", "arch")),
    (("pulumi",), ("allow_data_loss",)),
    (("stacks", "dev"), ("protect",)),
    (("triggers", 0, "schedule"), ("timezone",)),
    (("steps", "a"), ("cache",)),
    (("steps", "a", "retry"), ("max", "delay", "backoff", "jitter", "on")),
    (("steps", "g", "approve"), ("on_timeout",)),
    (("steps", "m", "matrix"), ("mode", "max")),
    (("steps", "m", "matrix", "y", "random"), ("scale", "integer", "seed")),
    (("tests", 0, "expect", "calls", "a"), ("min",)),
]
"""Where in the spec each key is written."""

TRACED = {"gpu": 0, "method": "GET", "bus": "default", "uniqueItems": False, "additionalProperties": True}
"""What says the same to a service in more words: its own default."""
MAXIMA = {"retry": "2", "matrix": "1000"}
"""What `max` is in each table."""


def stated() -> Iterator[tuple[str, Any]]:
    """Every key of a spec whose text names a value as its default, and that value."""
    pending: list[tuple[str, Any]] = [("", json_schema.generate())]
    while pending:
        name, found = pending.pop()
        if isinstance(found, list):
            pending.extend((name, item) for item in found)
        elif isinstance(found, dict):
            known, value = default_in(found.get("markdownDescription", ""))
            if known:
                yield name, value
            for key, inner in found.items():
                named = key in ("properties", "$defs")
                children = inner.items() if named and isinstance(inner, dict) else [(name, inner)]
                pending.extend((child.removeprefix("Step."), value) for child, value in children)


def compiled(specc: Any, project: Path, spec: dict[str, Any], folder: str) -> dict[str, str]:
    (project / "x.json").write_text(json.dumps(spec))
    assert specc("compile", "x.json", "--stack", "dev", "-t", "asl,cloudformation", "-o", folder).code == 0
    files = (path for path in (project / folder).rglob("*") if path.is_file() and path.name != "manifest.json")
    return {str(path.relative_to(project / folder)): path.read_text() for path in files}


@pytest.mark.slow
def test_defaults_that_are_written_out_change_nothing(specc, project: Path) -> None:
    (project / "m.py").write_text("def f():\n    return 1\n")
    values: dict[str, set[str]] = {}
    for key, value in stated():
        values.setdefault(key, set()).add(json.dumps(value))
    spec = json.loads(json.dumps(SPEC))
    covered = set()
    for path, keys in WRITTEN:
        table = spec
        for step in path:
            table = table[step]
        for key in keys:
            (text,) = (value for value in values[key] if key != "max" or value == MAXIMA[str(path[-1])])
            table.setdefault(key, json.loads(text))
            covered.add((key, text))
    told = {(key, text) for key, texts in values.items() for text in texts}
    others = {(key.rpartition(".")[2], json.dumps(value)) for key, value in TRACED.items()}
    assert told == covered | others
    found = compiled(specc, project, SPEC, "without")
    assert len(found) > 1
    assert compiled(specc, project, spec, "with") == found


@pytest.mark.slow
def test_the_comparison_notices_another_value(specc, project: Path) -> None:
    (project / "m.py").write_text("def f():\n    return 1\n")
    spec = json.loads(json.dumps(SPEC))
    spec["steps"]["a"]["retry"]["backoff"] = 3.0
    assert compiled(specc, project, spec, "with") != compiled(specc, project, SPEC, "without")
