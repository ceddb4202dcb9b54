"""Approvals in the tests that specs carry: there is nobody to ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check
from specc.testing.running import run_test
from specc.testing.verdicts import Verdict

HEAD = 'specc = 1\nkind = "pipeline"\nname = "gated"\n'
GATE = HEAD + (
    '[steps.gate]\napprove = { by = ["role:owner"] }\n'
    '[outputs]\nsaid = "${[steps.gate.approved, steps.gate.by, steps.gate.comment]}"\n'
)
INSIDE = HEAD + (
    '[steps.each]\neach.thing = ["a", "b"]\nyield = "${steps.gate.by}"\n'
    '[steps.each.steps.gate]\napprove = { by = ["role:owner"] }\n[outputs]\nsaid = "${steps.each}"\n'
)
MAP = HEAD + (
    '[steps.gate]\neach.thing = ["a", "b"]\ntolerate = 1\napprove = { by = ["role:owner"], message = "${thing}?" }\n'
    '[outputs]\nsaid = "${len(steps.gate)}"\n'
)


def verdict(folder: Path, spec: str, test: str) -> Verdict:
    path = folder / "spec.toml"
    path.write_text(f'{spec}[[tests]]\nname = "one"\n{test}\n')
    compilation = check(path)
    assert compilation.diagnostics == ()
    return run_test(str(path), 0, compilation)


@pytest.mark.parametrize(
    ("spec", "test"),
    [
        (GATE, 'mock.gate = { approved = true }\nexpect.outputs.said = [true, "role:owner", "${null}"]'),
        (
            GATE,
            'mock.gate = { approved = true, by = "user:ann", comment = "ok" }\n'
            'expect.outputs.said = [true, "user:ann", "ok"]',
        ),
        (GATE, 'mock.gate = { approved = false }\nexpect.error = "Rejected"'),
        (GATE, 'mock.gate = { error = "ValueError" }\nexpect.error = "ValueError"'),
        (GATE, 'expect.error = "NobodyToAsk"'),
        (INSIDE, 'expect.error = "NobodyToAsk"'),
        (INSIDE, 'mock.each = ["x", "y"]\nexpect.outputs.said = ["x", "y"]'),
        (MAP, "mock.gate = { each = [{ approved = true }, { approved = false }] }\nexpect.outputs.said = 2"),
        (
            MAP,
            "mock.gate = { each = [{ approved = false }, { approved = false }] }\nexpect.error = 'ToleranceExceeded'",
        ),
        (MAP, "mock.gate = [{ approved = true }]\nexpect.outputs.said = 1"),
    ],
)
def test_what_is_decided(tmp_path: Path, spec: str, test: str) -> None:
    found = verdict(tmp_path, spec, test)
    assert found.passed, found


def test_without_a_mock_the_failure_says_how_to_give_one(tmp_path: Path) -> None:
    for spec, said in ((GATE, "`mock.gate = { approved = true }`"), (INSIDE, "give `each`, which it is in, a mock")):
        found = verdict(tmp_path, spec, "expect.outputs.said = []")
        assert not found.passed
        assert said in str(found)
