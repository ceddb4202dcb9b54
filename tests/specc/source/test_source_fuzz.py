"""Any bytes end in a spec or in diagnostics that can be shown; nothing is raised."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.diagnostics import Label, Place, Sink, Span, apply_fixes
from specc.diagnostics.render import FORMATS, render
from specc.source import load_spec, locate_diagnostics

TOML = b"""\
specc = 1
kind = "pipeline"
name = 'birds'   # a comment
[params.limit]
type = "integer"
default = 3
[steps.get]
call = "birds:get"
with.limit = "${params.limit}"
retry = { max = 2, delay = "1s", on = ["TimeoutError"] }
[steps."odd name".steps.a]
text = \"\"\"
several \\
   lines \\u00e9
\"\"\"
raw = '''
x'''
date = 1979-05-27 07:32:00Z
[[triggers]]
with = { limit = 10 }
[[triggers]]
n = [1, 2.5, [true], ]
"""
YAML = b"""\
# a comment
specc: 1
name: &name birds
steps:
  get:
    call: "birds:get \\u00e9"
    with: {limit: '${params.limit}', list: [1, 2.5, *name]}
  text: |+
     several
       lines

  folded: >-
    some
    words
list:
- a: 1
  b: ~
- - nested
  - !!str 1
"""
JSON = (
    b'{"specc": 1, "name": "birds \\u00e9\\ud83d\\ude00", "a": [1, 2.5e3, {"b": null, "c": [true, false]}], "d": {}}\n'
)
SEEDS = {"toml": TOML, "yaml": YAML, "json": JSON}
PIECES = [
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\t", b"\n", b'"', b"'", b'"""', b"'''", b"[", b"]", b"{", b"}", b"[[",
    b"]]", b"=", b":", b": ", b"- ", b",", b".", b"#", b"\\", b"\\u", b"&a ", b"*a", b"<<: ", b"!x ", b"---\n", b"...\n", b"? ",
    b"|\n", b">2\n", b"%", b"@", b"1e999", b"inf", b"-", b"null", b"extends = ['.']\n", b"extends: [x, 1]\n", b"\x1b[31m", b"\x85",
    "日本\u202e".encode(), "e\u0301".encode(), b"0x", b"1979-05-27", b"a.b", b"\\ud800", b"[" * 90, b"{a: " * 70,
]  # fmt: skip
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A spec with a few pieces taken out, doubled, or put in."""
    format = draw(st.sampled_from(sorted(SEEDS)))
    data = SEEDS[draw(st.sampled_from(sorted(SEEDS)))] if draw(st.integers(0, 9)) == 0 else SEEDS[format]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 1, 2, 5, 20])))
        new = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=3), st.just(data[start:end] * 2)))
        data = data[:start] + new + data[end:]
    return format, data


def check(format: str, data: bytes) -> None:
    sink = Sink()
    texts: dict[str, str] = {}
    spec = load_spec(f"no-such-folder/spec.{format}", sink, text=data, texts=texts)
    assert (spec is None) == sink.failed
    if spec is not None:
        for path in paths(spec.value):
            for part in ("key", "value"):
                assert_inside(spec.locate(Place(path, part)), texts)
            assert_inside(spec.locate(Place(path, "value", (0, 1))), texts)
        sink.report("SPC900", "all of it \x1b[31m", *place_labels(spec.value))
    located = locate_diagnostics(sink.diagnostics, spec)
    for found in located:
        for label in found.labels:
            assert isinstance(label.at, Span)
            assert_inside(label.at, texts)
    for form in FORMATS:
        assert not CONTROL.search(render(located, texts, form))
    apply_fixes(texts, located)


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if len(path) > 5:
        return []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path]
    for key, item in items:
        found += paths(item, (*path, key))
    return found


def place_labels(value: object) -> list[Label]:
    return [Label(Place(path), "\x1b]0;title\x07") for path in paths(value)[:5]]


def assert_inside(span: Span, texts: dict[str, str]) -> None:
    """The span points at characters that exist (or at the end of a line)."""
    lines = texts[span.file].split("\n")
    assert span.start <= span.end
    for position in (span.start, span.end):
        assert 1 <= position.line <= len(lines)
        assert 1 <= position.column <= len(lines[position.line - 1]) + 1


MANY = int(os.environ.get("SPECC_FUZZ", "2500"))
"""Others each time: what few of them do not find today, they find on another day."""
FUZZ = pytest.mark.parametrize("examples", [300, pytest.param(MANY, marks=pytest.mark.slow, id="many")])


def run(examples: int, strategy: st.SearchStrategy[tuple[str, bytes]]) -> None:
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def each(case: tuple[str, bytes]) -> None:
        check(*case)

    fuzz: Callable[[], None] = each
    fuzz()


@FUZZ
def test_mutated_specs(examples: int) -> None:
    run(examples, mutated())


@FUZZ
def test_any_bytes(examples: int) -> None:
    run(examples // 3, st.tuples(st.sampled_from(["toml", "yaml", "json"]), st.binary(max_size=60)))


@FUZZ
def test_any_pieces(examples: int) -> None:
    joined = st.lists(st.sampled_from([*PIECES, b"a", b" ", b"  ", b"1"]), max_size=12).map(b"".join)
    run(examples // 3, st.tuples(st.sampled_from(["toml", "yaml", "json"]), joined))


@pytest.mark.parametrize("format", sorted(SEEDS))
def test_seeds_are_sound(format: str) -> None:
    sink = Sink()
    assert load_spec(f"spec.{format}", sink, text=SEEDS[format]) is not None, sink.diagnostics
    check(format, SEEDS[format])


LONG = 2_000_000


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("toml", 'a = "' + "x" * LONG + '"'),
        ("toml", 'a = "' + "x" * LONG),
        ("toml", "a = '''" + "x'" * (LONG // 2)),
        ("toml", "a" * LONG),
        ("toml", "[" * LONG),
        ("toml", "a = " + "{a=" * (LONG // 100)),
        ("toml", "a = " + "1" * LONG),
        ("toml", "a = " + "x " * (LONG // 2)),
        ("toml", '"' * LONG),
        ("toml", ".".join("a" * (LONG // 2)) + " = 1"),
        ("yaml", "a: " + "[" * LONG),
        ("yaml", "- " * (LONG // 2)),
        ("yaml", "a: " + "x" * LONG),
        ("yaml", "? " * (LONG // 10)),
        ("yaml", "a: '" + "x" * LONG),
        ("yaml", "&a " * (LONG // 10)),
        ("json", '{"a": ' * (LONG // 10)),
        ("json", '{"a": "' + "x" * LONG),
        ("json", "[" * LONG),
        ("json", "1" * LONG),
        ("json", " " * LONG + "x"),
    ],
    ids=lambda value: value[:12],
)
def test_long_and_deep_input_ends_soon(format: str, text: str) -> None:
    sink = Sink()
    texts: dict[str, str] = {}
    spec = load_spec(f"spec.{format}", sink, text=text.encode(), texts=texts)
    rendered = render(locate_diagnostics(sink.diagnostics, spec), texts, "text")
    assert len(rendered) < 5000
    assert spec is not None or rendered
