"""Catalogue entries of `specc import`: the examples are configurations, for a script `train.py`."""

from collections.abc import Mapping

from specc.diagnostics.catalogue.entry import Entry

_SCRIPT: Mapping[str, str] = {
    "train.py": 'lr = 0.1\nname = "none"\n\n\ndef main():\n    return lr\n\n\nif __name__ == "__main__":\n    main()\n'
}


def _entry(code: str, title: str, why: str, bad: str, good: str) -> Entry:
    return Entry(code=code, title=title, why=why, bad=bad, good=good, format="py", files=_SCRIPT, stage="import")


ENTRIES: tuple[Entry, ...] = (
    _entry(
        "SPC601",
        "a configuration that only running it would tell",
        "Configurations are read, not run: nothing is imported, opened or called. What a value depends on beyond that is "
        "not known. Write the value, or let `--run` run the file: in a process of its own, with a limit of time.",
        'import random\n\nlr = random.random()\nname = "a"\n',
        'lr = 0.3\nname = "a"\n',
    ),
    _entry(
        "SPC602",
        "a file that cannot be read",
        "A configuration is a Python file in UTF-8, or data in TOML, YAML or JSON; a script is a Python file. The files "
        "are of a size and depth that people write.",
        "lr = = 0.3\n",
        "lr = 0.3\n",
    ),
    _entry(
        "SPC603",
        "a value that a spec cannot hold",
        "A spec holds data: texts, numbers, true and false, null, lists and tables with texts as keys. Functions and "
        'other objects are named, as `{ ref = "module:name" }`; so they need a name at the top level of a module.',
        'from kohakuengine import Config\n\n\ndef config_gen():\n    return Config(globals_dict={"name": {1, 2}})\n',
        'from kohakuengine import Config\n\n\ndef config_gen():\n    return Config(globals_dict={"name": [1, 2]})\n',
    ),
    _entry(
        "SPC604",
        "more than can be read",
        "A generator may never end, and a value may be larger than any spec. Reading stops at limits: `--limit` says how "
        "many configurations there may be. A sweep without an end of its own is a loop: `repeat`.",
        "from kohakuengine import Config\n\n\ndef config_gen():\n    lr = 1.0\n    while True:\n"
        '        yield Config(globals_dict={"lr": lr})\n        lr = lr / 2\n',
        "from kohakuengine import Config\n\n\ndef config_gen():\n    lr = 1.0\n    while lr > 0.1:\n"
        '        yield Config(globals_dict={"lr": lr})\n        lr = lr / 2\n',
    ),
    _entry(
        "SPC605",
        "no configuration",
        "`config_gen()` gives a `Config` or yields several, `CONFIG` is one, and `_sweep` is a dictionary of lists that "
        "are not empty; with the mode `zip` they are equally long.",
        'lr = 0.3\n_sweep = {"__mode__": "zip", "lr": [0.1, 0.2], "name": ["a"]}\n',
        'lr = 0.3\n_sweep = {"__mode__": "zip", "lr": [0.1, 0.2], "name": ["a", "b"]}\n',
    ),
    Entry(
        code="SPC606",
        title="a configuration that fails when it runs",
        why="With `--run` the file runs in a process of its own. It raised an error, ended its process, or took longer "
        "than `--time-limit` says.",
        bad="",
        good="",
    ),
    Entry(
        code="SPC607",
        title="a configuration that needs a module",
        why="With `--run` the file runs with the Python that runs `specc`. A module that it imports is not installed "
        "there. The engine itself need not be.",
        bad="",
        good="",
    ),
    _entry(
        "SPC608",
        "something that the spec leaves out",
        "A spec gives a script the globals that it binds, and a function the arguments that it takes. Any other name is a "
        "slip, or had no effect; the spec says in a comment what was left out. What a script uses it has to bind.",
        "learning = 0.3\n",
        "lr = 0.3\n",
    ),
    _entry(
        "SPC609",
        "something that the spec says otherwise",
        "A tuple becomes a list, the number of a worker is that of the first, and one generator for several scripts "
        "becomes a matrix for each. The spec means something slightly different, and this says what.",
        "lr = 0.3\nname = (1, 2)\n",
        "lr = 0.3\nname = [1, 2]\n",
    ),
)
"""SPC601-SPC609."""
