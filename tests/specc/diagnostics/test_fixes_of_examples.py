"""Whatever fix the bad example of a code carries: applied, the finding is gone, nothing new is wrong, comments are there."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.diagnostics import Diagnostic, Severity
from specc.diagnostics.catalogue import ENTRIES, Entry
from specc.diagnostics.fixes import apply_fixes
from specc.formatting.verify import comments
from specc.source.document import parse
from specc.source.fault import Fault

PAGE = runpy.run_path(str(Path(__file__).parents[3] / "docs" / "generate_diagnostics.py"))
CHECKED = [entry for entry in ENTRIES.values() if entry.bad and entry.stage in ("check", "compile")]


def twin(entry: Entry, format: str) -> Entry | None:
    """The bad example in another format; None when it cannot be read in its own."""
    if format == entry.format:
        return entry
    try:
        value = parse("", entry.format, entry.bad).value
    except (Fault, UnicodeEncodeError):
        return None
    bad = json.dumps(value, indent=1) if format == "json" else yaml.safe_dump(value, sort_keys=False)
    return replace(entry, bad=bad, format=format)  # type: ignore[arg-type]  # one of the three


def errors(found: tuple[Diagnostic, ...]) -> Counter[str]:
    return Counter(item.code for item in found if item.severity is Severity.ERROR)


def commented(entry: Entry) -> str:
    """The bad example with a comment above and below."""
    return entry.bad if entry.format == "json" else f"# above\n{entry.bad}\n# below\n"


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
@pytest.mark.parametrize("entry", CHECKED, ids=lambda entry: entry.code)
def test_fixes_mend(entry: Entry, format: str, tmp_path: Path) -> None:
    written = twin(entry, format)
    if written is None:
        return
    before = PAGE["findings"](written, commented(written), tmp_path)
    spec = tmp_path / f"example.{written.format}"
    for diagnostic in before:
        if diagnostic.fix is None or diagnostic.code != entry.code:
            continue
        fixed = replace(diagnostic, fix=diagnostic.fix._replace(safe=True))
        (changed,) = apply_fixes({str(spec): commented(written)}, [fixed]).values()
        after = PAGE["findings"](written, changed, tmp_path)
        assert errors(after)[entry.code] < errors(before)[entry.code] or diagnostic.severity is not Severity.ERROR
        assert (diagnostic.code, diagnostic.message) not in {(item.code, item.message) for item in after}
        if readable(before):  # what cannot be read hides what else is wrong, and its comments
            assert not errors(after) - errors(before), changed
            assert comments(changed, written.format) == comments(commented(written), written.format)


def readable(found: tuple[Diagnostic, ...]) -> bool:
    return all(item.code >= "SPC030" for item in found)


def test_the_page_shows_what_is_found() -> None:
    kinds: dict[str, Any] = Counter(PAGE["fixing"](entry) for entry in CHECKED)
    assert kinds["safe"] >= 12
    assert kinds["suggested"] >= 20
