"""What EventBridge cannot do, and does otherwise, is told where the trigger says it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specc.diagnostics import Severity, Span
from specc.frontend import check, compile_for
from specc_targets.cloudformation import target

SPEC = """\
specc = 1
kind = "pipeline"
name = "case"
[params.key]
type = "string"
default = ""
[steps.pause]
wait = "1s"
[stacks.dev]
[stacks.given]
bucket = "own"
[[triggers]]
"""


def found(write: Callable[..., Path], trigger: str, stack: str = "dev") -> list[tuple[str, Severity, str]]:
    """Code, severity and the text that each finding stands at."""
    path = write("spec.toml", SPEC + trigger + "\n")
    compilation = check(path, stack=stack)
    compile_for(target(), compilation)
    lines = path.read_text(encoding="utf-8").splitlines()
    told = []
    for item in compilation.diagnostics:
        at = item.labels[0].at
        assert isinstance(at, Span)
        told.append((item.code, item.severity, lines[at.start.line - 1][at.start.column - 1 : at.end.column - 1]))
    return told


@pytest.mark.parametrize(
    ("trigger", "stack", "expected"),
    [
        ('schedule = { cron = "0 9 * * 1-5" }', "dev", []),
        ('schedule = { cron = "0 9 13 * 5" }', "dev", [("SPC465", Severity.ERROR, '"0 9 13 * 5"')]),
        ('schedule = { rate = "90s" }', "dev", [("SPC465", Severity.ERROR, '"90s"')]),
        ('schedule = { rate = "2h" }', "dev", []),
        (
            'schedule = { cron = "30 3 * * *", timezone = "Europe/Helsinki" }',
            "dev",
            [("SPC464", Severity.HINT, '"30 3 * * *"')] * 2,
        ),
        (
            'event = { source = "shop" }\nwith.key = "${upper(event.id)}"',
            "dev",
            [("SPC466", Severity.ERROR, "upper(event.id)")],
        ),
        ('event = { source = "shop" }\nwith.key = "${event.id}"', "dev", []),
        ('event = { source = "aws.s3", bucket = "theirs" }', "dev", [("SPC467", Severity.HINT, '"theirs"')]),
        ('event = { source = "aws.s3" }', "dev", [("SPC468", Severity.ERROR, "event")]),
        ('event = { source = "aws.s3", prefix = "in/" }', "dev", []),
        ('event = { source = "aws.s3", prefix = "sp" }', "dev", [("SPC468", Severity.ERROR, '"sp"')]),
        (
            'event = { source = "aws.s3", prefix = "specc-case-dev/a" }',
            "dev",
            [("SPC468", Severity.ERROR, '"specc-case-dev/a"')],
        ),
        ('event = { source = "aws.s3", prefix = "specc-case-developer/" }', "dev", []),
        ('event = { source = "aws.s3", prefix = "in/" }', "given", [("SPC467", Severity.HINT, "event")]),
        (
            'event = { source = "aws.s3", bucket = "own" }',
            "given",
            [("SPC468", Severity.ERROR, "event"), ("SPC467", Severity.HINT, '"own"')],
        ),
    ],
)
def test_triggers(
    write: Callable[..., Path], trigger: str, stack: str, expected: list[tuple[str, Severity, str]]
) -> None:
    assert found(write, trigger, stack) == expected
