"""`specc test`: what it runs, says and writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from specc.cli.shell import run
from specc.testing.differences import MISSING, Difference, compare

HEAD = """\
specc = 1
kind = "pipeline"
name = "birds"

[params.limit]
type = "integer"
default = 2

[steps.birds]
call = "test_birds:birds"
with.limit = "${params.limit}"

[steps.flap]
call = "test_birds:flap"
each.bird = "${steps.birds}"

[steps.many]
call = "test_birds:many"
when = "${len(steps.birds) > 2}"

[steps.song]
call = "test_birds:song"
with = { birds = "${steps.flap}", many = "${coalesce(steps.many, 'few')}" }
retry = { max = 2, delay = "10m", on = ["TimeoutError"] }
on_error.LookupError.use = "silence: ${error.message}"

[outputs]
song = "${steps.song}"
many = "${steps.many}"
"""
WORK = """\
import os, sys

def birds(limit: int) -> list[str]:
    print("looking for birds")
    os.system("echo a process speaks")
    return ["goose", "duck", "swan"][:limit]

def flap(bird: str) -> str:
    if bird == "stone":
        raise ValueError("a \\x1b[31mstone\\x00 does not flap")
    return "flappy " + bird

def many() -> str:
    return "many"

def song(birds: list[str], many: str) -> str:
    return f"{many}: " + ", ".join(birds)
"""
PASSING = """
[[tests]]
name = "two birds"
expect.outputs = { song = "few: flappy goose, flappy duck", many = "${null}" }
expect.skipped = ["many"]

[[tests]]
name = "replaced"
params.limit = 3
mock = { birds = ["a", "b", "c"], flap = ["A", "B", "C"] }
expect.outputs.song = "many: A, B, C"
expect.skipped = []

[[tests]]
name = "skipped steps are skipped also when they are replaced"
mock = { many = "a lot" }
expect.outputs.song = "few: flappy goose, flappy duck"

[[tests]]
name = "handled"
mock.song = { error = "KeyError", message = "no tune" }
expect.outputs.song = "silence: no tune"

[[tests]]
name = "retried in vain, without waiting"
mock.song = { error = "TimeoutError" }
expect.error = "TimeoutError"

[[tests]]
name = "an item fails"
mock.birds = ["stone"]
expect.error = "ValueError"

[[tests]]
name = "a refused run"
params.limit = "two"
expect = { error = "InvalidParameters", calls = { birds = 0 } }

[[tests]]
name = "counted"
expect.calls = { birds = 1, flap = 2, many = 0, song = { min = 1, max = 2 } }

[[tests]]
name = "items one by one"
mock.birds = ["a", "b", "c"]
mock.flap = { each = ["A", { error = "ValueError" }, "C"] }
expect = { error = "ValueError", calls = { song = 0 } }

[[tests]]
name = "items one by one, and all is well"
mock = { birds = ["a", "b"], flap = { each = ["A", "B"] } }
expect = { outputs = { song = "few: A, B" }, calls = { flap = 2 } }

[[tests]]
name = "more items than there are"
mock = { birds = ["a"], flap = { each = ["A", "B"] } }
expect.error = "UnequalLengths"

[[tests]]
name = "retries and what is replaced count"
mock = { birds = ["a", "b", "c"], song = { error = "TimeoutError" } }
expect = { error = "TimeoutError", calls = { birds = 1, flap = 3, song = 3 } }
"""
FAILING = """
[[tests]]
name = "wrong song"
expect.outputs.song = "many"
expect.skipped = []

[[tests]]
name = "a stone"
mock.birds = ["stone"]
expect = {}

[[tests]]
name = "no failure"
expect.error = "ValueError"

[[tests]]
name = "wrong counts"
expect.calls = { birds = 2, flap = { max = 1 } }
"""


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def specc_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    (tmp_path / "test_birds.py").write_text(WORK)
    (tmp_path / "good.toml").write_text(HEAD + PASSING)
    (tmp_path / "bad.toml").write_text(HEAD + FAILING)
    (tmp_path / "none.toml").write_text(HEAD)
    (tmp_path / "broken.toml").write_text(HEAD + '\n[[tests]]\nname = "x"\nmock.brids = 1\nexpect = {}\n')
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def start(*arguments: str) -> Done:
        return Done(run(["test", *arguments]), *capfd.readouterr())

    return start


def test_all_pass(specc_test: Callable[..., Done]) -> None:
    done = specc_test("good.toml")
    names = [line.partition(": ")[2] for line in done.out.splitlines()[:-1]]
    assert (done.code, done.err) == (0, ""), "what steps of a passing test print is not shown"
    assert all(line.startswith("ok      good.toml: ") for line in done.out.splitlines()[:-1])
    assert names == [line[8:-1] for line in PASSING.splitlines() if line.startswith("name = ")]
    assert done.out.endswith("\n12 passed, 0 failed\n")


def test_failures_say_what_was_found_and_where(specc_test: Callable[..., Done]) -> None:
    done = specc_test("bad.toml", "-j", "1")
    assert done.code == 1
    assert done.out == (
        'FAILED  bad.toml: wrong song: outputs.song: expected "many", found "few: flappy goose, flappy duck" (and 1 more)\n'
        "FAILED  bad.toml: a stone: expected a success, found ValueError in step `flap`: a ␛[31mstone␀ does not flap\n"
        "FAILED  bad.toml: no failure: expected the error `ValueError`, but the run succeeded\n"
        "FAILED  bad.toml: wrong counts: calls.birds: expected 2, found 1 (and 1 more)\n"
        "0 passed, 4 failed\n"
    )
    line = HEAD.count("\n") + 4
    assert f"--> bad.toml:{line}:16\n" in done.err
    assert '   = note: skipped: expected [], found ["many"]\n' in done.err
    assert '   = note: calls.flap: expected {"max": 1}, found 2\n' in done.err
    assert done.err.count("error[SPC510]: test `") == 4
    assert "looking for birds\na process speaks\n" in done.err
    assert 'test_birds.py", line 10, in flap' in done.err
    assert "specc_" not in done.err
    assert "\x1b[31m" not in done.err.partition("error[SPC510]: test `a stone`")[2]


def test_several_specs_and_the_codes(specc_test: Callable[..., Done]) -> None:
    assert specc_test("good.toml", "bad.toml").out.endswith("\n12 passed, 4 failed\n")
    done = specc_test("*.toml")
    assert done.code == 2, "a spec that does not compile weighs more than a test that fails"
    assert "error[SPC220]: a test names the step `brids`" in done.err
    assert done.out.endswith("\n12 passed, 4 failed\n")
    done = specc_test("none.toml")
    assert (done.code, done.out) == (0, "0 passed, 0 failed\n")
    assert specc_test("absent.toml").code == 2


@pytest.mark.parametrize(
    ("pattern", "passed"), [("two", 1), ("RE", 6), ("re*ed", 1), ("*", 12), ("a ??fused run", 1), ("handled", 1)]
)
def test_by_name(specc_test: Callable[..., Done], pattern: str, passed: int) -> None:
    assert specc_test("good.toml", "--name", pattern).out.endswith(f"{passed} passed, 0 failed\n")


def test_no_test_of_that_name(specc_test: Callable[..., Done]) -> None:
    done = specc_test("good.toml", "--name", "[two]")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: no test has `[two]` in its name\n"


def test_json(specc_test: Callable[..., Done]) -> None:
    done = specc_test("bad.toml", "broken.toml", "--json")
    found = json.loads(done.out)
    assert (done.code, done.err) == (2, "")
    assert (found["passed"], found["failed"], found["refused"]) == (0, 4, ["broken.toml"])
    first, stone, last, counts = found["tests"]
    assert (first["spec"], first["name"], first["passed"]) == ("bad.toml", "wrong song", False)
    assert first["differences"] == [
        {"path": "outputs.song", "expected": "many", "found": "few: flappy goose, flappy duck"},
        {"path": "skipped", "expected": [], "found": ["many"]},
    ]
    assert "looking" in first["printed"]
    assert (stone["error"]["name"], stone["error"]["step"]) == ("ValueError", "flap")
    assert stone["differences"] == [{"path": "error", "found": "ValueError"}]
    assert last["differences"] == [{"path": "error", "expected": "ValueError"}]
    assert counts["calls"] == {"birds": 1, "flap": 2, "many": 0, "song": 1}
    assert counts["differences"][1] == {"path": "calls.flap", "expected": {"max": 1}, "found": 2}
    codes = {item["code"] for item in found["diagnostics"]["diagnostics"]}
    assert codes == {"SPC510", "SPC220"}


def test_junit(specc_test: Callable[..., Done], tmp_path: Path) -> None:
    done = specc_test("*.toml", "--junit", "reports/tests.xml")
    assert done.code == 2
    root = ElementTree.fromstring((tmp_path / "reports" / "tests.xml").read_bytes())
    assert {key: root.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "17",
        "failures": "4",
        "errors": "1",
    }
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"good.toml", "bad.toml", "broken.toml"}
    assert len(suites["good.toml"]) == 12
    failure = suites["bad.toml"][1].find("failure")
    assert failure is not None
    assert "a \\x1b[31mstone\\x00 does not flap" in str(failure.get("message"))
    assert "in flap" in str(failure.text)
    assert "a process speaks" in str(suites["bad.toml"][0].findtext("system-out"))
    assert "SPC220" in str(suites["broken.toml"].findtext("testcase/error"))


def test_no_test_sees_what_another_left_behind(specc_test: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "counting.py").write_text("n = 0\ndef f() -> int:\n    global n\n    n += 1\n    return n\n")
    tests = "".join(f'[[tests]]\nname = "{name}"\nexpect.outputs.a = 1\n' for name in "xy")
    head = 'specc = 1\nkind = "pipeline"\nname = "m"\n[steps.a]\ncall = "counting:f"\n[outputs]\na = "${steps.a}"\n'
    (tmp_path / "counts.toml").write_text(head + tests)
    assert specc_test("counts.toml").out.endswith("2 passed, 0 failed\n")


def open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_no_file_stays_open(specc_test: Callable[..., Done]) -> None:
    before = open_files()
    specc_test("good.toml")
    if before:
        assert open_files() == before


@pytest.mark.parametrize(
    ("expected", "found", "told"),
    [
        (1, 1, []),
        (1, 1.0, []),
        (1, True, [("", 1, True)]),
        (False, 0, [("", False, 0)]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [(".a.b", 1, 2)]),
        ({"a b": 1}, {}, [('["a b"]', 1, MISSING)]),
        ([1, 2], [1], [("[1]", 2, MISSING)]),
        ([], [None], [("[0]", MISSING, None)]),
        (None, [], [("", None, [])]),
        ([[1], "x"], [[True], "x"], [("[0][0]", 1, True)]),
    ],
)
def test_values_are_compared_as_json(expected: object, found: object, told: list[tuple[str, object, object]]) -> None:
    assert list(compare("", expected, found)) == [Difference(*item) for item in told]


def test_long_values_are_cut() -> None:
    assert len(str(Difference("outputs.x", "a" * 1000, MISSING))) < 200
