"""Outputs that only say again what a cell was made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from run_folders import Run

Results = Callable[..., Any]


def test_an_output_that_repeats_the_configuration_is_shown_only_where_it_is_asked_for(
    make_run: Callable[..., Run], results: Results
) -> None:
    run = make_run()
    for index, lr in enumerate([0.1, 0.2, 0.3]):
        run.item("work", index, {"lr": lr, "seed": 5 if index == 2 else index, "accuracy": 0.5}, 1.0, 0.5)
    (first, *_) = results(run, "--json").rows
    assert "output.lr" not in first
    assert (first["output.seed"], first["accuracy"]) == (0, 0.5), "one that is another value in any cell is shown"
    chosen = results(run, "--json", "--columns", "output.lr", "--filter", "output.lr > 0.15").rows
    assert chosen == [{"output.lr": 0.2}, {"output.lr": 0.3}]
    assert "output.lr" not in results(run).out
