"""The verifier bites on every kind of malformed module."""

import pytest

from specc.ir.reader import read_module
from specc.ir.verifier import verify

GOOD = """\
module m
  body
    wait a duration=1
    wait b duration=1 when="${steps.a == null}"
    edge a -> b data
"""


def test_a_good_module_has_no_faults() -> None:
    assert verify(read_module(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("wait b", "wait a", "two operations of one name"),
        ("edge a -> b data", "edge a -> c data", "to nowhere"),
        ("edge a -> b data", "edge b -> a data\n    edge a -> b data", "not sorted"),
        ("edge a -> b data", "edge a -> b data\n    edge b -> a data", "cycle"),
        ("steps.a ==", "steps.c ==", "unknown step"),
        ("steps.a ==", "bird ==", "unknown name bird"),
        ("duration=1 when", 'duration=1 after=["z"] when', "after unknown operation z"),
        (
            "    wait a duration=1\n",
            '    task.call a function="f:g" arguments={} catches=[{"errors":["*"],"run":"h"}]\n',
            "no handler h",
        ),
        (
            "    wait a duration=1\n",
            '    task.call a function="f:g" arguments={} catches=[{"errors":["*"]}]\n',
            "exactly one of",
        ),
    ],
)
def test_faults_are_found(old: str, new: str, fault: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    assert any(fault in found for found in verify(read_module(text))), verify(read_module(text))
