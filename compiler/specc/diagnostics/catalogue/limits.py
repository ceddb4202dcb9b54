"""Limits of AWS that a machine as a whole comes near to."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.targets import spec

_WORK = {"work.py": "def do(x=None, y=None):\n    return x\n"}
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
)
