"""Limits of AWS that a machine as a whole comes near to."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.targets import spec

_WORK = {"work.py": "def do(x=None, y=None):\n    return x\n\n\ndef rows():\n    return [1, 2, 3]\n"}
_GROW = """\
[steps.rows]
call = "work:rows"
[steps.grow]
call = "work:do"
each.row = "${steps.rows}"
repeat = { start = 1, until = "${last == 2}", max = %s }
with.x = "${last}"
with.y = "${row}"
"""
_CALL = '[steps.work]\ncall = "work:do"\n'

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC430",
        title="an error that no state can match",
        why="Names that begin with `States.` belong to Step Functions, which refuses a machine that matches others than "
        "its own. Nothing catches `States.Runtime`: it is an error of the machine itself and always ends the run.",
        bad=spec(f'{_CALL}retry = {{ max = 2, on = ["States.Runtime"] }}'),
        good=spec(f'{_CALL}retry = {{ max = 2, on = ["timeout"] }}'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC431",
        title="an item of a map writes too many events",
        why="Each item of a distributed map is an execution of its own, and the history of an execution holds 25,000 "
        "events: about 5 for a call, 2 for every other state. Step Functions stops an item that would write more.",
        bad=spec(_GROW % "9000"),
        good=spec(_GROW % "900"),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC432",
        title="a map has too many items",
        why="Step Functions takes up to 100 million items in a distributed map.",
        bad=spec('[steps.many]\ncall = "work:do"\neach.x = "${range(200000000)}"'),
        good=spec('[steps.many]\ncall = "work:do"\neach.x = "${range(2000)}"'),
        files=_WORK,
        stage="compile",
    ),
)
