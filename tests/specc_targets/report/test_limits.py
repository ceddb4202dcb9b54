"""However large a run is, its page is small, and written in little memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from run_folders import START, content_of
from specc_targets.local.runs.records import seal
from specc_targets.report import write_page

MakeRun = Callable[..., Any]


def named(data: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step for step in data["steps"] if step["key"] == key)
    return found


def said(data: dict[str, Any]) -> str:
    return " ".join(text for _, text in data["notes"])


def test_large_values_are_cut(make_run: MakeRun) -> None:
    run = make_run()
    run.step("numbers", {"text": "é" * 60_000, "list": list(range(5000))}, 0, 0.5)
    for index in range(1000):
        run.log("x" * 5000, 0.1, "numbers", items=(index,))
    run.failed("work[0]", "m" * 100_000, 0.5, 0.1, "t" * 200_000)
    run.result("failed", 1)
    run.close()
    page = write_page(run.path, "failed")
    assert len(page) < 300_000
    numbers = named(content_of(page), "numbers")
    assert "more characters" in numbers["results"][0][1]
    assert numbers["log"]["count"] == 1000
    assert len(numbers["log"]["first"]) + len(numbers["log"]["last"]) <= 200


def test_very_many_items_are_shown_in_sum(make_run: MakeRun) -> None:
    run = make_run()
    run.step("numbers", [], 0, 0.5)
    run.items("work", 40_000)
    run.result("succeeded", 60)
    run.close()
    page = write_page(run.path, "succeeded")
    data = content_of(page)
    work = named(data, "work")
    assert "40,000 items are shown in sum" in said(data)
    assert work["count"] == 40_000
    assert "items" not in work
    assert max(under_way for _, under_way in work["density"]) == pytest.approx(7.2, rel=0.1)
    assert len(page) < 500_000
    assert named(data, "work")["p95"] == pytest.approx(0.009, rel=0.03)


def _written(folder: Path) -> tuple[bytes, int]:
    """The page of a run, and the most memory in KiB that the process had which wrote it."""
    script = (
        "import resource, sys; from pathlib import Path; from specc_targets.report import write_page; "
        "sys.stdout.buffer.write(write_page(Path(sys.argv[1]), 'succeeded')); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, check=True, timeout=300)
    return done.stdout, int(done.stderr)


@pytest.mark.slow
def test_a_million_items_in_bounded_memory(make_run: MakeRun, good_run: Any) -> None:
    run = make_run()
    run.close()
    with (run.path / "journal.jsonl").open("ab") as file:
        for index in range(1_000_000):
            file.write(seal(b'["item","work",%d,%d,%.6f,0.008,0.001]' % (index, index, START + index * 1e-3)))
    run.result("succeeded", 1001)
    page, memory = _written(run.close())
    _, least = _written(good_run.close())
    assert memory - least < 40_000
    assert len(page) < 5_000_000
    assert named(content_of(page), "work")["done"] == 1_000_000


def test_a_thousand_steps_that_say_much(make_run: MakeRun) -> None:
    spec = 'specc = 1\nkind = "pipeline"\nname = "many"\n'
    run = make_run(spec + "".join(f'[steps.step_{number}]\ncall = "steps:numbers"\n' for number in range(1000)))
    for number in range(1000):
        run.step(f"step_{number}", ["y" * 5000], number * 0.01, 0.5)
        run.failed(f"step_{number}", f"{'a' * number} wrong", 12, 0.5, "t" * 5000)
    (run.path / "log.jsonl").write_text(
        "".join(
            f'{{"time":"2027-01-15T08:00:00Z","step":"step_{number % 1000}","items":[],"text":"{"x" * 300}"}}\n'
            for number in range(30_000)
        )
    )
    run.result("failed", 20)
    run.close()
    assert len(write_page(run.path, "failed")) < 5_000_000
