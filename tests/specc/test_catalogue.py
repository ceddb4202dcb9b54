"""Every code is documented by a spec that triggers it and one that does not, and no code is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specc.diagnostics import Severity
from specc.diagnostics.catalogue import ENTRIES, Entry

RANGES = {
    "syntax": (0, 99),
    "schema": (100, 199),
    "names": (200, 299),
    "expressions": (300, 329),
    "functions": (330, 359),
    "targets": (400, 499),
    "run": (500, 599),
    "packaging": (510, 524),
    "pulumi": (540, 549),
    "importing": (600, 609),
    "internal": (900, 999),
}
RUNS = {"run": ["run", "--local"], "test": ["test"], "engines": ["test", "--on", "local,asl"]}
"""Stages at which a command reports the code."""
SHOWN = {code: entry for code, entry in ENTRIES.items() if entry.bad}
"""All but those that no spec can trigger on purpose."""


def codes(entry: Entry, text: str, folder: Path) -> set[str]:
    """The codes that the entry's stage reports for a spec."""
    for name, content in entry.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    spec = folder / f"example.{entry.format}"
    spec.write_bytes(text.encode("utf-8", "surrogateescape"))
    if entry.stage == "import":
        from specc.importing.kogine import Options, import_kogine

        options = Options(config=spec, scripts=(str(folder / "train.py"),), folder=folder)
        return {found.code for found in import_kogine(options).findings}
    from specc.frontend import check, compile_for

    compilation = check(spec, stack=entry.stack)
    if entry.stage == "compile" and not compilation.failed:
        from specc import targets

        compile_for(targets.load(entry.target), compilation)
    if entry.stage == "build":
        from specc import targets

        targets.driver("packaging").build(compilation, folder / "build")
    found = {diagnostic.code for diagnostic in compilation.diagnostics}
    if entry.stage in RUNS and not compilation.failed:
        found |= printed_codes(spec, RUNS[entry.stage])
    return found


def printed_codes(spec: Path, command: list[str]) -> set[str]:
    """The codes that a command prints about a spec."""
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "specc.cli", *command, spec.name],
        cwd=spec.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return set(re.findall(r"SPC\d{3}", done.stderr + done.stdout))


def marked(entry: Entry) -> object:
    return pytest.param(entry, id=entry.code, marks=[pytest.mark.slow] if entry.stage in {"run", "test"} else [])


@pytest.mark.parametrize("entry", [marked(entry) for entry in SHOWN.values()])
def test_bad_example_triggers_its_code(entry: Entry, tmp_path: Path) -> None:
    assert entry.code in codes(entry, entry.bad, tmp_path)


@pytest.mark.parametrize("entry", [marked(entry) for entry in SHOWN.values()])
def test_good_example_is_clean(entry: Entry, tmp_path: Path) -> None:
    assert codes(entry, entry.good, tmp_path) == set()


@pytest.mark.parametrize(
    "entry",
    [pytest.param(entry, id=entry.code) for entry in SHOWN.values() if entry.stage not in {"run", "test", "import"}],
)
def test_bad_example_shows_where(entry: Entry, tmp_path: Path) -> None:
    """Every finding about a text points into it, at characters that exist."""
    for name, content in entry.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    spec = tmp_path / f"example.{entry.format}"
    spec.write_text(entry.bad, encoding="utf-8", errors="surrogateescape")
    from specc.frontend import check

    compilation = check(spec)
    for diagnostic in compilation.diagnostics:
        assert diagnostic.message[0] == "`" or not diagnostic.message[0].isupper(), "messages are lower-case phrases"
        assert not diagnostic.message.endswith(".")
        assert not re.search(r"pydantic|Traceback|<class|__\w+__|validation error", diagnostic.message)
        assert diagnostic.severity is not Severity.ERROR or diagnostic.labels or diagnostic.code < "SPC010"


def test_codes_are_unique_and_in_range() -> None:
    from specc.diagnostics import catalogue

    entries = [entry for area in catalogue._AREAS for entry in area.ENTRIES]
    assert len(entries) == len(ENTRIES), "two entries of one code"
    for area in catalogue._AREAS:
        low, high = RANGES.get(area.__name__.rpartition(".")[2], (0, 999))
        for entry in area.ENTRIES:
            assert re.fullmatch(r"SPC\d{3}", entry.code)
            assert low <= int(entry.code[3:]) <= high or area.__name__.endswith(("unsupported", "names")), entry.code


def test_entries_say_what_and_why() -> None:
    for entry in ENTRIES.values():
        assert entry.title == entry.title.strip()
        assert len(entry.title) < 80
        assert not entry.title.endswith(".")
        assert len(entry.why) > 30


def test_every_code_in_the_sources_has_an_entry_and_every_entry_is_used(repository: Path) -> None:
    used: dict[str, str] = {}
    for root in ("compiler/specc", "targets/specc_targets", "targets/specc_runtime"):
        for path in (repository / root).rglob("*.py"):
            if "catalogue" in path.parts:
                continue
            for code in re.findall(r"[\"'](SPC\d{3})[\"']", path.read_text(encoding="utf-8")):
                used.setdefault(code, str(path.relative_to(repository)))
    assert {code: path for code, path in used.items() if code not in ENTRIES} == {}, "codes without an entry"
    assert set(ENTRIES) - set(used) == set(), "entries that nothing reports"


def test_page_is_up_to_date(repository: Path) -> None:
    import runpy

    generator = runpy.run_path(str(repository / "docs" / "generate_diagnostics.py"))
    assert (repository / "docs" / "diagnostics.md").read_text(encoding="utf-8") == generator["page"](), (
        "run `make docs`"
    )
