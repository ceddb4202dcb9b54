"""Renderers for programs keep their shape."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specc.diagnostics import Diagnostic, Edit, Fix, Label, Place, Position, Severity, Span
from specc.diagnostics.render import render


def span(line: int, start: int, end: int, file: str = "my specs/pipe.toml", last: int | None = None) -> Span:
    return Span(file, Position(line, start), Position(last or line, end))


FOUND = Diagnostic(
    "SPC201",
    Severity.ERROR,
    "100% wrong, `a:b`",
    (Label(span(10, 13, 24), "here"), Label(span(4, 8, 13, "/abs/base.toml"), "there")),
    ("did you mean `fetch`?",),
    ("a note",),
    Fix("write `fetch`", (Edit(span(10, 19, 24), "fetch"),), safe=False),
)
BARE = Diagnostic("SPC999", Severity.HINT, "nothing to point at")
LINES = Diagnostic("SPC013", Severity.WARNING, "long", (Label(span(1, 2, 3, "a,b:c\n.toml", last=4)),))


def test_concise() -> None:
    assert render([FOUND, BARE], {}, "concise") == (
        "my specs/pipe.toml:10:13: error[SPC201] 100% wrong, `a:b`\nhint[SPC999] nothing to point at\n"
    )


def test_json() -> None:
    assert json.loads(render([FOUND, BARE], {}, "json")) == {
        "version": 1,
        "summary": {"errors": 1, "warnings": 0, "hints": 1},
        "diagnostics": [
            {
                "code": "SPC201",
                "severity": "error",
                "message": "100% wrong, `a:b`",
                "labels": [
                    {
                        "file": "my specs/pipe.toml",
                        "start": {"line": 10, "column": 13},
                        "end": {"line": 10, "column": 24},
                        "text": "here",
                    },
                    {
                        "file": "/abs/base.toml",
                        "start": {"line": 4, "column": 8},
                        "end": {"line": 4, "column": 13},
                        "text": "there",
                    },
                ],
                "help": ["did you mean `fetch`?"],
                "notes": ["a note"],
                "fix": {
                    "title": "write `fetch`",
                    "safe": False,
                    "edits": [
                        {
                            "file": "my specs/pipe.toml",
                            "start": {"line": 10, "column": 19},
                            "end": {"line": 10, "column": 24},
                            "replacement": "fetch",
                        }
                    ],
                },
            },
            {
                "code": "SPC999",
                "severity": "hint",
                "message": "nothing to point at",
                "labels": [],
                "help": [],
                "notes": [],
                "fix": None,
            },
        ],
    }


def test_github_escapes_what_would_end_a_property_or_the_command() -> None:
    assert render([FOUND, BARE, LINES], {}, "github") == (
        "::error file=my specs/pipe.toml,line=10,endLine=10,col=13,endColumn=23,title=SPC201::"
        "100%25 wrong, `a:b`%0Ahelp: did you mean `fetch`?%0Anote: a note\n"
        "::notice title=SPC999::nothing to point at\n"
        "::warning file=a%2Cb%3Ac␊.toml,line=1,endLine=4,title=SPC013::long\n"
    )


def test_sarif() -> None:
    log = json.loads(render([FOUND, BARE, LINES, FOUND], {}, "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["SPC013", "SPC201", "SPC999"]
    assert rules[0]["shortDescription"] == {"text": "key given twice"}
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("SPC201", "error"),
        ("SPC999", "note"),
        ("SPC013", "warning"),
        ("SPC201", "error"),
    ]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    first = run["results"][0]
    assert first["message"] == {"text": "100% wrong, `a:b`\nhelp: did you mean `fetch`?\nnote: a note"}
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "my%20specs/pipe.toml"},
                "region": {"startLine": 10, "startColumn": 13, "endLine": 10, "endColumn": 24},
            },
            "message": {"text": "here"},
        }
    ]
    (related,) = first["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"] == {"uri": "file:///abs/base.toml"}
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 10, "startColumn": 19, "endLine": 10, "endColumn": 24},
            "insertedContent": {"text": "fetch"},
        }
    ]
    assert "locations" not in run["results"][1]
    check_sarif_shape(log)


ALLOWED: dict[str, set[str]] = {
    "log": {"$schema", "version", "runs"},
    "run": {"tool", "columnKind", "results"},
    "result": {"ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations", "fixes"},
    "location": {"id", "physicalLocation", "message"},
}
"""The properties this renderer may use; SARIF's schema allows no others of these names' like."""


def check_sarif_shape(log: dict[str, Any]) -> None:
    assert set(log) <= ALLOWED["log"]
    for run in log["runs"]:
        assert set(run) <= ALLOWED["run"]
        for result in run["results"]:
            assert set(result) <= ALLOWED["result"]
            assert result["level"] in ("none", "note", "warning", "error")
            for location in [*result.get("locations", ()), *result.get("relatedLocations", ())]:
                assert set(location) <= ALLOWED["location"]
                region = location["physicalLocation"]["region"]
                assert all(isinstance(number, int) and number >= 1 for number in region.values())
                assert " " not in location["physicalLocation"]["artifactLocation"]["uri"]


def test_programs_get_ascii_or_visible_text_only() -> None:
    odd = Diagnostic("SPC1", Severity.ERROR, "\x1b[0m\ud83d é", (Label(span(1, 1, 2, "\udcff\x07"), "\x07"),))
    for format in ("json", "sarif"):
        assert render([odd], {}, format).isascii()
        json.loads(render([odd], {}, format))


def test_nothing_found_is_valid_too() -> None:
    assert json.loads(render([], {}, "json"))["diagnostics"] == []
    assert json.loads(render([], {}, "sarif"))["runs"][0]["results"] == []
    assert render([], {}, "github") == render([], {}, "concise") == ""


def test_fixes_that_are_not_located_are_a_bug() -> None:
    odd = Diagnostic("SPC1", Severity.ERROR, "m", fix=Fix("t", (Edit(Place(("a",)), "b"),)))
    for format in ("json", "sarif"):
        with pytest.raises(TypeError, match="located"):
            render([odd], {}, format)
