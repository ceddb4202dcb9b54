"""Commands that README shows and that no test can run name specs and stacks that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specc.frontend import check

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^specc .*?(specs/\S+\.(?:toml|yaml|json)|\S+\.toml)(?:.*?--stack (\w+))?", re.MULTILINE)


def _commands() -> list[tuple[str, str | None]]:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Deploy\n")[2].partition("\n## ")[0]
    found = [match.groups() for block in _BLOCK.findall(section) for match in _COMMAND.finditer(block)]
    return sorted({(spec, stack or None) for spec, stack in found}, key=str)


def test_there_are_such_commands() -> None:
    assert len(_commands()) >= 2


@pytest.mark.parametrize(("spec", "stack"), _commands())
def test_it_can_be_checked_for_that_stack(spec: str, stack: str | None) -> None:
    found = check(ROOT / spec, stack=stack)
    assert not found.failed, found.diagnostics
    assert found.module is not None
    assert found.module.deployment.stack == (stack or "")
