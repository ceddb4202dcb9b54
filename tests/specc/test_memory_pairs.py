"""One change after the other, each of another kind: with the memory of before, a check finds what a fresh one finds.

`SPECC_EDITS` is how many changes upon changes there are.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from memory_world import BASE, FILES, INNER, OTHER, SPEC, make, outcome, written
from specc.frontend import Compilation, check
from specc.memory import Memory

FUNCTIONS = "code/functions.py"
HELPERS = "code/helpers.py"
TRAIN = "code/train.py"
WORK = "code/package/inner.py"
EDITS = int(os.environ.get("SPECC_EDITS", "25"))
STEP = "[steps.start]\n"


class Change(NamedTuple):
    """In `file`, `old` becomes `new`. Without `old` the file appears, without `new` it is gone."""

    name: str
    file: str
    old: str | None
    new: str | None
    codes: str = ""
    """What is found then."""


CHANGES = (
    # what functions take and give
    Change(
        "items of implied arguments",
        FUNCTIONS,
        "(limit: int) -> list[int]",
        "(limit: int) -> list[str]",
        "SPC311 SPC341",
    ),
    Change("items of no known type", FUNCTIONS, "(limit: int) -> list[int]", "(limit: int)"),
    Change("no list any more", FUNCTIONS, "(limit: int) -> list[int]", "(limit: int) -> int", "SPC313 SPC314 SPC343"),
    Change("an argument of another type", FUNCTIONS, "def one(x: int", "def one(x: str", "SPC341 SPC367"),
    Change("an argument of another name", FUNCTIONS, "def one(x: int, y", "def one(z: int, y", "SPC338 SPC339 SPC367"),
    Change(
        "an implied argument gone",
        FUNCTIONS,
        ", y: int = 0) -> int:\n    return x",
        ") -> int:\n    return x",
        "SPC338",
    ),
    Change("an argument without a default", FUNCTIONS, "y: int = 0", "y: int", "SPC339 SPC367"),
    Change("any arguments", FUNCTIONS, "y: int = 0", "**others: int"),
    Change("an argument by position", FUNCTIONS, "y: int = 0)", "y: int = 0, /)", "SPC340 SPC367"),
    Change("a result of another type", FUNCTIONS, "y: int = 0) -> int", "y: int = 0) -> str", "SPC311 SPC341 SPC369"),
    Change("a result nobody can keep", FUNCTIONS, "y: int = 0) -> int", "y: int = 0) -> object"),
    Change("a batch of another type", FUNCTIONS, "many(x: list[int]) ->", "many(x: list[str]) ->", "SPC341"),
    Change(
        "a batch that gives no list",
        FUNCTIONS,
        "many(x: list[int]) -> list[int]",
        "many(x: list[int]) -> int",
        "SPC344",
    ),
    Change("a loop over another type", FUNCTIONS, "grow(x: int, before", "grow(x: str, before", "SPC341"),
    Change("what a loop hands on", FUNCTIONS, "before: int) -> int", "before: int) -> str"),
    Change("choices that are equal in Python", FUNCTIONS, "[2, 0, True]", "[2, False, 1]", "SPC341"),
    Change("other choices", FUNCTIONS, "[2, 0, True]", "[2, 3]", "SPC341"),
    Change("a decorator that may change all", FUNCTIONS, "def one(x: int", "@wrapped\ndef one(z: int", "SPC338 SPC339"),
    Change("a function that is gone", FUNCTIONS, "def choose", "def chosen", "SPC334"),
    Change("a function that is a method", FUNCTIONS, "def choose(", "class Chooser:\n  def choose(self, ", "SPC334"),
    Change("a function that is a constant", FUNCTIONS, "def lists() ->", "lists = 1\n\ndef list_() ->", "SPC335"),
    Change("a type that type checkers see", FUNCTIONS, "def tell(x: int", "def tell(x: 'Unknown'"),
    Change("an error of another base", FUNCTIONS, "class Tired(Base)", "class Tired(int)"),
    Change("an error that is gone", FUNCTIONS, "class Tired(Base)", "class Weary(Base)"),
    Change("code that cannot be read", FUNCTIONS, "def lists() ->", "def lists( ->", "SPC332 SPC367"),
    Change("only lines that move", FUNCTIONS, "def start", "\n\n\ndef start"),
    # configurations
    Change("a configuration of another type", "spec", "x = [1, 2]", 'x = ["a", "b"]', "SPC341"),
    Change("an axis of another name", "spec", "matrix = { x = [1, 2] }", "matrix = { w = [1, 2] }", "SPC338 SPC339"),
    Change("an axis that a group does not know", "spec", "matrix.number = [3", "matrix.numbers = [3", "SPC252 SPC310"),
    Change("one more configuration", "spec", "matrix.number = [3, 4]", "matrix.number = [3, 4, 5]"),
    Change("a configuration that is there twice", "spec", "x = [1, 2]", "x = [1, 1]", "SPC244"),
    Change("a file of other configurations", "code/cells.csv", "x\n1\n2", "x\na\nb", "SPC341"),
    Change("a file of configurations with a fault", "code/cells.csv", "x\n1", "x\n1,2", "SPC250"),
    Change("a file of configurations that is gone", "code/cells.csv", "x\n1\n2\n", None, "SPC250"),
    Change(
        "configurations that are none", FUNCTIONS, "def cells() -> list[dict[str, int]]", "def cells() -> int", "SPC251"
    ),
    # scripts, and files of values
    Change("a global of another name", TRAIN, "rate: float", "factor: float", "SPC382"),
    Change("a global of another type", TRAIN, "epochs: int", "epochs: str", "SPC384"),
    Change("a global that is bound again", TRAIN, "accuracy = rate", "accuracy = rate = 1", "SPC385"),
    Change("a global that is the variable of a loop", TRAIN, "epochs: int = 3", "for epochs in []: pass", "SPC383"),
    Change("an output of another name", TRAIN, "accuracy = rate", "score = rate", "SPC388"),
    Change("an entry of another name", TRAIN, "def main(", "def start(", "SPC386"),
    Change("an entry with another argument", TRAIN, "main(x: int", "main(y: int", "SPC338 SPC339"),
    Change("an entry of another type", TRAIN, "main(x: int", "main(x: str", "SPC341"),
    Change("an entry that gives something else", TRAIN, ") -> int", ") -> str", "SPC341"),
    Change("a script that cannot be read", TRAIN, "accuracy = rate", "accuracy = = rate", "SPC332"),
    Change("a script that is gone", TRAIN, FILES[TRAIN], None, "SPC331 SPC381"),
    Change("lines of a script that move", TRAIN, "rate: float", "\n\nrate: float"),
    Change("an object of another name", HELPERS, "def shared", "def shares", "SPC334 SPC387"),
    Change("a value of another type", "code/settings.yaml", "0.5", "much", "SPC384"),
    Change("a value of another name", "code/settings.yaml", "rate", "rates", "SPC382"),
    Change("values that are none", "code/settings.yaml", "rate: 0.5", "- rate", "SPC389"),
    Change("a file of values that is gone", "code/settings.yaml", "rate: 0.5\n", None, "SPC389"),
    Change("an argument of a file", "code/arguments.json", '"rate"', '"rates"', "SPC338"),
    Change("an argument of a file, of another type", "code/arguments.json", "0.5", "true", "SPC341"),
    Change("a file of arguments that is none", "code/arguments.json", "{", "", "SPC389"),
    Change("another file of values", "spec", '"settings.yaml"', '"arguments.json"'),
    # files of Python
    Change("no module", FUNCTIONS, FILES[FUNCTIONS], None, "SPC331 SPC367"),
    Change(
        "a package before the module", "code/functions/__init__.py", None, "def start(): pass\n", "SPC334 SPC338 SPC367"
    ),
    Change("a folder beside the module", "code/functions/other.py", None, "def start(): pass\n"),
    Change("an imported function of another type", HELPERS, "value: int", "value: str", "SPC341"),
    Change("an imported function that is gone", HELPERS, "def shared", "def other", "SPC334 SPC387"),
    Change("an imported module that is gone", HELPERS, FILES[HELPERS], None, "SPC334 SPC387"),
    Change(
        "an imported module that is a package", "code/helpers/__init__.py", None, "class Base: pass\n", "SPC334 SPC387"
    ),
    Change("an imported error of another base", HELPERS, "Base(Exception)", "Base(int)"),
    Change("a bare folder that is a package", "code/package/__init__.py", None, "", ""),
    Change(
        "a package with its own function",
        "code/package/inner/__init__.py",
        None,
        "def work(y): pass\n",
        "SPC338 SPC339",
    ),
    Change("a module in a folder", WORK, "x: int", "x: str", "SPC341"),
    Change("a module in a folder that is gone", WORK, INNER, None, "SPC331"),
    Change("a module called like one of Python's", "code/package.py", None, INNER, "SPC331"),
    Change("the name of a module of Python", "code/typing.py", None, "Literal = 1\n"),
    # parameters, environment, secrets, profiles, defaults
    Change(
        "a parameter of another type",
        "spec",
        'type = "integer"\ndefault = 3',
        'type = "string"\ndefault = "3"',
        "SPC222 SPC341 SPC384 SPC462",
    ),
    Change("a parameter with another default", "spec", "default = 3", "default = 4"),
    Change("a parameter without a default", "spec", "default = 3\n", ""),
    Change("a parameter of a smaller range", "spec", "default = 3\n", "default = 3\nmaximum = 5\n"),
    Change("a parameter of another name", "spec", "[params.limit]", "[params.bound]", "SPC202 SPC221 SPC462"),
    Change("a parameter that may be anything", "spec", '[params.limit]\ntype = "integer"', "[params.limit]", "SPC102"),
    Change("a parameter that is not read", "spec", "[params.numbers]", "[params.more]\n[params.numbers]", "SPC102"),
    Change(
        "items of a parameter",
        "spec",
        '{ type = "integer" }\ndefault = [1, 2]',
        '{ type = "string" }',
        "SPC222 SPC341 SPC462",
    ),
    Change(
        "a parameter that is no list",
        "spec",
        'type = "array"\nitems = { type = "integer" }\ndefault = [1, 2]',
        'type = "string"',
        "SPC222 SPC343 SPC462",
    ),
    Change("a variable of another name", "base.toml", "LEVEL", "DEPTH", "SPC204"),
    Change("a variable of another value", "base.toml", '"1"', '"2"'),
    Change("another variable", "base.toml", '"1"\n', '"1"\nMORE = "2"\n'),
    Change("a variable that is a secret", "spec", "TOKEN =", 'LEVEL = "env:L"\nTOKEN =', "SPC125"),
    Change("a secret of another name", "spec", "TOKEN = ", "KEY = ", "SPC358"),
    Change("a secret from elsewhere", "spec", "env:TOKEN", "file:token"),
    Change("a profile of another name", "spec", "[compute.big]", "[compute.large]", "SPC216"),
    Change("a profile of another size", "spec", "2GiB", "3GiB"),
    Change("a profile with a time limit", "spec", 'memory = "2GiB"', 'memory = "2GiB"\ntimeout = "1m"', "SPC233"),
    Change("a profile for containers", "spec", 'memory = "2GiB"', 'memory = "2GiB"\nengine = "batch"'),
    Change("a further profile", "spec", "[defaults]", '[compute.small]\nmemory = "1GiB"\n[defaults]'),
    Change("a default time limit", "spec", "[defaults]\n", '[defaults]\ntimeout = "1m"\n', "SPC233"),
    Change("another default retry", "spec", "retry = { max = 1 }", "retry = { max = 1, on = ['functions.Weary'] }"),
    Change("no default profile", "spec", 'compute = "big"\n', ""),
    # steps
    Change("a step of another name", "spec", STEP, "[steps.begin]\n", "SPC201 SPC206 SPC220"),
    Change(
        "a step with a declared result", "spec", STEP, f'{STEP}returns = "list of string"\n', "SPC311 SPC341 SPC345"
    ),
    Change("a declared result of nobody's", "spec", STEP, f'{STEP}returns = "nothing such"\n', "SPC219"),
    Change("a codec", "spec", STEP, f'{STEP}codec = "pickle"\n'),
    Change("a codec that does not fit", "spec", STEP, f'{STEP}codec = "npy"\n', "SPC347"),
    Change("a condition", "spec", STEP, f'{STEP}when = "${{params.limit > 1}}"\n'),
    Change("no condition", "spec", STEP, f'{STEP}when = "${{params.limit}}"\n', "SPC360"),
    Change("a step that handles errors", "spec", '.run = "rescue"', '.run = "lists"', "SPC208"),
    Change("no handler", "spec", 'on_error."functions.Tired".run = "rescue"\n', ""),
    Change("a handler of every error", "spec", '"functions.Tired".run', '"*".run'),
    Change("a handler that is no step", "spec", '.run = "rescue"', '.run = "nobody"', "SPC212"),
    Change(
        "a handler that uses the failed step",
        "spec",
        'each.numbers = "${steps.lists}"',
        'each.numbers = "${steps.risky}"',
        "SPC210",
    ),
    Change(
        "a handler that knows the error",
        "spec",
        'each.numbers = "${steps.lists}"',
        'each.numbers = "${[error.name]}"',
        "SPC341",
    ),
    Change("a value in place of a failure", "spec", '"*".use = "${params.limit}"', '"*".use = "none"'),
    Change("a value of the error", "spec", '"*".use = "${params.limit}"', '"*".use = "${error.name}"'),
    Change("an error of another name", "spec", 'on = ["functions.Tired"]', 'on = ["functions.Rested"]'),
    Change(
        "the name of an implied argument",
        "spec",
        '[steps.implied]\ncall = "functions:one"\neach.x',
        '[steps.implied]\ncall = "functions:one"\neach.z',
        "SPC338 SPC339",
    ),
    Change("one implied argument less", "spec", 'each.y = "${params.numbers}"\n', ""),
    Change(
        "an argument that is implied no more",
        "spec",
        'each.y = "${params.numbers}"\n',
        'each.y = "${params.numbers}"\nwith.y = "${y + 1}"\n',
    ),
    Change(
        "an argument in place of an item",
        "spec",
        'each.y = "${params.numbers}"\n',
        'each.y = "${params.numbers}"\nwith.y = "text"\n',
        "SPC341",
    ),
    Change(
        "items for the first value of a loop", "spec", "{ start = 1, max = 2 }", '{ start = "${x}", max = 2 }', "SPC339"
    ),
    Change("no batches", "spec", "batch = 2\n", "", "SPC341"),
    Change("another batch", "spec", "batch = 2\n", "batch = 3\n"),
    Change("a group with items of another name", "spec", "each.piece", "each.part", "SPC203"),
    Change("a group without items", "spec", 'each.piece = "${steps.start}"\n', "", "SPC203 SPC313"),
    Change("another yield", "spec", 'given = "${piece}"', 'given = "${steps.second}"'),
    Change("a yield without the field", "spec", 'given = "${piece}"', 'taken = "${piece}"', "SPC310"),
    Change("a yield of another type", "spec", 'given = "${piece}"', 'given = "text"', "SPC341"),
    Change(
        "a step inside that hides one",
        "spec",
        "[steps.grouped.steps.second]",
        "[steps.grouped.steps.start]",
        "SPC210 SPC211 SPC313",
    ),
    Change(
        "a step inside of another name", "spec", "[steps.grouped.steps.first]", "[steps.grouped.steps.third]", "SPC201"
    ),
    Change(
        "a group that is a step's reader",
        "spec",
        'with.x = "${steps.grouped[0].given}"',
        'with.x = "${steps.group.steps.implied_inside}"',
        "SPC201",
    ),
    Change("a step in a circle", "spec", "with.limit", 'after = ["pause"]\nwith.limit', "SPC210"),
    Change("a step after nobody", "spec", 'after = ["start"]', 'after = ["nobody"]', "SPC206"),
    Change("a step after a handler", "spec", 'after = ["start"]', 'after = ["rescue"]', "SPC206"),
    Change("steps in another order", "spec", '[steps.lists]\ncall = "functions:lists"\n', "", "SPC201"),
    Change("a pause for a text", "spec", 'wait = "${params.limit}"', 'wait = "${steps.start}"', "SPC360"),
    Change(
        "a status in the middle", "spec", 'with.limit = "${params.limit}"', 'with.limit = "${run.status}"', "SPC205"
    ),
    Change("a result at the end", "spec", "[finally.tell]\n", '[finally.tell]\nwhen = "${steps.reads_group > 1}"\n'),
    Change("a `finally` step of a step's name", "spec", "[finally.tell]", "[finally.start]"),
    Change("a step of a `finally` step's name", "spec", STEP, f'[steps.tell]\ncall = "functions:lists"\n{STEP}'),
    Change("a process of its own", "spec", 'isolation = "thread"', 'isolation = "process"'),
    Change(
        "a step that calls something else",
        "spec",
        'call = "functions:choose"\nwith.value = 0\n',
        'call = "functions:lists"\n',
        "SPC319 SPC341",
    ),
    Change(
        "a step that does something else",
        "spec",
        'call = "functions:choose"\nwith.value = 0\nisolation = "thread"',
        'command = ["date"]',
        "SPC341",
    ),
    Change("a number for a truth value", "spec", "with.value = 0", "with.value = true"),
    Change("a fraction for a number", "spec", "with.value = 0", "with.value = 0.0", "SPC341"),
    # other documents, and what is around the steps
    Change("a program that gives a number", "base.toml", 'result = "text"', 'result = "exit"', "SPC354"),
    Change("no base", "base.toml", BASE, None, "SPC001"),
    Change("a step in the base", "base.toml", "[steps.shown]", '[steps.lists]\ncodec = "npy"\n[steps.shown]', "SPC347"),
    Change("another spec with other parameters", "other.toml", '"integer"', '"string"', "SPC341 SPC367"),
    Change(
        "another spec that needs more", "other.toml", "[steps.f]", '[params.z]\ntype = "integer"\n[steps.f]', "SPC369"
    ),
    Change("another spec with other outputs", "other.toml", "y = ", "z = ", "SPC310"),
    Change("another spec with an output of another type", "other.toml", '"${steps.f}"', '"text"', "SPC341"),
    Change("no other spec", "other.toml", OTHER, None, "SPC367"),
    Change("another spec with errors", "other.toml", "functions:one", "functions:none", "SPC334 SPC367"),
    Change(
        "another spec that runs this one",
        "other.toml",
        "[outputs]",
        '[steps.back]\npipeline = "spec.toml"\n[outputs]',
        "SPC367",
    ),
    Change(
        "another folder of modules", "spec", 'root = "code"', 'root = "."', "SPC250 SPC331 SPC367 SPC381 SPC387 SPC389"
    ),
    Change("no folder of modules", "spec", 'root = "code"', 'root = "cod"', "SPC250 SPC346 SPC367 SPC389"),
    Change("a trigger with other values", "spec", "with.limit = 2\n[stacks", 'with.limit = "2"\n[stacks', "SPC462"),
    Change("a stack of other values", "spec", "params.limit.default = 4", 'params.limit.default = "4"'),
    Change("a test that pretends something else", "spec", "mock.start = [1, 2]", 'mock.start = ["a"]', "SPC227"),
    Change("a test of no step", "spec", "mock.start = [1, 2]", "mock.stat = [1, 2]", "SPC220"),
    Change("a test with other parameters", "spec", "params.limit = 2\nmock", 'params.limit = "a"\nmock', "SPC222"),
    Change("an output of nothing", "spec", 'result = "${steps.risky}"', 'result = "${steps.rescue}"', "SPC208"),
    Change("a text where a number is asked for", "spec", 'N = "${steps.shown}"', "N = 1", "SPC354"),
    Change("a mistake in a step", "spec", STEP, f"{STEP}unknown = 1\n", "SPC101"),
    Change("a spec that cannot be read", "spec", STEP, "[steps.start\n", "SPC010"),
)


def apply(spec: Path, change: Change) -> None:
    """Make the change in the files around a spec, or in itself."""
    path = spec if change.file == "spec" else spec.parent / change.file
    if change.new is None:
        path.unlink()
    elif change.old is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change.new)
    else:
        text = SPEC if change.file == "spec" else path.read_text()
        assert change.old in text
        changed = text.replace(change.old, change.new, 1)
        path.write_text(written(changed, spec.suffix[1:]) if change.file == "spec" else changed)


def undo(spec: Path) -> None:
    """All as it was, without what has appeared."""
    shutil.rmtree(spec.parent / "code")
    make(spec.parent, spec.suffix[1:])


def codes(found: Compilation) -> str:
    return " ".join(sorted({item.code for item in found.diagnostics}))


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
def test_a_change_and_back(tmp_path: Path, format: str) -> None:
    spec, memory = make(tmp_path, format), Memory()
    begin = outcome(check(spec))
    assert not begin[0]
    for change in CHANGES:
        if format != "toml" and (change.file != "spec" or change.codes == "SPC010"):
            continue  # the format does not matter, or what is broken is TOML
        assert outcome(check(spec, memory=memory)) == begin, change.name
        apply(spec, change)
        cold = check(spec)
        assert outcome(check(spec, memory=memory)) == outcome(cold), change.name
        assert codes(cold) == change.codes, change.name
        undo(spec)


def test_changes_upon_changes(tmp_path: Path) -> None:
    changes_upon_changes(tmp_path, random.randrange(2**32), EDITS)


def changes_upon_changes(folder: Path, seed: int, edits: int) -> None:
    """Make changes and take them back, up to three at a time, and compare every check with a fresh one."""
    chance, memory = random.Random(seed), Memory()
    spec, made = make(folder), list[Change]()
    check(spec, memory=memory)
    for number in range(edits):
        if made and (len(made) == 3 or chance.random() < 0.5):
            made.remove(chance.choice(made))
        else:
            made.append(chance.choice([item for item in CHANGES if item not in made]))
        undo(spec)
        text = SPEC
        for change in made:
            path = spec.parent / change.file
            if change.file == "spec" and change.old is not None and change.new is not None:
                text = text.replace(change.old, change.new, 1)
            elif change.old is None or (path.exists() and change.old in path.read_text()):
                apply(spec, change)
        spec.write_text(text)
        assert outcome(check(spec, memory=memory)) == outcome(check(spec)), (seed, number, [item.name for item in made])
