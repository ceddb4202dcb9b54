"""`specc cost` and `specc compile --explain-limits`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_the_table(specc, project: Path) -> None:
    result = specc("cost", "sums.toml", "--items", "1e3", "--seconds", "total=2")
    assert result.code == 0, result.err
    assert result.out.startswith("sums: a run in us-east-1, list prices of 20")
    assert "double: 1,000 items (as every map)" in result.out
    assert "a call takes 1 s (total 2 s)" in result.out
    assert "\n1,000 runs " in result.out
    assert "dearest: double" in result.out
    assert "not counted: logs" in result.out


def test_json_has_exact_texts(specc, project: Path) -> None:
    result = specc("cost", "sums.toml", "--items", "double=10", "-p", "limit=4", "--json", "--region", "eu-west-1")
    data = json.loads(result.out, parse_float=lambda number: pytest.fail(f"{number} is a float"))
    assert data["region"] == "eu-west-1"
    assert data["items"] == {"double": {"items": 10, "iterations": 10, "source": "given"}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--items", "many"], "`many` is no number"),
        (["--items", "1.5"], "1.5 is no whole number"),
        (["--items", "-1"], "not a number from 0"),
        (["--items", "doubel=1"], "no step with `each` is called `doubel`; there are: double"),
        (["--seconds", "nan"], "not a number from 0"),
        (["--seconds", "doubel=1"], "no step that calls something is called `doubel`"),
        (["-p", "limit=x"], "limit"),
        (["-p", "none=1"], "there is no parameter `none`"),
    ],
)
def test_bad_numbers(specc, project: Path, arguments: list[str], message: str) -> None:
    result = specc("cost", "sums.toml", *arguments)
    assert result.code == 2
    assert message in result.err
    assert not result.out


def test_a_faulty_spec(specc, project: Path) -> None:
    (project / "sums.toml").write_text("specc = 1\n")
    for arguments in (["cost", "sums.toml"], ["compile", "sums.toml", "--explain-limits"]):
        result = specc(*arguments)
        assert result.code == 2
        assert "SPC" in result.err
        assert not result.out


def test_limits(specc, project: Path) -> None:
    result = specc("compile", "sums.toml", "--explain-limits", "--items", "100")
    assert result.code == 0, result.err
    assert "history, events, at most" in result.out
    assert any(row.split()[:2] == ["double", "100"] for row in result.out.splitlines())
    assert not (project / "build").exists()


def test_numbers_of_items_are_for_the_limits(specc, project: Path) -> None:
    result = specc("compile", "sums.toml", "--items", "3")
    assert result.code == 2
    assert "`--items` goes with `--explain-limits`" in result.err


def test_limits_as_json(specc, project: Path) -> None:
    (machine,) = json.loads(specc("compile", "sums.toml", "--explain-limits", "--json").out)["machines"]
    limits = {row["what"]: row for row in machine["limits"]}
    assert 0 < limits["definition, bytes"]["value"] < limits["definition, bytes"]["limit"] == 1_000_000
    assert machine["maps"][0]["items"] is None


def test_limits_of_a_machine_that_is_over_one(specc, project: Path) -> None:
    spec = (project / "sums.toml").read_text()
    (project / "sums.toml").write_text(
        spec.replace('call = "functions:total"', 'call = "functions:total"\ntimeout = "20m"')
    )
    result = specc("compile", "sums.toml", "--explain-limits")
    assert result.code == 2
    assert "SPC411" in result.err
    assert "over" in next(row for row in result.out.splitlines() if row.startswith("time of a Lambda function"))
