"""A run leaves the path on which Python looks for modules as it was."""

import sys
from pathlib import Path

from specc.ir.reader import read_module
from specc_targets.local import run

TEXT = """\
module m
  body
    task.call a function="work_of_this_test:f" arguments={}
  output x value="${steps.a}"
"""


def test_the_path_is_restored(tmp_path: Path) -> None:
    (tmp_path / "work_of_this_test.py").write_text("def f():\n    return 1\n")
    before = list(sys.path)
    for _ in range(2):
        assert run(read_module(TEXT), {}, root=tmp_path).outputs == {"x": 1}
        assert sys.path == before
