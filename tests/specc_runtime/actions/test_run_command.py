"""Programs as steps: what they are given, and what is made of what they print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc_runtime.actions import command
from specc_runtime.actions.command import run, words
from specc_runtime.errors import ArgumentMismatch, CommandError, OutputMismatch, class_names
from specc_runtime.programs import folders


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["a", 1, 2.0, 2.5, True, "b c"], ["a", "1", "2", "2.5", "true", "b c"]),
        (["a", ["b", 2], []], ["a", "b", "2"]),
        ([["a", "b"]], ["a", "b"]),
        (["a", {"é": [1]}, [[1, 2]]], ["a", '{"é":[1]}', "[1,2]"]),
        (["a", "*", "$HOME", "; rm -rf /"], ["a", "*", "$HOME", "; rm -rf /"]),
    ],
)
def test_words(items: list[Any], expected: list[str]) -> None:
    assert words(items) == expected


@pytest.mark.parametrize(
    ("items", "said"),
    [([], "no program"), ([""], "no program"), (["a", None], "`command[1]` is null"), (["a", b"b"], "bytes"),
     (["a", "b\0c"], "NUL"), (["a", object()], "`object`")],
)  # fmt: skip
def test_what_is_no_argument(items: list[Any], said: str) -> None:
    with pytest.raises(ArgumentMismatch, match=said.replace("[", r"\[")):
        words(items)


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    assert run(["printf", "%s", "$(touch pwned); `id` | cat > x"]) == "$(touch pwned); `id` | cat > x"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("printed", "result"), [(r"a\n\n", "a"), (r" a\r\n", " a\r"), (r"\n", ""), ("", "")])
def test_newlines_at_the_end_go(printed: str, result: str) -> None:
    assert run(["printf", printed]) == result


def test_nothing_can_be_read() -> None:
    assert run(["cat"]) == ""


def test_the_environment_is_that_of_the_step_with_its_own_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "1")
    monkeypatch.setenv("CHANGED", "old")
    printed = run(["sh", "-c", 'echo "$KEPT $CHANGED $ADDED"'], env={"CHANGED": "new", "ADDED": 3})
    assert printed == "1 new 3"


def test_status_as_a_value() -> None:
    assert [run([name], "exit") for name in ("true", "false")] == [0, 1]


def test_a_signal_is_a_failure_even_where_the_status_is_a_value() -> None:
    with pytest.raises(CommandError, match="signal 15, SIGTERM"):
        run(["sh", "-c", "kill $$"], "exit")


def test_failures_also_go_by_exit() -> None:
    with pytest.raises(CommandError) as caught:
        run(["false"])
    assert "exit" in class_names(caught.value)
    same_name = type("CommandError", (Exception,), {})
    assert "exit" not in class_names(same_name())


def test_the_last_lines_are_told() -> None:
    with pytest.raises(CommandError) as caught:
        run(["sh", "-c", "seq 1 100 >&2; exit 7"])
    lines = str(caught.value).split("\n")
    assert "failed with status 7: 100" in lines[0]
    assert lines[2:] == [str(number) for number in range(81, 101)]


def test_standard_error_is_printed_and_so_is_the_output_of_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    run(["sh", "-c", "echo told >&2; echo result"])
    run(["echo", "logged"], "exit")
    out, err = capsys.readouterr()
    assert (out, err) == ("logged\n", "told\n")


def test_json() -> None:
    value = {"a": [1, 2.5, None, "é"]}
    assert run(["printf", "%s", json.dumps(value)], "json") == value


@pytest.mark.parametrize(
    ("printed", "said"), [("[1,\n 2 3]", "line 2, column 4"), ("NaN", "no number"), (" ", "nothing")]
)
def test_what_is_not_json(printed: str, said: str) -> None:
    with pytest.raises(OutputMismatch, match=said):
        run(["printf", "%s", printed], "json")


def test_what_is_not_text() -> None:
    with pytest.raises(OutputMismatch, match="not UTF-8, at byte 1"):
        run(["printf", r"a\377"])


def test_output_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "LARGEST_OUTPUT", 1024 * 1024)
    with pytest.raises(OutputMismatch, match="more than 1 MiB"):
        run(["yes"])


def test_what_cannot_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "root", lambda: tmp_path)
    (tmp_path / "script").write_text("#!/no/such/interpreter\n")
    (tmp_path / "script").chmod(0o755)
    (tmp_path / "text").write_text("text")
    for program, said in (("./script", "first line"), ("./text", "not executable"), ("./missing", "no program")):
        with pytest.raises(CommandError, match=said):
            run([program])


def test_runs_in_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "root", lambda: tmp_path)
    (tmp_path / "tool").write_text("#!/bin/sh\npwd\n")
    (tmp_path / "tool").chmod(0o755)
    assert run(["./tool"]) == str(tmp_path)


@pytest.mark.parametrize(
    ("given", "read"),
    [("a\n", "a"), ("", ""), (b"\xc3\xa9", "é"), ([1, {"a": None}], '[1,{"a":null}]'), (2.5, "2.5"), (None, "")],
)
def test_what_it_reads(given: Any, read: str) -> None:
    assert run(["cat"], stdin=given) == read


def test_it_need_not_read_all() -> None:
    assert run(["head", "-c", "2"], stdin="x" * 1_000_000) == "xx"


def test_files_are_written_into_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "root", lambda: tmp_path)
    tool = tmp_path / "tool.sh"
    tool.write_text('#!/bin/sh\nfind . -type f | sort; cat a; cat "$SPECC_ROOT/tool.sh" | wc -l; pwd\n')
    tool.chmod(0o755)
    *found, place = run(["./tool.sh"], "lines", files={"a": "text\n", "b/c.json": [1], "b/d": b"\xff"})
    assert found == ["./a", "./b/c.json", "./b/d", "text", "2"]
    assert not Path(place).exists()
    with pytest.raises(ArgumentMismatch, match=r"`files\.x` is `object`"):
        run(["true"], files={"x": object()})


def test_what_it_leaves_in_the_background_does_not_hold_its_step() -> None:
    assert run(["sh", "-c", "sleep 600 & echo now; (sleep 0.2; echo later) & exit 0"]) == "now\nlater"


def test_errors_by_status() -> None:
    codes = {"3": "NoData", "4": "ok"}
    assert run(["sh", "-c", "echo x; exit 4"], exit_codes=codes) == "x"
    assert run(["sh", "-c", "exit 5"], "exit", exit_codes=codes) == 5
    for result in ("exit", "text"):
        with pytest.raises(CommandError) as caught:
            run(["sh", "-c", "echo why >&2; exit 3"], result, exit_codes=codes)
        assert class_names(caught.value)[0] == "NoData"
        assert str(caught.value).endswith("status 3: why")


def test_a_failure_keeps_no_artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECC_ARTIFACTS", (tmp_path / "kept").as_uri())
    found = run(["sh", "-c", "echo 1 > a; echo x"], cwd="fresh", artifacts=["a"])
    assert (found["value"], found["artifacts"]["a"]["size"]) == ("x", 2)
    with pytest.raises(CommandError):
        run(["sh", "-c", "echo 2 > a; exit 1"], cwd="fresh", artifacts=["a"])
    assert len(list((tmp_path / "kept").rglob("a"))) == 1
