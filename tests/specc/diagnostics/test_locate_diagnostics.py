"""Places become spans, in the order of the text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics import Edit, Fix, Label, Place, Severity, Sink, Span, apply_fixes
from specc.source import Spec, load_spec, locate_diagnostics

if TYPE_CHECKING:
    import pytest

Write = Callable[..., Path]


def loaded(text: str, name: str = "spec.toml") -> Spec:
    spec = load_spec(name, Sink(), text=text.encode())
    assert spec is not None
    return spec


def test_order_is_file_then_position_then_errors_first(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write("a-base.toml", "x = 1\n").parent)
    spec = loaded('extends = ["a-base.toml"]\na = 1\nb = 2\n')
    sink = Sink()
    sink.report("SPC1", "base", Label(Place(("x",))))
    sink.report("SPC2", "later", Label(Place(("b",))))
    sink.report("SPC3", "warning", Label(Place(("a",))), severity=Severity.WARNING)
    sink.report("SPC4", "error", Label(Place(("a",))))
    sink.report("SPC5", "nowhere")
    located = locate_diagnostics(sink.diagnostics, spec)
    assert [found.message for found in located] == ["nowhere", "error", "warning", "later", "base"]
    assert all(isinstance(label.at, Span) for found in located for label in found.labels)
    assert locate_diagnostics(located, spec) == located


def test_without_a_spec_places_are_left_out() -> None:
    sink = Sink()
    sink.report("SPC1", "m", Label(Place(("x",))), fix=Fix("t", (Edit(Place(("x",)), "y"),)))
    (found,) = locate_diagnostics(sink.diagnostics, None)
    assert (found.labels, found.fix) == ((), None)


def fixed(spec: Spec, *edits: Edit) -> dict[str, str]:
    sink = Sink()
    sink.report("SPC1", "m", fix=Fix("t", edits))
    return apply_fixes(spec.texts, locate_diagnostics(sink.diagnostics, spec))


def test_a_key_is_renamed_wherever_it_is_written() -> None:
    spec = loaded('[steps.a]\nretyr.max = 1\nretyr.delay = "1s"\n[steps.a.retyr.more]\nx = 1\n')
    assert fixed(spec, Edit(Place(("steps", "a", "retyr"), "key"), "retry")) == {
        "spec.toml": '[steps.a]\nretry.max = 1\nretry.delay = "1s"\n[steps.a.retry.more]\nx = 1\n'
    }


def test_a_key_is_renamed_in_every_file_that_gives_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write("base.yaml", "retyr: {max: 1}\n").parent)
    spec = loaded('extends = ["base.yaml"]\n[retyr]\ndelay = "1s"\n')
    assert fixed(spec, Edit(Place(("retyr",), "key"), "retry")) == {
        "base.yaml": "retry: {max: 1}\n",
        "spec.toml": 'extends = ["base.yaml"]\n[retry]\ndelay = "1s"\n',
    }


def test_values_and_parts_of_values_are_replaced_exactly() -> None:
    for name, text, new in (
        ("a.toml", 'x = "${steps.fetsh}"\n', 'x = "${steps.fetch}"\n'),
        ("a.yaml", "x: >-\n  ${steps.fetsh}\n", "x: >-\n  ${steps.fetch}\n"),
        ("a.json", '{"x": "${steps.fetsh}"}', '{"x": "${steps.fetch}"}'),
    ):
        assert fixed(loaded(text, name), Edit(Place(("x",), "value", (8, 13)), "fetch")) == {name: new}
    many = loaded('{"a": {\n"b": 1},\n"c": 2}', "a.json")
    assert fixed(many, Edit(Place(("a",)), "3")) == {"a.json": '{"a": 3,\n"c": 2}'}


def test_what_has_no_exact_text_is_not_fixed() -> None:
    spec = loaded("[a]\nb = 1\n[a.c]\nd.e = 2\n")
    for path in ((), ("a",), ("a", "c"), ("a", "c", "d"), ("nope",)):
        assert fixed(spec, Edit(Place(path), "3")) == {}
    assert fixed(spec, Edit(Place(("a", "b"), "value", (0, 1)), "3")) == {}
