"""The tests that a spec carries."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.names import spec

_WORK = {"work.py": "def rows() -> list[int]:\n    return [1, 2]\n"}
_STEPS = '[steps.rows]\ncall = "work:rows"\n\n[steps.more]\ncall = "work:rows"\nwhen = "${len(steps.rows) > 1}"\n\n[outputs]\nrows = "${steps.rows}"\n\n'
_PARAMS = '[params.limit]\ntype = "integer"\nminimum = 1\n\n'


def _entry(code: str, title: str, why: str, bad: str, good: str, steps: str = _STEPS) -> Entry:
    head = f'{steps}[[tests]]\nname = "an example"\n'
    return Entry(code=code, title=title, why=why, bad=spec(head + bad), good=spec(head + good), files=_WORK)


ENTRIES: tuple[Entry, ...] = (
    _entry(
        "SPC220",
        "test replaces an unknown step",
        "`mock` names top-level steps, or steps under `[finally]`. One that is not there would leave the real step in place.",
        "mock.row = [1]\nexpect.outputs.rows = [1]",
        "mock.rows = [1]\nexpect.outputs.rows = [1]",
    ),
    _entry(
        "SPC221",
        "test gives an unknown parameter",
        "The parameters of a test are those that the spec declares, as with `-p`.",
        "params.limits = 1\nexpect = {}",
        "params.limit = 1\nexpect = {}",
        _PARAMS + _STEPS,
    ),
    _entry(
        "SPC222",
        "parameters of a test do not fit",
        'A test gives every parameter that has no default, and what it gives fits; unless it expects that the run is refused: `expect.error = "InvalidParameters"`.',
        "params.limit = 0\nexpect = {}",
        'params.limit = 0\nexpect.error = "InvalidParameters"',
        _PARAMS + _STEPS,
    ),
    _entry(
        "SPC223",
        "test expects an output that no run has",
        "`expect.outputs` names outputs of the spec. A run that fails has none, so a test expects outputs or an error.",
        "expect.outputs.row = [1, 2]",
        "expect.outputs.rows = [1, 2]",
    ),
    _entry(
        "SPC224",
        "test expects an unknown step to be skipped",
        "`expect.skipped` lists top-level steps, and says exactly which are skipped.",
        'mock.rows = [1]\nexpect.skipped = ["mroe"]',
        'mock.rows = [1]\nexpect.skipped = ["more"]',
    ),
    _entry(
        "SPC225",
        "value of a test that refers to something",
        "What a test gives and expects are plain values, so that nobody has to run anything to know them. An expression may stand for what a file cannot hold, as `${null}` does in TOML.",
        'mock.rows = "${[params.limit]}"\nexpect = {}',
        "mock.rows = [1]\nexpect = {}",
        _PARAMS.replace("minimum", "default") + _STEPS,
    ),
    _entry(
        "SPC226",
        "not the name of an error",
        "`mock.<step> = { error = ... }` makes the step fail, and `retry` and `on_error` know errors by the names of their classes.",
        'mock.rows = { error = "out of rows" }\nexpect.error = "LookupError"',
        'mock.rows = { error = "LookupError", message = "out of rows" }\nexpect.error = "LookupError"',
    ),
    _entry(
        "SPC227",
        "test replaces a step by what it never gives",
        "The annotation of the step's function says what it gives, and the steps after it rely on that. A test with anything else passes or fails for a reason that no run has; often the function has changed since.",
        'mock.rows = ["a"]\nexpect.outputs.rows = ["a"]',
        "mock.rows = [7]\nexpect.outputs.rows = [7]",
    ),
    _entry(
        "SPC228",
        "calls that cannot be counted",
        "`expect.calls` names steps that call a function, or that `mock` replaces; `group/step` is a step inside of a group. A group itself and a pause call nothing.",
        "expect.calls.row = 1",
        "expect.calls.rows = 1",
    ),
)
"""SPC220-SPC228."""
