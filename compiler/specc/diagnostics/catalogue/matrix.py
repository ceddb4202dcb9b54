"""Steps that run once per configuration."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.names import spec

_TRAIN = "def fit(lr: float, seed: int) -> float:\n    return lr * seed\n\n\ndef cells() -> list[dict]:\n    return [{'lr': 0.1, 'seed': 0}]\n\n\ndef count() -> int:\n    return 3\n"


def _step(matrix: str) -> str:
    return spec(f'[steps.train]\ncall = "train:fit"\nmatrix = {matrix}')


def _entry(code: str, title: str, why: str, bad: str, good: str, **more: str) -> Entry:
    return Entry(code=code, title=title, why=why, bad=_step(bad), good=_step(good), files={"train.py": _TRAIN, **more})


_GRID = "{ lr = [0.1, 0.01], seed = { range = [3] } }"

ENTRIES: tuple[Entry, ...] = (
    _entry(
        "SPC240",
        "axis without values",
        "An axis is a list of values, or numbers by exactly one rule: `range`, `linspace`, `log` or `random`. Without "
        "values the step would silently never run.",
        "{ lr = [0.1, 0.01], seed = { range = [5, 5] } }",
        _GRID,
    ),
    _entry(
        "SPC241",
        "no axis of the matrix",
        "What `exclude` and `include` name are axes, and all configurations have the same names; a misspelt one would "
        "exclude nothing, or reach nothing.",
        "{ lr = [0.1, 0.01], seed = [0, 1], exclude = [{ sede = 1 }] }",
        "{ lr = [0.1, 0.01], seed = [0, 1], exclude = [{ seed = 1 }] }",
    ),
    _entry(
        "SPC242",
        "matrix with an expression",
        "The configurations of a matrix are known before the run, so that there can be one name for each, and a count "
        "of them. What only a run knows is fanned out with `each`.",
        '{ lr = [0.1, "${params.lr}"], seed = [0] }',
        "{ lr = [0.1, 0.01], seed = [0] }",
    ),
    _entry(
        "SPC243",
        "zipped axes of unequal length",
        'With `mode = "zip"` the first values of all axes make the first configuration, the second ones the second.',
        '{ lr = [0.1, 0.01], seed = [0, 1, 2], mode = "zip" }',
        '{ lr = [0.1, 0.01, 0.001], seed = [0, 1, 2], mode = "zip" }',
    ),
    _entry(
        "SPC244",
        "configuration that is there twice",
        "Each configuration has a name made of its values, under which its result, its output and its failure are "
        "found; two equal ones could not be told apart. For repeated trials add an axis, such as `seed`.",
        "{ lr = [0.1, 0.1], seed = [0] }",
        "{ lr = [0.1], seed = [0, 1] }",
    ),
    _entry(
        "SPC245",
        "matrix without configurations",
        "When all combinations are excluded, the step could never run.",
        "{ lr = [0.1], seed = [0, 1], exclude = [{ lr = 0.1 }] }",
        "{ lr = [0.1], seed = [0, 1], exclude = [{ seed = 1 }] }",
    ),
    _entry(
        "SPC246",
        "matrix with too many configurations",
        "Axes multiply, and one more of them quickly means days of computing. More than 1,000 configurations are "
        "allowed only where `max` says so.",
        "{ lr = { linspace = [0, 1, 100] }, seed = { range = [100] } }",
        "{ lr = { linspace = [0, 1, 100] }, seed = { range = [100] }, max = 10_000 }",
    ),
    _entry(
        "SPC247",
        "sample larger than the matrix",
        "A sample draws different combinations, so there must be as many.",
        "{ lr = [0.1, 0.01], seed = [0, 1], sample = 5 }",
        "{ lr = [0.1, 0.01], seed = [0, 1], sample = 3 }",
    ),
    _entry(
        "SPC248",
        "`exclude` that excludes nothing",
        "No combination has all the values of the table. They are compared as they stand in the axes: `0.10` and `0.1` "
        'are the same, `1` and `"1"` are not.',
        "{ lr = [0.1, 0.01], seed = [0, 1], exclude = [{ lr = 0.2 }] }",
        "{ lr = [0.1, 0.01], seed = [0, 1], exclude = [{ lr = 0.1, seed = 1 }] }",
    ),
    _entry(
        "SPC249",
        "does not go with `matrix`",
        "A step runs once per item of `each` or once per configuration of `matrix`; a group combines both. And what a "
        "function gives when the run comes to the step cannot be combined while the spec compiles.",
        '{ from = { call = "train:cells" }, seed = [0, 1] }',
        _GRID,
    ),
    _entry(
        "SPC250",
        "file without configurations",
        "A file of configurations is read while the spec compiles: a CSV with the names in its first row, or a JSON, "
        "YAML or TOML file with a list of tables.",
        '{ from = "cells.csv" }',
        '{ from = "grid.csv" }',
        **{"cells.csv": "lr,seed\n0.1,0\n0.2\n", "grid.csv": "lr,seed\n0.1,0\n0.2,1\n"},
    ),
    Entry(
        code="SPC251",
        title="function that gives no configurations",
        why="The function that `matrix.from` calls returns a list of tables, or yields tables.",
        bad=spec('[steps.train]\ncommand = ["true", "${matrix.lr}"]\nmatrix.from = { call = "train:count" }'),
        good=spec('[steps.train]\ncommand = ["true", "${matrix.lr}"]\nmatrix.from = { call = "train:cells" }'),
        files={"train.py": _TRAIN},
    ),
    Entry(
        code="SPC252",
        title="axis that nothing uses",
        why="A step that does the same for every value of an axis computes the same several times over. Functions are "
        "given what they have a parameter for; scripts, commands and other specs only what the step gives them.",
        bad=spec(
            '[steps.train]\nscript = "run.py"\nglobals = { lr = "${matrix.lr}" }\n'
            "matrix = { lr = [0.1, 0.01], seed = [0, 1] }"
        ),
        good=spec(
            '[steps.train]\nscript = "run.py"\nglobals = { lr = "${matrix.lr}", seed = "${matrix.seed}" }\n'
            "matrix = { lr = [0.1, 0.01], seed = [0, 1] }"
        ),
        files={"run.py": "lr = 0.1\nseed = 0\nprint(lr * seed)\n"},
    ),
)
