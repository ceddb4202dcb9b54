"""Any bytes given to `check` yield diagnostics or success: never an exception, in bounded time."""

from __future__ import annotations

import copy
import json
import os
import time
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.diagnostics import Severity, Span
from specc.diagnostics.catalogue import ENTRIES

if TYPE_CHECKING:
    from specc.frontend import Compilation

ROOT = Path(__file__).parents[3]
SECONDS = 20
"""No small spec may take longer, even on a busy machine."""


@cache
def corpus() -> tuple[tuple[bytes, str, str], ...]:
    """Whole specs with format and folder: the examples, the conformance specs, those of the catalogue, and some with many
    keys.
    """
    files = [
        *ROOT.glob("specs/*/*.toml"),
        *ROOT.glob("specs/*/*.yaml"),
        *ROOT.glob("tests/conformance/corpus/**/spec.*"),
        *Path(__file__).with_name("fuzz_specs").glob("*.toml"),
    ]
    found = {
        (path.read_bytes(), path.suffix[1:], str(path.parent))
        for path in files
        if path.suffix in (".toml", ".yaml", ".json")
    }
    for entry in (entry for entry in ENTRIES.values() if entry.stage != "import"):
        texts = [text.encode("utf-8", "surrogateescape") for text in (entry.bad, entry.good) if text]
        found |= {(text, entry.format, ".") for text in texts}
    return tuple(sorted(found))


@cache
def values() -> tuple[tuple[dict[str, Any], str], ...]:
    """The corpus as plain values, with their folders."""
    found = []
    for data, format, folder in corpus():
        try:
            value = tomllib.loads(data.decode()) if format == "toml" else yaml.safe_load(data)
            json.dumps(value)
        except (ValueError, TypeError, yaml.YAMLError, RecursionError):
            continue
        if isinstance(value, dict):
            found.append((value, folder))
    return tuple(found)


def examine(data: bytes, format: str, folder: str = ".") -> None:
    """Check a spec, look at every finding, and draw or print whatever came of it."""
    from specc.diagnostics.render import render
    from specc.frontend import check

    begin = time.monotonic()
    compilation = check(f"{folder}/fuzz.{format}", text=data, format=format)
    diagnostics = compilation.diagnostics
    for found in diagnostics:
        assert found.code != "SPC900"
        for label in found.labels:
            assert isinstance(label.at, Span)
            assert (label.at.start.line, label.at.start.column) >= (1, 1)
            assert label.at.start <= label.at.end
    for form in ("text", "concise", "json", "sarif", "github"):
        assert isinstance(render(diagnostics, compilation.texts, form), str)
    assert compilation.failed == any(found.severity is Severity.ERROR for found in diagnostics)
    if not compilation.failed:
        from specc.ir.printer import print_module
        from specc.ir.reader import read_module

        assert compilation.module is not None
        assert read_module(print_module(compilation.module)) == compilation.module
        compile_for_all(compilation)
    assert time.monotonic() - begin < SECONDS


def compile_for_all(compilation: Compilation) -> None:
    """What can be checked can be compiled, or every target says why not."""
    from specc import targets
    from specc.frontend import compile_for

    for name in ("graph", "asl"):
        files = compile_for(targets.load(name), compilation)
        assert (files is None) == compilation.failed
        assert all(found.code in ENTRIES and found.code != "SPC900" for found in compilation.diagnostics)
        if compilation.failed:
            break


SNIPPETS = [b"${", b"}", b"$${", b"[", b"]", b"\n[steps.a]\n", b"'", b'"', b'"""', b"\\", b"\\u", b"\0", b"\xff", b"\xf0\x9f\x98\x80", b"\r", b"\t", b"&a ", b"*a", b"<<: ",
            b"!!python/object:os.system ", b"- ", b": ", b"? ", b"|\n", b">-\n", b"=", b".", b"steps", b"coalesce(", b"(((((", b"1e999", b"-nan", b"0x", b"99999999999999999999", b"extends = ['fuzz.toml']\n",
            b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"{", b"}", b"#", b"---\n", b"...\n", b"%YAML 9\n", b"@", b"`"]  # fmt: skip


TIMES = st.sampled_from([1, 1, 1, 2, 3, 5])
"""How many changes: mostly one, so that much of what is made stays sound."""


@st.composite
def mutated_bytes(draw: st.DrawFn) -> tuple[bytes, str, str]:
    """A spec with a few bytes inserted, removed, replaced, repeated or cut off."""
    data, format, folder = draw(st.sampled_from(corpus()))
    for _ in range(draw(TIMES)):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        match draw(st.sampled_from(["insert", "remove", "replace", "repeat", "cut", "move"])):
            case "insert":
                data = data[:at] + draw(st.sampled_from(SNIPPETS) | st.binary(max_size=8)) + data[at:]
            case "remove":
                data = data[:at] + data[at + length :]
            case "replace":
                data = data[:at] + draw(st.sampled_from(SNIPPETS) | st.binary(max_size=4)) + data[at + length :]
            case "repeat":
                data = data[: at + length] + data[at : at + length] * draw(st.integers(1, 20)) + data[at + length :]
            case "cut":
                data = data[:at]
            case _:
                to = draw(st.integers(0, len(data)))
                piece, data = data[at : at + length], data[:at] + data[at + length :]
                data = data[:to] + piece + data[to:]
    return data, draw(st.sampled_from([format] * 5 + ["toml", "yaml", "json"])), folder


KEYS = st.sampled_from(
    ["call", "with", "each", "when", "after", "retry", "timeout", "on_error", "steps", "yield", "repeat", "wait", "batch", "tolerate", "max_parallel", "extends", "kind",
     "max", "on", "use", "run", "type", "default", "", "a.b", "é", "x" * 300, "__class__", "matrix", "aws", "http", "$ref", "outputs", "finally",
     "script", "module", "globals", "entry", "argv", "artifacts", "cwd", "files", "metrics", "exit_codes", "slots", "from", "ref", "range", "log", "sample", "exclude"]
)  # fmt: skip
EXPRESSIONS = st.sampled_from(
    ["${", "${}", "${steps}", "${steps.a.b.c}", "${params.x[0][1:2]}", "${1/0}", "${len(1)}", "${last}", "${error.name}", "${'a' + 1}", "${[1, 2][*].x}", "${coalesce()}",
     "$${x}", "a ${steps.a} b ${params.limit}", "${" + "(" * 200, "${" + "not " * 500 + "true}", "${" + "-" * 500 + "1}", "${1 if true else}", "${run.status}", "${env.HOME}"]
)  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | EXPRESSIONS | st.sampled_from(["5m", "1%", "512MiB", "a:b", "json", "*", "train.py", "cells.csv", "values.json", "(a", "last_line"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def expressions(value: Any) -> list[str]:
    """Every text of a value that holds an expression, and the expressions that are left when one part is taken."""
    found = []
    for container in containers(value):
        for item in container.values() if isinstance(container, dict) else container:
            if isinstance(item, str) and "${" in item:
                found += [item, item.replace("}", "[0]}"), item.replace("}", ".x}"), item.replace("${", "${not ")]
    return found


def containers(value: Any) -> list[Any]:
    """Every table and list of a value, itself first."""
    found, waiting = [], [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict | list):
            found.append(item)
            waiting += item.values() if isinstance(item, dict) else item
    return found


@st.composite
def mutated_values(draw: st.DrawFn) -> tuple[bytes, str, str]:
    """A spec with keys renamed, removed, added or swapped, and values replaced."""
    original, folder = draw(st.sampled_from(values()))
    value = copy.deepcopy(original)
    texts = sorted(set(expressions(original)))
    for _ in range(draw(TIMES)):
        target = draw(st.sampled_from(containers(value)))
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        match draw(st.sampled_from(["refer", "refer", "set", "remove", "rename", "copy"])):
            case "refer" if keys and texts:
                target[draw(st.sampled_from(keys))] = draw(st.sampled_from(texts))
            case "set" if keys:
                target[draw(st.sampled_from(keys))] = draw(JUNK)
            case "remove" if keys:
                del target[draw(st.sampled_from(keys))]
            case "rename" if keys and isinstance(target, dict):
                target[draw(KEYS)] = target.pop(draw(st.sampled_from(keys)))
            case "copy" if keys:
                source = copy.deepcopy(target[draw(st.sampled_from(keys))])
                if isinstance(target, dict):
                    target[draw(KEYS | st.sampled_from(keys))] = source
                else:
                    target.append(source)
            case _ if isinstance(target, dict):
                target[draw(KEYS)] = draw(JUNK)
            case _:
                target.append(draw(JUNK))
    if draw(st.booleans()):
        return json.dumps(value).encode("utf-8", "surrogatepass"), "json", folder
    return yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "surrogatepass"), "yaml", folder


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
FEW = settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
MANY = settings(max_examples=int(os.environ.get("SPECC_FUZZ", "2000")), deadline=None, suppress_health_check=QUIET)


@FEW
@given(mutated_bytes())
def test_mutated_bytes(spec: tuple[bytes, str, str]) -> None:
    examine(*spec)


@FEW
@given(mutated_values())
def test_mutated_values(spec: tuple[bytes, str, str]) -> None:
    examine(*spec)


@FEW
@given(st.binary(max_size=300), st.sampled_from(["toml", "yaml", "json"]))
def test_any_bytes(data: bytes, format: str) -> None:
    examine(data, format)


@pytest.mark.slow
@MANY
@given(mutated_bytes())
def test_many_mutated_bytes(spec: tuple[bytes, str, str]) -> None:
    examine(*spec)


@pytest.mark.slow
@MANY
@given(mutated_values())
def test_many_mutated_values(spec: tuple[bytes, str, str]) -> None:
    examine(*spec)


def test_the_corpus_is_worth_mutating() -> None:
    assert len(corpus()) > 50
    assert len(values()) > 50


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).with_name("fuzz_specs").glob("*.toml")), ids=lambda path: path.stem
)
def test_specs_of_many_keys_compile(path: Path) -> None:
    from specc.frontend import check

    assert not check(path).failed
    examine(path.read_bytes(), "toml", str(path.parent))
