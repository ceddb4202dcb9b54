"""Configurations of every form become specs that give a script exactly what the engine would have given it.

Each folder of `tests/golden/importing` has a configuration, the spec that is expected, and in `original.json` which
configurations KohakuEngine 0.5.0 made of the same file.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics import Place, Severity, Sink
from specc.frontend import check
from specc.importing.kogine import Imported, Options, import_kogine
from specc.matrix.expand import expand
from specc.source.document import parse
from specc_runtime.expressions import Template
from specc_schemas.matrix import Matrix

CASES = Path(__file__).parents[2] / "golden" / "importing"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
LEFT_OUT = {"_private", "config_gen"}
WRITTEN_OTHERWISE = {"helper", "kind", "ctx"}
"""Names that the script does not bind: the engine sets them, and nobody sees it."""


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., Imported]:
    """Import a case, from a folder of its own."""

    def make(name: str, **options: Any) -> Imported:
        shutil.copytree(CASES / name, tmp_path, dirs_exist_ok=True)
        shutil.copy(CASES / "train.py", tmp_path)
        [config] = tmp_path.glob("config.*")
        given = {"scripts": (str(tmp_path / "train.py"),), "folder": tmp_path} | options
        return import_kogine(Options(config=config, **given))

    return make


def test_there_are_cases() -> None:
    assert len(NAMES) >= 35
    assert all({path.name for path in (CASES / name).iterdir()} >= {"expected.toml", "original.json"} for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_expected_spec(
    name: str, imported: Callable[..., Imported], golden: Callable[..., None], tmp_path: Path
) -> None:
    found = imported(name)
    assert not found.failed, found.findings
    golden(CASES / name / "expected.toml", found.text)
    notes = [f"{one.severity}[{one.code}]: {one.message}\n" for one in found.findings]
    if notes:
        golden(CASES / name / "notes.txt", "".join(notes).replace(f"{tmp_path}/", ""))
    else:
        assert not (CASES / name / "notes.txt").exists()


@pytest.mark.parametrize("name", NAMES)
def test_spec_is_sound(name: str, imported: Callable[..., Imported], tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(imported(name).text)
    errors = [one.message for one in check(spec).diagnostics if one.severity is Severity.ERROR]
    assert errors == []


@pytest.mark.parametrize("format", ["toml", "yaml"])
@pytest.mark.parametrize("name", NAMES)
def test_same_configurations_as_the_engine(name: str, format: str, imported: Callable[..., Imported]) -> None:
    found = imported(name, format=format)
    given = list(configurations(parse("", format, found.text).value))  # type: ignore[arg-type]  # one of the formats
    original = json.loads((CASES / name / "original.json").read_text())
    assert given == [expected(one) for one in original]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("data")])
def test_running_gives_the_same(name: str, imported: Callable[..., Imported]) -> None:
    ran, read = (parse("", "toml", imported(name, run=run).text).value for run in (True, False))
    assert list(configurations(ran)) == list(configurations(read))


def expected(original: dict[str, Any]) -> dict[str, Any]:
    """What of the engine's configuration reaches the script's globals and the function's arguments."""
    bound = {name: value for name, value in original["globals"].items() if name not in LEFT_OUT | WRITTEN_OTHERWISE}
    named = dict(zip(("resume", "steps"), original["args"], strict=False)) | original["kwargs"]
    return {"globals": {name: by_name(name, value) for name, value in bound.items()}, "with": named}


def by_name(name: str, value: Any) -> Any:
    """What is no data is referred to by the name that the configuration gives it."""
    if isinstance(value, dict) and (set(value) == {"other"} or any(key.startswith("!") for key in value)):
        return {"ref": f"config:{name}"}
    if isinstance(value, dict) and value.get("ref") == "config:<lambda>":
        return {"ref": f"config:{name}"}
    return value


def configurations(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the steps of a spec give, run after run."""
    for step in spec["steps"].values():
        cells: list[dict[str, Any]] = [{}]
        if "matrix" in step:
            sink = Sink()
            expansion = expand(Matrix.model_validate(step["matrix"]), Place(()), sink)
            assert expansion is not None, sink.diagnostics
            cells = expansion.cells
        for cell in cells:
            scope = {"matrix": cell}
            yield {key: Template(step.get(key, {})).evaluate(scope) for key in ("globals", "with")}
