"""Texts of specs for tests that try names by chance: the examples, the conformance specs and generated ones, written oddly."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from conformance.generator.spec import generate
from conformance.generator.toml import to_toml
from specc.diagnostics import Sink
from specc.diagnostics.catalogue import ENTRIES
from specc.source import load_spec

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "conformance" / "corpus"
RICH = Path(__file__).parent / "specc" / "language_server" / "symbols" / "specs"
"""Specs with everything that has a name."""
_GENERATED = 2_000


@dataclass(frozen=True)
class Variant:
    """A text that stands for the content of a file."""

    path: Path
    text: str


@cache
def files() -> tuple[Path, ...]:
    """The specs of the repository."""
    found = [*ROOT.glob("specs/*/*.toml"), *ROOT.glob("specs/*/*.yaml"), *CORPUS.glob("*/spec.*"), *RICH.glob("*.*")]
    return tuple(sorted(path for path in found if "kind" in path.read_text(encoding="utf-8")))


@cache
def catalogue() -> tuple[Variant, ...]:
    """The specs of the catalogue of diagnostics, of which half have mistakes."""
    found = [
        Variant(CORPUS / "chain" / f"entry.{entry.format}", text)
        for entry in ENTRIES.values()
        for text in (entry.bad, entry.good)
        if text and text.isprintable() is False and entry.format != "py"
    ]
    return tuple(item for item in found if values(item) is not None)


def values(variant: Variant) -> dict[str, Any] | None:
    """The plain values of the text itself; None when it cannot be read."""
    data = variant.text.encode("utf-8", "surrogateescape")
    found = load_spec(variant.path, Sink(), text=data, format=variant.path.suffix[1:])
    return found.documents[0].value if found is not None else None


def variant(random: Random) -> Variant:
    """A text of a spec."""
    source = random.choices(["file", "rich", "catalogue", "generated"], [3, 3, 1, 3])[0]
    if source == "catalogue":
        found = random.choice(catalogue())
    elif source == "generated":
        found = _written(generate(random.randrange(_GENERATED)).spec, CORPUS / "chain" / "generated", random)
    else:
        path = random.choice([item for item in files() if source == "file" or item.parent == RICH])
        found = Variant(path, path.read_bytes().decode())
        value = values(found)
        if random.random() < 0.4 and value is not None and "extends" not in value:
            written = _written(json.loads(json.dumps(value, default=str)), path.with_suffix(""), random)
            found = written if values(written) is not None else found  # TOML has other escapes than JSON
    return _odd(found, random)


def _written(value: dict[str, Any], path: Path, random: Random) -> Variant:
    """A value in a format drawn by chance."""
    format = random.choice(["toml", "yaml", "json"])
    if format == "toml" and not _has_null(value):
        return Variant(path.with_suffix(".toml"), to_toml(value))
    if format == "json":
        indent = random.choice([None, 2])
        return Variant(path.with_suffix(".json"), json.dumps(value, indent=indent, ensure_ascii=random.random() < 0.5))
    flow = random.choice([False, None])
    return Variant(path.with_suffix(".yaml"), yaml.safe_dump(value, sort_keys=False, default_flow_style=flow))


def _has_null(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is None or any(map(_has_null, inner))


def _odd(variant: Variant, random: Random) -> Variant:
    """The same spec with other line ends, comments, quotation marks, and brackets for dots."""
    before = values(variant)
    format = variant.path.suffix[1:]
    for change in random.sample([_carriage_returns, _comments, _quoted, _brackets], random.randint(0, 3)):
        text = change(variant.text, format, random)
        changed = Variant(variant.path, text)
        if change is _brackets or values(changed) == before:
            variant = changed if values(changed) is not None else variant
    return variant


def _carriage_returns(text: str, format: str, random: Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _comments(text: str, format: str, random: Random) -> str:
    if format == "json":
        return text.replace("{", "{ ", 1)
    return re.sub(r"(?m)^(?=[\[a-z])", lambda _: "# 🐦 steps.a\n" if random.random() < 0.3 else "", text)


def _quoted(text: str, format: str, random: Random) -> str:
    """Some keys in quotation marks."""
    mark = random.choice("\"'")
    if format == "toml":
        return re.sub(
            r"(?m)(?<=[.\[{ ])([A-Za-z_]\w*)(?= ?[\].=])",
            lambda found: f"{mark}{found[1]}{mark}" if random.random() < 0.3 else found[1],
            text,
        )
    if format == "yaml":
        pattern = r"(?m)^( *(?:- )?)([A-Za-z_]\w*)(?=:)"
        return re.sub(
            pattern, lambda found: f"{found[1]}{mark}{found[2]}{mark}" if random.random() < 0.3 else found[0], text
        )
    return text


def _brackets(text: str, format: str, random: Random) -> str:
    """Some `steps.a` as `steps['a']`, and blanks around dots."""

    def changed(found: re.Match[str]) -> str:
        draw = random.random()
        if draw < 0.15:
            return f"{found[1]}['{found[2]}']"
        return f"{found[1]} . {found[2]}" if draw < 0.3 else found[0]

    return re.sub(r"(?<=\$\{)(steps|params)\.([A-Za-z_]\w*)", changed, text)
