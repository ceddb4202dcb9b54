"""Configurations in files."""

from __future__ import annotations

from typing import Any

import pytest

from specc.matrix import FileFault, read_cells


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("c.csv", "lr,name\n0.1,a\n1e-3,b\n", [{"lr": 0.1, "name": "a"}, {"lr": 0.001, "name": "b"}]),
        ("c.csv", 'a, b\r\n\r\n"x, y", -3\r\n', [{"a": "x, y", "b": -3}]),
        ("c.csv", "a,b,c,d\ntrue,,null,1.\n", [{"a": True, "b": None, "c": None, "d": 1.0}]),
        ("c.csv", "a,b,c,d\nTrue,FALSE,nan,NaN\n", [{"a": True, "b": False, "c": None, "d": None}]),
        ("c.csv", "a,b,c,d\n007,0,-0.5,00.5\n", [{"a": "007", "b": 0, "c": -0.5, "d": "00.5"}]),
        ("c.csv", "a\n0x1\n1_000\n", [{"a": "0x1"}, {"a": "1_000"}]),
        ("c.json", '[{"a": 1.0}, {"a": [null]}]', [{"a": 1.0}, {"a": [None]}]),
        ("c.json", '{"cells": [{"a": 1}]}', [{"a": 1}]),
        ("c.yaml", "- a: 1\n- {a: yes}\n", [{"a": 1}, {"a": "yes"}]),
        ("c.yml", "# here\ncells:\n  - a: 0.5\n", [{"a": 0.5}]),
        ("c.toml", "[[cells]]\na = 1\n[[cells]]\na = 2\n", [{"a": 1}, {"a": 2}]),
    ],
)
def test_what_is_read(name: str, text: str, wanted: list[dict[str, Any]]) -> None:
    found = read_cells(text, name)
    assert found.cells == wanted
    assert [[type(value) for value in cell.values()] for cell in found.cells] == [
        [type(value) for value in cell.values()] for cell in wanted
    ]
    assert len(found.where) == len(wanted)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("c.txt", "", "`c.txt` is none of the files that hold configurations: .csv, .json, .toml, .yaml, .yml"),
        ("c.csv", "", "`c.csv` has no rows"),
        ("c.csv", "a,b\n", "`c.csv` has no rows below the names of its columns"),
        ("c.csv", "a,b\n1,2\n1\n", "`c.csv`, line 3: 1 field for 2 columns"),
        ("c.csv", "a,a\n1,2\n", "`c.csv`, line 1: the column `a` is named twice"),
        ("c.csv", "a b\n1\n", "`c.csv`, line 1: `a b` is no name for an axis: letters, digits and `_`"),
        ("c.csv", "a\n1e999\n", "`c.csv`, line 2: `1e999` is too large for a number"),
        ("c.csv", 'a\n"x\n', "`c.csv`, line 2: unexpected end of data"),
        ("c.json", "[]", "`c.json` has no configurations"),
        ("c.json", '{"a": 1}', "`c.json` holds no list of tables"),
        ("c.json", "[1]", "`c.json`, configuration 1: not a table of values"),
        ("c.json", "[{}]", "`c.json`, configuration 1: not a table of values"),
        (
            "c.json",
            '[{"a": 1}, {"b": 2}]',
            "`c.json`, configuration 2 lacks `a` and has `b`, which the first has not; all have the same names",
        ),
        ("c.yaml", "- a: 1\n  b: 1\n- a: 2\n", "`c.yaml`, configuration 2 lacks `b`; all have the same names"),
        ("c.json", '[{"a": 1},\n{"a": 1, "a": 2}]', "`c.json`, line 2: the key `a` is given twice"),
        ("c.yaml", "- a: 1\n- a: [\n", "`c.yaml`, line "),
        ("c.toml", "a = \n", "`c.toml`, line 1: "),
    ],
)
def test_what_is_no_file_of_configurations(name: str, text: str, message: str) -> None:
    with pytest.raises(FileFault) as caught:
        read_cells(text, name)
    assert str(caught.value).startswith(message)
