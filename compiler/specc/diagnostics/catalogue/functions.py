"""Catalogue entries of the area `functions`: what a `call` names and what it is given."""

from specc.diagnostics.catalogue.entry import Entry

_HEAD = """\
specc = 1
kind = "pipeline"
name = "birds"

"""

_BIRDS = '''\
from typing import Literal


def get_birds(limit: int, sort: Literal["name", "size"] = "name") -> list[str]:
    """Birds, at most `limit` of them."""
    return sorted(["goose", "duck", "swan"])[:limit]


def count(birds: list[str]) -> int:
    return len(birds)
'''


def _entry(code: str, title: str, why: str, bad: str, good: str, **files: str) -> Entry:
    sources = {f"{name}.py": text for name, text in files.items()} or {"birds.py": _BIRDS}
    return Entry(code=code, title=title, why=why, bad=_HEAD + bad, good=_HEAD + good, files=sources)


_GET = '[steps.get]\ncall = "birds:get_birds"\nwith.limit = 3\n'

ENTRIES: tuple[Entry, ...] = (
    _entry(
        "SPC330",
        "`call` does not name a function",
        "`call` is the dotted name of a module, a colon, and the name of a function in it, as in "
        "`package.module:function`. "
        "It names no file, has no call brackets, and both parts are Python identifiers.",
        '[steps.get]\ncall = "birds.py:get_birds"\nwith.limit = 3\n',
        _GET,
    ),
    _entry(
        "SPC331",
        "the module does not exist",
        "Modules are looked for in the spec's folder (or `[package].root`), then among the packages installed "
        "beside specc. "
        "Nothing is imported to find out.",
        '[steps.get]\ncall = "bird:get_birds"\nwith.limit = 3\n',
        _GET,
    ),
    _entry(
        "SPC332",
        "the module has a syntax error",
        "A function's parameters are read from the source of its module, so the source must be valid Python. The "
        "first label "
        "is the line of the Python file.",
        '[steps.get]\ncall = "broken:get_birds"\nwith.limit = 3\n',
        _GET,
        birds=_BIRDS,
        broken="def get_birds(limit:\n    return []\n",
    ),
    _entry(
        "SPC333",
        "the module cannot be read",
        "The file is there, but it is no Python source: it holds a NUL byte, is not text in its encoding, is "
        "larger than "
        "4 MiB, or is no regular file.",
        '[steps.get]\ncall = "binary:get_birds"\nwith.limit = 3\n',
        _GET,
        birds=_BIRDS,
        binary="def get_birds(limit): ...\0\n",
    ),
    _entry(
        "SPC334",
        "the module has no such function",
        "The name must be bound at the top level of the module when it is imported: by `def`, `class`, an import or an "
        "assignment. What stands under `if TYPE_CHECKING:` does not exist when the program runs.",
        '[steps.get]\ncall = "birds:get_bird"\nwith.limit = 3\n',
        _GET,
    ),
    _entry(
        "SPC335",
        "what `call` names cannot be called",
        "A step calls functions, classes, and static or class methods. A constant or a module cannot be called, and an "
        "ordinary method needs an instance that a step does not have.",
        '[steps.size]\ncall = "nest:Nest.size"\n',
        '[steps.size]\ncall = "nest:Nest.largest"\n',
        nest="class Nest:\n    def size(self): ...\n\n    @staticmethod\n    def largest(): ...\n",
    ),
    _entry(
        "SPC336",
        "the function is defined inside another one",
        "A function that is defined inside another exists only while that one runs, so a step cannot reach it.",
        '[steps.get]\ncall = "nested:inner"\n',
        '[steps.get]\ncall = "nested:outer"\n',
        nested="def outer():\n    def inner():\n        return 1\n\n    return inner()\n",
    ),
    _entry(
        "SPC338",
        "the function has no such parameter",
        "Every key of `with` is the name of a parameter of the function. A function with `**kwargs` takes any.",
        '[steps.get]\ncall = "birds:get_birds"\nwith.limt = 3\n',
        _GET,
    ),
    _entry(
        "SPC339",
        "a required parameter is missing",
        "A parameter without a default must be given in `with`.",
        '[steps.get]\ncall = "birds:get_birds"\n',
        _GET,
    ),
    _entry(
        "SPC340",
        "the parameter cannot be given by name",
        "Steps give every argument by name, and Python does not let parameters before a `/` be given that way.",
        '[steps.add]\ncall = "sums:positional"\nwith.a = 1\n',
        '[steps.add]\ncall = "sums:named"\nwith.a = 1\n',
        sums="def positional(a=0, /): ...\n\n\ndef named(a=0): ...\n",
    ),
    _entry(
        "SPC341",
        "the value does not fit the parameter",
        "The type of the value, or of what the reference stands for, can never be what the parameter's "
        "annotation says. The "
        "types of results come from the return annotations of the functions that make them. Where a type is not known "
        "nothing is reported.",
        _GET + '\n[steps.count]\ncall = "birds:count"\nwith.birds = "${len(steps.get)}"\n',
        _GET + '\n[steps.count]\ncall = "birds:count"\nwith.birds = "${steps.get}"\n',
    ),
    _entry(
        "SPC342",
        "module named like one of Python's own",
        "Python loads each module once, and those of the standard library are often loaded before yours. A file of the "
        "same name then hides nothing, or breaks whatever needs the other one.",
        '[steps.get]\ncall = "calendar:today"\n',
        '[steps.get]\ncall = "birds:get_birds"\nwith.limit = 3\n',
        calendar="def today(): ...\n",
        birds=_BIRDS,
    ),
    _entry(
        "SPC343",
        "`each` is given something that is no list",
        "`each` runs the step once for every item of a list. To run over the keys of an object write `keys(...)`.",
        _GET
        + '\n[steps.count]\ncall = "birds:count"\nwith.birds = "${steps.get}"\n'
        + '\n[steps.sing]\ncall = "birds:count"\neach.bird = "${steps.count}"\nwith.birds = ["${bird}"]\n',
        _GET + '\n[steps.sing]\ncall = "birds:count"\neach.bird = "${steps.get}"\nwith.birds = ["${bird}"]\n',
    ),
    _entry(
        "SPC344",
        "a step with `batch` gives no list",
        "With `batch` the step is handed a list of items at a time and must give a list of as many results, in "
        "the same order.",
        _GET + '\n[steps.sing]\ncall = "birds:count"\neach.bird = "${steps.get}"\nbatch = 2\nwith.birds = "${bird}"\n',
        _GET + '\n[steps.sing]\ncall = "birds:count"\neach.bird = "${steps.get}"\nwith.birds = ["${bird}"]\n',
    ),
    _entry(
        "SPC345",
        "`returns` contradicts what is known",
        "`returns` is for functions whose annotation does not say what they return, and for groups of them. Where both "
        "say it, they must agree.",
        _GET + 'returns = "integer"\n',
        _GET + 'returns = "list of string"\n',
    ),
    _entry(
        "SPC346",
        "`package.root` is not a folder",
        "`package.root` is the folder in which the modules of `call` are looked for, relative to the spec. Without it they "
        "are looked for in the spec's own folder.",
        '[package]\nroot = "source"\n\n' + _GET,
        _GET,
    ),
    _entry(
        "SPC347",
        "the result cannot be kept",
        "What a step returns is kept, and handed to other steps, perhaps on another machine. JSON can be kept, and "
        "everything that has one form in it: dataclasses, models of pydantic, tuples, sets, times, decimals, paths, "
        "enumerations. Bytes, arrays of numpy, and tables of pandas, polars and pyarrow are kept too, but only by "
        "themselves: not as an item of a list or a field of an object. A socket, a function or an object of a class of "
        'your own cannot. With `codec = "pickle"` what can be pickled is kept as it is; any other `codec` takes only its '
        "own kind of value.",
        '[steps.open]\ncall = "nest:open_nest"\n',
        '[steps.open]\ncall = "nest:describe_nest"\n',
        nest="import socket\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Nest:\n    eggs: int\n\n\n"
        "def open_nest() -> socket.socket:\n    return socket.socket()\n\n\n"
        "def describe_nest() -> Nest:\n    return Nest(3)\n",
    ),
    _entry(
        "SPC348",
        "the annotation is there for type checkers only",
        "An argument becomes what its annotation says: a text becomes a `date`, an object a dataclass. What stands under "
        "`if TYPE_CHECKING:` does not exist when the function is called, so its annotation says nothing then, and the "
        "argument stays JSON.",
        '[steps.count]\ncall = "hidden:count"\nwith.day = "2030-01-31"\n',
        '[steps.count]\ncall = "seen:count"\nwith.day = "2030-01-31"\n',
        hidden="from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from datetime import date\n\n\ndef count(day: date) -> int:\n    return 0\n",
        seen="from datetime import date\n\n\ndef count(day: date) -> int:\n    return day.year\n",
    ),
)
"""In the order of their codes."""
