"""Catalogue entries of the actions `script` and `module`."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.names import spec

_TRAIN = """\
lr = 0.1
epochs: int = 3


def main(seed: int = 0) -> float:
    return 1 - lr / (epochs + seed)


if __name__ == "__main__":
    accuracy = main()
    print(f"accuracy={accuracy}")
"""
_LOSSES = "def huber(a: float, b: float) -> float:\n    return abs(a - b)\n"
_GOOD = '[steps.train]\nscript = "train.py"\nglobals = { lr = 0.01 }\noutputs = ["accuracy"]'
_SWEPT = _GOOD.replace("0.01", '"${matrix.lr}"')


def _entry(code: str, title: str, why: str, bad: str, good: str = _GOOD, train: str = _TRAIN) -> Entry:
    files = {"train.py": train, "losses.py": _LOSSES, "settings.yaml": "lr: 0.01\n"}
    return Entry(code=code, title=title, why=why, bad=spec(bad), good=spec(good), files=files)


ENTRIES: tuple[Entry, ...] = (
    _entry(
        "SPC381",
        "no such script",
        "`script` is the path of a file from the package's root, which is the folder of the spec by default. It is written out: which script runs decides what is shipped, and what the cache finds.",
        _GOOD.replace("train.py", "trian.py"),
    ),
    _entry(
        "SPC382",
        "the script has no such global",
        "A value can be given only to a name that the script binds outside of its functions; it stands in for what is assigned there first. The script is read for that, never run.",
        _GOOD.replace("{ lr =", "{ rate ="),
    ),
    _entry(
        "SPC383",
        "no value can be put in",
        "A value stands in for what an assignment, a definition or an import binds. The variable of a loop, of a `with` or of an `except` is bound by what the loop or the block does.",
        _GOOD.replace("{ lr =", "{ epoch ="),
        _GOOD,
        "lr = 0.1\nfor epoch in range(3):\n    print(epoch, lr)\naccuracy = 1 - lr\n",
    ),
    _entry(
        "SPC384",
        "a global of another type",
        "What the annotation of a global says, every value that is given must be; without one, a value of another type than the script's own is only a warning.",
        _GOOD.replace("lr = 0.01", 'epochs = "many"'),
        _GOOD.replace("lr = 0.01", "epochs = 30"),
    ),
    _entry(
        "SPC385",
        "the global is bound again",
        "A value is put in where the script binds the global first. What binds it again on the same way replaces it, as it would replace a value that was written there by hand.",
        _GOOD,
        _GOOD.replace("lr = 0.01", "epochs = 30"),
        _TRAIN + "lr = 0.2\n",
    ),
    _entry(
        "SPC386",
        "the entry cannot be called",
        'With `entry` the script is imported, so that what stands under `if __name__ == "__main__"` is not done, and the function of this name is called.',
        '[steps.train]\nscript = "train.py"\nentry = "mian"',
        '[steps.train]\nscript = "train.py"\nentry = "main"',
    ),
    _entry(
        "SPC387",
        "no such object",
        '`{ ref = "module:name" }` stands for an object that cannot be written in a spec, such as a function. It is looked for beside the spec and among what is installed.',
        _GOOD.replace("lr = 0.01", 'lr = { ref = "losses:hubre" }'),
        _GOOD.replace("lr = 0.01", 'lr = { ref = "losses:huber" }'),
    ),
    _entry(
        "SPC388",
        "no such global at the end",
        "`outputs` names globals, which are read when the script has ended.",
        _GOOD.replace('["accuracy"]', '["acuracy"]'),
    ),
    _entry(
        "SPC389",
        "no file of values",
        "`from` in `globals` or `with` names a file of TOML, YAML or JSON with a table of values. It is read when the spec is compiled; what the spec gives beside `from` goes before.",
        _GOOD.replace("lr = 0.01", 'from = "setings.yaml"'),
        _GOOD.replace("lr = 0.01", 'from = "settings.yaml"'),
    ),
    _entry(
        "SPC390",
        "files of the same name side by side",
        "Programs run in the package's root unless `cwd` says otherwise. What several of them leave there at the same time under one name, only the last one keeps; the others find its file, or half of it, in place of their own.",
        _SWEPT + '\nartifacts = ["*.png"]\nmatrix = { lr = [0.1, 0.01] }',
        _SWEPT + '\nartifacts = ["*.png"]\ncwd = "fresh"\nmatrix = { lr = [0.1, 0.01] }',
    ),
)
"""SPC381-SPC390."""
