"""While an item waits for its retry, the others go on, unless the spec allows no more items under way."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check
from specc_targets.local import run

SPEC = """specc = 1
kind = "pipeline"
name = "retried"
[steps.m]
call = "retried_work:call"
each.x = [0, 1, 2]
retry = { max = 1, delay = "1s", jitter = false }
"""
WORK = """
SEEN = []
def call(x):
    SEEN.append(x)
    if SEEN == [0]: raise ValueError
    return list(SEEN)
"""


@pytest.mark.parametrize(
    ("limit", "jobs", "expected"),
    [("", 1, [0, 1, 2, 0]), ("", None, [0, 1, 2, 0]), ("max_parallel = 1", None, [0, 0])],
    ids=["one place", "many places", "one item under way"],
)
def test_other_items_go_on_while_one_waits_for_its_retry(
    tmp_path: Path, limit: str, jobs: int | None, expected: list[int]
) -> None:
    (tmp_path / "retried_work.py").write_text(WORK)
    compiled = check(tmp_path / "spec.toml", text=f"{SPEC}{limit}\n".encode())
    assert compiled.module is not None
    result = run(compiled.module, {}, root=tmp_path, max_workers=jobs)
    assert result.error is None
    assert result.results["m"][0] == expected


def test_a_map_ends_with_its_last_retry_and_fails_with_it(tmp_path: Path) -> None:
    (tmp_path / "retried_work.py").write_text("def call(x):\n    raise ValueError(f'no {x}')\n")
    text = SPEC.replace('"1s"', '"1ms"') + "tolerate = 3\n"
    compiled = check(tmp_path / "spec.toml", text=text.encode())
    assert compiled.module is not None
    result = run(compiled.module, {}, root=tmp_path, max_workers=1)
    assert result.results["m"] == [None, None, None]
    assert result.calls == {"m": 6}
