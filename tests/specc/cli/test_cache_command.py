"""`specc cache`."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from specc_targets.local.cache import Cache


@pytest.fixture
def kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two steps of `sums.toml` have results; `numbers` was found again, then called with another argument."""
    monkeypatch.setenv("SPECC_STATE", str(project / ".specc"))
    for limits in ([3], [3, 4]):
        with Cache(project / ".specc" / "cache", project, spec="sums.toml") as cache:
            for limit in limits:
                key = cache.key("functions:numbers", {"limit": limit}, None)
                assert key is not None
                if cache.get(key, step="numbers") is None:
                    cache.put(key, limit, step="numbers", seconds=2.0)
            other = cache.key("functions:total", {}, None)
            assert other is not None
            cache.put(other, "x" * 100_000, step="total")
    return project


def test_ls(specc, kept: Path) -> None:
    lines = specc("cache", "ls").out.splitlines()
    assert lines[0].split() == ["STEP", "FUNCTION", "ENTRIES", "SIZE", "AGE", "LAST", "HIT", "SPEC"]
    assert lines[1].split()[:3] == ["numbers", "functions:numbers", "2"]
    assert lines[2].split()[:5] == ["total", "functions:total", "1", "98.0", "KiB"]
    assert lines[2].split()[-2:] == ["never", "sums.toml"]
    found = json.loads(specc("cache", "ls", "--step", "numbers", "--json").out)
    assert [(item["step"], item["entries"]) for item in found] == [("numbers", 2)]
    assert time.time() - 60 < found[0]["hit"] < time.time()


def test_rm(specc, kept: Path) -> None:
    assert specc("cache", "rm").code == 2
    assert specc("cache", "rm", "--all", "total").code == 2
    assert specc("cache", "rm", "--older", "soon").code == 2
    unknown = specc("cache", "rm", "nmbers")
    assert unknown.code == 2
    assert "did you mean `numbers`?" in unknown.err
    assert json.loads(specc("cache", "rm", "--older", "1h", "--json").out) == {"entries": 0, "bytes": 0}
    assert specc("cache", "rm", "total").out == "dropped 1 entry, 98.0 KiB\n"
    key = json.loads(specc("cache", "why", "numbers", "--json").out)["last"]["key"]
    assert specc("cache", "rm", key[:12]).out.startswith("dropped 1 entry")
    assert specc("cache", "rm", "--all").out.startswith("dropped 1 entry")
    assert json.loads(specc("cache", "ls", "--json").out) == []


def test_why(specc, kept: Path) -> None:
    found = specc("cache", "why", "numbers", "sums.toml")
    assert found.code == 0, found.err
    assert "last run: 1 from the cache, 1 called" in found.out
    assert "- argument `limit` changed" in found.out
    assert specc("cache", "why", "numbers").out.splitlines()[0] == found.out.splitlines()[0]
    elsewhere = specc("cache", "why", "numbers", "other.toml")
    assert (elsewhere.code, elsewhere.err) == (
        2,
        "error: no run of `other.toml` looked for step `numbers`; one of `sums.toml` did\n",
    )
    with Cache(kept / ".specc" / "cache", kept, spec=str(kept / "sums.toml")) as cache:
        key = cache.key("functions:numbers", {"limit": 3}, None)
        assert key is not None
        assert cache.get(key, step="numbers") is not None
    hit = specc("cache", "why", "numbers").out
    assert "last run: 1 from the cache, 0 called" in hit
    assert "- the source of `functions.py`" in hit
    assert "- the arguments `limit`" in hit
    assert json.loads(specc("cache", "why", "numbers", "--json").out)["last"]["result"] == "hit"


def test_what_is_not_there(specc, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECC_STATE", str(project / ".specc"))
    assert specc("cache", "ls").code == 0
    assert specc("cache", "rm", "--all").out == "dropped 0 entries, 0 B\n"
    missing = specc("cache", "why", "numbers")
    assert missing.code == 2
    assert missing.err.startswith("error: the cache knows no step `numbers`; nothing is kept")
    assert not (project / ".specc").exists()
    (project / ".specc").mkdir()
    (project / ".specc" / "cache").write_text("")
    assert specc("cache", "ls").code == 0


def test_a_damaged_cache_is_said(specc, kept: Path) -> None:
    for name in ("cache.sqlite-wal", "cache.sqlite-shm"):
        (kept / ".specc" / "cache" / name).unlink(missing_ok=True)
    (kept / ".specc" / "cache" / "cache.sqlite").write_bytes(b"nonsense" * 999)
    assert specc("cache", "ls").code == 0
    assert specc("cache", "why", "numbers").code == 2


def test_a_step_of_a_run(specc, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the spec to the explanation."""
    monkeypatch.setenv("SPECC_STATE", str(project / ".specc"))
    spec = project / "sums.toml"
    cached = '[steps.total]\ncall = "functions:total"\ncache = true\n'
    spec.write_text(spec.read_text().replace('[steps.total]\ncall = "functions:total"\n', cached))
    outputs = []
    changes = (
        "",
        "# a comment\n",
        "def unused() -> None: ...\n",
        "def total(numbers: list[int]) -> int:\n    return 6\n",
    )
    for change, called in zip(changes, (True, False, False, True), strict=True):
        source = project / "functions.py"
        source.write_text(source.read_text() + change)
        outputs.append(specc("run", "--local", "sums.toml").out)
        found = json.loads(specc("cache", "why", "total", "--json").out)
        assert (found["hits"], found["misses"]) == ((0, 1) if called else (1, 0))
    assert outputs == ["total = 6\n"] * 4
    assert "the source of `functions.py` changed" in specc("cache", "why", "total", "sums.toml").out
