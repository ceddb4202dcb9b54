"""What `specc results` prints and writes."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from run_folders import Run
from specc.cli.results_table import lines
from specc_targets.results.writing import write

Results = Callable[..., Any]


def test_the_table_is_aligned_and_leaves_out_what_says_nothing(sweep: Run, results: Results) -> None:
    done = results(sweep)
    assert done.out == (
        "index   lr  seed  status     attempts  accuracy  loss.train  loss.test  duration  cpu  error\n"
        "    0  0.1     0  succeeded         1       0.5         1.5  [1, 2]           2s   1s  -\n"
        "    1  0.2     1  failed            2         -           -  -             0.25s    -  ValueError: no luck\n"
        "    2  0.3     2  cached            -       0.9           -  -                 -    -  -\n"
        "    3  0.4     3  pending           -         -           -  -                 -    -  -\n"
        "\n"
        "4 cells of `work`: 1 succeeded, 1 failed, 1 cached, 1 pending (run 20270115-080000-abc123, killed)\n"
    )


def test_a_narrow_terminal_sees_what_matters(sweep: Run) -> None:
    from specc_targets.results.finding import open_results
    from specc_targets.results.table import Choice

    with open_results(str(sweep.close()), None, Choice()) as table:
        *body, _, said = lines(table, 60)
    assert max(map(len, body)) <= 60
    assert body[0].split() == ["index", "lr", "seed", "status", "accuracy", "error"]
    assert "no room for attempts, loss.train, loss.test, duration, cpu" in said


def test_csv_is_read_back_and_computes_nothing(make_run: Callable[..., Run], results: Results) -> None:
    run = make_run()
    texts = ["=1+1", "-5 apples", 'a "b", c\nd', "@x"]
    for index, text in enumerate(texts):
        run.item("work", index, {"text": text, "number": -5, "table": [1], "yes": True}, 1.0, 1.0)
    rows = list(csv.DictReader(io.StringIO(results(run, "--format", "csv").out)))
    assert [row["text"] for row in rows] == ["'=1+1", "'-5 apples", 'a "b", c\nd', "'@x"]
    assert (rows[0]["number"], rows[0]["table"], rows[0]["yes"], rows[0]["error"]) == ("-5", "[1]", "true", "")


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_json_has_no_numbers_that_are_none(format: str) -> None:
    out = io.BytesIO()
    write(format, ["loss", "all"], [[float("nan"), [float("inf"), 1, float("-inf")]]], out)
    found = json.loads(out.getvalue(), parse_constant=pytest.fail)
    assert (found[0] if format == "json" else found) == {"loss": "NaN", "all": ["Infinity", 1, "-Infinity"]}


def test_no_rows_are_an_empty_list(sweep: Run, results: Results) -> None:
    assert results(sweep, "--json", "--filter", "lr > 9").rows == []
    assert results(sweep, "--format", "jsonl", "--filter", "lr > 9").out == ""


def test_parquet_has_types(sweep: Run, results: Results, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    done = results(sweep, "-o", str(tmp_path / "x.parquet"))
    assert done.code == 0, done.err
    table = parquet.read_table(tmp_path / "x.parquet")
    types = {name: str(table.schema.field(name).type) for name in ("lr", "accuracy", "loss.test", "started", "exit")}
    expected = ["double", "double", "string", "timestamp[ms, tz=UTC]", "int64"]
    assert list(types.values()) == expected
    assert table.column("accuracy").to_pylist() == [0.5, None, 0.9, None]


def test_parquet_without_its_library_says_how_to_get_it(
    sweep: Run, results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = results(sweep, "-o", str(tmp_path / "x.parquet"))
    assert (done.code, done.err) == (
        3,
        "error: Parquet needs pyarrow; install it with: pip install '.[arrow]' in a clone of specc\n",
    )
    assert not (tmp_path / "x.parquet").exists()


def test_parquet_with_a_broken_library_says_why(
    sweep: Run, results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pyarrow.py").write_text("raise ImportError('libarrow.so: cannot open shared object file')")
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path / "lib")
    done = results(sweep, "-o", str(tmp_path / "x.parquet"))
    assert done.code == 3
    assert "installed but cannot be imported (libarrow.so: cannot open shared object file); install it" in done.err
    assert not (tmp_path / "x.parquet").exists()


def test_the_name_of_a_file_says_the_format(sweep: Run, results: Results, tmp_path: Path) -> None:
    for name, begins in (("x.csv", "index,"), ("x.json", "["), ("x.jsonl", "{"), ("x.txt", "index ")):
        done = results(sweep, "-o", str(tmp_path / name))
        assert (done.code, done.out) == (0, f"{tmp_path / name}\n")
        assert (tmp_path / name).read_text().startswith(begins)
    assert results(sweep, "-o", str(tmp_path / "x.xlsx")).code == 2
    assert results(sweep, "--json", "--format", "csv").code == 2


def test_a_step_is_named_where_there_are_several(make_run: Callable[..., Run], results: Results) -> None:
    run = make_run(SEVERAL)
    done = results(run)
    assert (done.code, done.err) == (2, f"error: several steps of run `{run.path.name}` have cells; name one: a, b\n")
    assert len(results(run, "b", "--json").rows) == 3
    assert "did you mean `b`" in results(run, "B", "--json").err
    assert "has no step with cells" in results(make_run(NONE)).err


def test_hostile_texts_stay_in_their_line(make_run: Callable[..., Run], results: Results) -> None:
    run = make_run()
    run.item("work", 0, {"text": "\x1b[31mred\r\nnext", "long": "x" * 500}, 1.0, 1.0)
    out = results(run, "--columns", "text,long").out
    assert "\x1b" not in out
    assert "\r" not in out
    assert max(map(len, out.splitlines())) < 150


def test_hostile_names_stay_in_their_line(make_run: Callable[..., Run], results: Results) -> None:
    run = make_run()
    run.item("work", 0, {"a\nb": 1, "x\u202ey": [{"\u202e": 1}], "\x1b[31m": 2}, 1.0, 1.0)
    done = results(run)
    assert len(done.out.splitlines()) == 7
    wrong = results(run, "--columns", "\u202enothing").err + results(run, "--filter", "nothing_like_it > 1").err
    for text in (done.out, wrong):
        assert "\u202e" not in text
        assert "\x1b" not in text
    assert "<U+202E>" in wrong


@pytest.mark.parametrize("format", ["csv", "json", "parquet"])
def test_names_with_dots_have_columns_of_their_own(
    make_run: Callable[..., Run], results: Results, tmp_path: Path, format: str
) -> None:
    if format == "parquet":
        pytest.importorskip("pyarrow")
    run = make_run()
    run.item("work", 0, {"a.b": 1, "a": {"b": 2, "c.d": 3}}, 1.0, 1.0)
    path = tmp_path / f"x.{format}"
    done = results(run, "-o", str(path))
    assert done.code == 0, done.err
    if format == "parquet":
        (row, *_) = __import__("pyarrow.parquet").parquet.read_table(path).to_pylist()
    else:
        (row, *_) = json.loads(path.read_bytes()) if format == "json" else csv.DictReader(io.StringIO(path.read_text()))
    assert [int(row[name]) for name in ('["a.b"]', "a.b", 'a["c.d"]')] == [1, 2, 3]


SEVERAL = """\
specc = 1
kind = "pipeline"
name = "several"
[steps.a]
call = "steps:work"
each.number = "${range(2)}"
[steps.b]
call = "steps:work"
each.number = "${range(3)}"
"""
NONE = """\
specc = 1
kind = "pipeline"
name = "none"
[steps.a]
call = "steps:work"
with.number = 1
"""
