"""Filters, sorting, columns and the best, through the command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from run_folders import Run
from specc_targets.results.columns import Columns, Row, flat

Results = Callable[..., Any]


@pytest.mark.parametrize(
    ("condition", "fitting"),
    [
        ("lr > 0.15", [1, 2, 3]),
        ("accuracy >= 0.5 and status == 'succeeded'", [0]),
        ("status in ['failed', 'pending']", [1, 3]),
        ("accuracy < 2", [0, 2]),  # null is not compared
        ("not (accuracy < 2)", []),
        ("loss.train > 1", [0]),
        ("loss.test[1] == 2", [0]),
        ("output.accuracy == 0.9", [2]),
        ('config["seed"] == 3', [3]),
        ('output["loss.train"] > 1', [0]),
        ("output.loss.train > 1 and output.loss.test[0] == 1", [0]),
        ("error == null", [0, 2, 3]),
        ("'luck' in error", [1]),
        ("duration > 1 or attempts == 2", [0, 1]),
        ("true", [0, 1, 2, 3]),
    ],
)
def test_a_filter_keeps_what_fits(sweep: Run, results: Results, condition: str, fitting: list[int]) -> None:
    done = results(sweep, "--json", "--filter", condition)
    assert done.code == 0, done.err
    assert [row["index"] for row in done.rows] == fitting


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("acuracy > 0.5", "`--filter`: nothing is called `acuracy` here; did you mean `accuracy`?\n  acuracy > 0.5\n  ^^^^^^^\n"),
        ("lr > 1 and loss.tain > 1", "nothing is called `loss.tain` here; did you mean `loss.train`?\n  lr > 1 and loss.tain > 1\n             ^^^^^^^^^\n"),
        ('output["loss.tain"] > 1', "nothing is called `output[\"loss.tain\"]` here; did you mean `output.loss.train`?"),
        ("output.lr > 1", "nothing is called `output.lr` here; there are: output.accuracy, output.loss.train, output.los"),
        ('metric["accuracy"] > 1', "nothing is called `metric.accuracy` here; there are none"),
        ("lr >", "the expression ends too early"),
        ("lr > 'a'", "`>` cannot compare a string with a number (cell 0)"),
        ("lr + 1", "a filter must be true or false"),
        ("frobnicate(lr)", "there is no function `frobnicate`"),
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_says_where(sweep: Run, results: Results, condition: str, message: str) -> None:
    done = results(sweep, "--filter", condition)
    assert done.code == 2
    assert message in done.err


def metric(run: Run, index: int, name: str, value: Any) -> None:
    line = {"time": "2027-01-15T08:00:00Z", "step": "work", "items": [index], "name": name, "value": value}
    run._add("metrics.jsonl", line)


def test_a_metric_is_looked_for_among_metrics(sweep: Run, results: Results) -> None:
    metric(sweep, 0, "accuracies", 3.0)
    metric(sweep, 1, "test.loss", 1.5)
    message = "nothing is called `metric.accuracy` here; did you mean `metric.accuracies`?"
    assert message in results(sweep, "--filter", 'metric["accuracy"] > 1').err
    for condition in ('metric["test.loss"] > 1', "metric.test.loss > 1"):
        assert [row["index"] for row in results(sweep, "--json", "--filter", condition).rows] == [1]


def test_fields_whose_names_have_dots_are_found(make_run: Callable[..., Run], results: Results) -> None:
    run = make_run()
    run.item("work", 0, {"a.b": 1, "v": {"c.d": 2, "n": 3}}, 1.0, 1.0)
    for condition in ('output["a.b"] == 1', 'v["c.d"] == 2', 'output["v.n"] == 3', 'output.v["c.d"] == 2'):
        done = results(run, "--json", "--filter", condition)
        assert (done.code, len(done.rows)) == (0, 1), condition + done.err
    assert results(run, "--json", "--columns", 'v["c.d"],["a.b"]', "--top", "1").rows == [{'v["c.d"]': 2, '["a.b"]': 1}]


def test_the_best_of_what_is_no_number_says_so(sweep: Run, results: Results) -> None:
    metric(sweep, 0, "test.loss", "NaN")
    metric(sweep, 2, "test.loss", "NaN")
    done = results(sweep, "--best", "test.loss")
    assert (done.code, done.err) == (2, "error: `--best`: `test.loss` is NaN in every cell that has it\n")
    assert [row["test.loss"] for row in results(sweep, "--json").rows] == ["NaN", None, "NaN", None]


@pytest.mark.parametrize(
    ("by", "order"),
    [("accuracy", [0, 2, 1, 3]), ("-accuracy", [2, 0, 1, 3]), ("status,-lr", [2, 1, 3, 0]), ("-index", [3, 2, 1, 0])],
)
def test_what_is_missing_is_sorted_last(sweep: Run, results: Results, by: str, order: list[int]) -> None:
    assert [row["index"] for row in results(sweep, "--json", "--sort", by).rows] == order


def test_the_best_is_the_greatest_or_the_least(sweep: Run, results: Results) -> None:
    assert [row["index"] for row in results(sweep, "--json", "--best", "accuracy").rows] == [2]
    assert [row["index"] for row in results(sweep, "--json", "--best", "accuracy", "--minimize").rows] == [0]
    assert [row["index"] for row in results(sweep, "--json", "--best", "accuracy", "--top", "5").rows] == [2, 0]
    found = results(sweep, "--json", "--best", "duration", "--minimize", "--top", "5").rows
    assert [row["index"] for row in found] == [0], "a cell that failed is not the quickest"
    done = results(sweep, "--best", "status")
    assert (done.code, done.err) == (2, "error: `--best`: no cell has a number in `status`\n")
    assert results(sweep, "--minimize").code == 2
    assert results(sweep, "--best", "accuracy", "--sort", "lr").code == 2


def test_columns_are_chosen_by_name(sweep: Run, results: Results) -> None:
    done = results(sweep, "--json", "--columns", "accuracy, lr,output.loss.train", "--top", "1")
    assert done.rows == [{"accuracy": 0.5, "lr": 0.1, "loss.train": 1.5}]
    done = results(sweep, "--columns", "accurcy")
    assert (done.code, done.err) == (2, "error: `--columns`: no column is called `accurcy`; did you mean `accuracy`?\n")


def test_results_are_fields_with_dots(sweep: Run) -> None:
    assert flat({"a": {"b": {"c": 1}, "d": []}, "e": {}}) == {"a.b.c": 1, "a.d": [], "e": {}}
    assert flat(5) == {"result": 5}
    assert flat(None) == {}
    artifact = {"uri": "file:///m", "sha256": "0", "size": 3}
    assert flat({"artifacts": {"m.bin": artifact}}) == {"artifacts.m.bin": "file:///m"}
    assert flat({"a.b": 1, "a": {"b": 2, "": 3}}) == {'["a.b"]': 1, "a.b": 2, 'a[""]': 3}
    wide = {"a": {str(number): number for number in range(500)}}
    assert flat(wide) == wide


def test_two_columns_never_have_one_name() -> None:
    from specc_targets.results.cells import Cell

    columns = Columns()
    cell = Cell(
        (0,), "x", {"status": 1, "lr": 2}, result={"lr": 3, "error": 4, "loss": 5}, metrics={"loss": 6, "lr": 7}
    )
    row = Row(cell)
    columns.see(row)
    named = {column.name: row.value(column) for column in columns.all()}
    assert len(named) == len(columns.all())
    assert {name: named[name] for name in ("config.status", "lr", "output.lr", "output.error", "loss", "metric.loss", "metric.lr")} == {
        "config.status": 1, "lr": 2, "output.lr": 3, "output.error": 4, "loss": 5, "metric.loss": 6, "metric.lr": 7,
    }  # fmt: skip
