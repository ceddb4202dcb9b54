"""Calls in the thread that runs the spec."""

from __future__ import annotations

import threading
from pathlib import Path

from specc.frontend import check
from specc_runtime import capture
from specc_targets.local import run

SPEC = """
specc = 1
kind = "pipeline"
name = "inline"
[steps.where]
call = "inline_work:where"
isolation = "inline"
[outputs]
where = "${steps.where}"
"""


def test_an_inline_call_runs_in_the_caller_s_thread_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "inline_work.py").write_text("import threading\ndef where(): return threading.get_ident()\n")
    (tmp_path / "spec.toml").write_text(SPEC)
    module = check(tmp_path / "spec.toml").module
    assert module is not None
    assert run(module, {}, root=tmp_path).outputs["where"] == threading.get_ident()
    assert capture.place.get() is None
