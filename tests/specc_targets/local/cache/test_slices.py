"""Which statements of its own module count for a function: all that could change what it gives."""

from __future__ import annotations

import ast
import random
from textwrap import dedent

import pytest

from specc_targets.code.slices import cut, digest


def slice_of(text: str, name: str = "f") -> str | None:
    pieces = cut(ast.parse(dedent(text)))
    return None if pieces is None else digest(pieces, name)


INERT = {
    "another function": "def g(): return {}",
    "an asynchronous one": "async def g(): return {}",
    "with quiet decorators": "import functools\n@functools.lru_cache(maxsize=3)\ndef g(): return {}",
    "a constant": "G = {}",
    "constants": "G = H = [{}, (1, 'x'), dict(a=1)]",
    "an annotated one": "G: list[int] = [{}]",
    "a pattern": "import re\nG = re.compile('{}')",
    "a class": "class G:\n    x: int = {}\n    def run(self): return self.x",
    "a dataclass": "from dataclasses import dataclass\n@dataclass\nclass G:\n    x: int = {}",
    "an error": "class G(ValueError):\n    code = {}",
    "a class of such": "class G(ValueError): ...\nclass H(G):\n    code = {}",
    "an enumeration": "import enum\nclass G(enum.Enum):\n    A = {}",
    "the text about the module": "'{}'",
    "what runs as a program": "if __name__ == '__main__':\n    print({})",
}


@pytest.mark.parametrize("other", INERT)
@pytest.mark.parametrize("before", [True, False])
def test_what_does_nothing_and_is_not_named_does_not_count(other: str, before: bool) -> None:
    first, second = (INERT[other].format(number) for number in (1, 2))
    own = "def f(x):\n    return x + 1\n"
    one, two = (f"{text}\n{own}" if before else f"{own}{text}" for text in (first, second))
    assert slice_of(one) == slice_of(two) is not None


REACHED = {
    "called": "def g(): return {}\ndef f(x): return g()",
    "called by what is called": "def f(x): return h()\ndef h(): return g()\ndef g(): return {}",
    "a constant": "G = {}\ndef f(x): return G",
    "a default": "G = {}\ndef f(x=G): return x",
    "an annotation": "class G:\n    x = {}\ndef f(x: G): return x.x",
    "an annotation as text": "class G:\n    x = {}\ndef f(x: 'list[G]'): return x",
    "a decorator": "def g(function): return lambda x: {}\n@g\ndef f(x): return x",
    "a decorator of what is called": "def g(function): return lambda: {}\n@g\ndef h(): return 1\ndef f(x): return h()",
    "a base": "class G:\n    x = {}\nclass H(G): ...\ndef f(x): return H().x",
    "a name in a text": "def g(): return {}\ndef f(x): return getattr(x, 'g')",
    "an attribute": "def g(): return {}\nclass C: ...\nC.run = g\ndef f(x): return C().run()",
    "in a table": "def g(): return {}\nTABLE = {{'a': g}}\ndef f(x): return TABLE['a']()",
    "in a registry": "FOUND = []\ndef register(g): FOUND.append(g)\n@register\ndef g(): return {}\ndef f(x): return FOUND[0]()",
    "in a base's registry": "class Base:\n    found = []\n    def __init_subclass__(cls): Base.found.append(cls)\nclass G(Base):\n    x = {}\ndef f(x): return Base.found[0].x",
    "by subclasses": "class Base: ...\nclass G(Base):\n    x = {}\ndef f(x): return Base.__subclasses__()[0].x",
    "by globals": "def g(): return {}\ndef f(x): return globals()['g' + '']()",
    "by globals under another name": "look = globals\ndef g(): return {}\ndef f(x): return look()[x]()",
    "by the table of modules": "import sys\ndef g(): return {}\ndef f(x): return getattr(sys.modules[__name__], x)()",
    "by eval": "def g(): return {}\ndef f(x): return eval(x)",
    "by dispatch": "import functools\n@functools.singledispatch\ndef f(x): return 0\n@f.register\ndef g(x: int): return {}",
    "by a statement": "def g(): return {}\nG = g()\ndef f(x): return G",
    "under a condition": "if True:\n    G = {}\nelse:\n    G = 0\ndef f(x): return G",
    "in a try": "try:\n    G = {}\nexcept ImportError:\n    G = 0\ndef f(x): return G",
    "in a loop": "for G in range({}): ...\ndef f(x): return G",
    "a global that is set": "G = 0\ndef start():\n    global G\n    G = {}\nstart()\ndef f(x): return G",
    "set by augmented assignment": "G = 1\nG += {}\ndef f(x): return G",
    "in several": "G, H = {}, 1\ndef f(x): return G",
    "defined again": "def f(x): return 0\ndef f(x): return {}",
    "wrapped later": "def f(x): return 0\ndef g(function): return lambda x: {}\nf = g(f)",
    "of unpickled objects": "import pickle\nclass G:\n    x = {}\ndef f(x): return pickle.loads(x).x",
    "of objects of other libraries": "import torch\nclass G:\n    x = {}\ndef f(x): return torch.load(x).x",
    "a method of a class": "class G:\n    def run(self): return {}\ndef f(x): return G().run()",
    "a hidden builtin": "def dict(a): return {}\nG = dict(a=1)\ndef f(x): return G",
    "a hidden decorator": "from functools import cache\ndef cache(function): return lambda x: {}\n@cache\ndef f(x): return 0",
    "star imports may hide": "from helper import *\nG = list({})\ndef f(x): return 1",
    "a lambda": "f = lambda x: {}",
    "module getattr": "def __getattr__(name): return {}\ndef f(x): return G",
}


@pytest.mark.parametrize("way", REACHED)
def test_what_can_be_reached_counts(way: str) -> None:
    one, two = (slice_of(REACHED[way].format(number)) for number in (1, 2))
    assert one != two or one is None  # None: the whole module counts


def test_layout_and_comments_do_not_count() -> None:
    assert slice_of("def g(): ...\ndef f(x):\n    return g(x)") == slice_of(
        "# one\ndef g():\n    ...\n\n\ndef f( x ):\n  return g( x ) # two"
    )


def test_methods_belong_to_their_class() -> None:
    text = "class C:\n    def run(self): return {}\n    def other(self): return 1\ndef g(): return 1"
    assert slice_of(text.format(1), "C") != slice_of(text.format(2), "C")
    assert slice_of(text.format(1), "g") == slice_of(text.format(2), "g") is not None


def test_what_is_not_defined_here_has_no_slice() -> None:
    assert slice_of("from helper import f\ndef g(): ...") is None


WAYS = (
    "def {name}(): return {value}{calls}",
    "@functools.lru_cache\ndef {name}(): return {value}{calls}",
    "class C{name}:\n    def run(self): return {value}{calls}\ndef {name}(): return C{name}().run()",
    "TABLE{name} = {{'one': lambda: {value}{calls}}}\ndef {name}(): return TABLE{name}['one']()",
    "V{name} = {value}\ndef {name}(): return V{name}{calls}",
    "def {name}(by={value}): return by{calls}",
    "S{name} = []\nS{name}.append({value})\ndef {name}(): return S{name}[0]{calls}",
)


def made(draw: random.Random, values: list[int], ways: list[str], calls: list[list[int]]) -> str:
    parts = ["import functools"]
    for number in range(len(values)):
        called = "".join(f" + n{other}()" for other in calls[number])
        parts.append(ways[number].format(name=f"n{number}", value=values[number], calls=called))
    parts.append("def f(x): return n0() + n1()")
    return "\n".join(parts)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_changes_the_result_changes_the_slice(seed: int) -> None:
    """Held against Python itself: modules of every form, with one value changed at a time."""
    draw = random.Random(seed)
    size = draw.randint(3, 9)
    ways = [draw.choice(WAYS) for _ in range(size)]
    calls = [draw.sample(range(number + 1, size), min(draw.randint(0, 2), size - number - 1)) for number in range(size)]
    values = [draw.randrange(1000) for _ in range(size)]
    text = made(draw, values, ways, calls)

    def result(source: str) -> int:
        names: dict = {}
        exec(source, names)
        return names["f"](0)

    before, kept, same = result(text), slice_of(text), 0
    assert kept is not None
    for number in range(size):
        changed = made(draw, [*values[:number], values[number] + 1, *values[number + 1 :]], ways, calls)
        if slice_of(changed) == kept:
            same += 1
            assert result(changed) == before, (number, text)
    reachable = {0, 1}
    for number in range(size):
        if number in reachable:
            reachable.update(calls[number])
    never = [number for number in range(size) if number not in reachable and "append" not in ways[number]]
    tables = [number for number in never if "lambda" in ways[number]]  # calls in a value: those statements always count
    assert same <= size - len(reachable)
    assert same >= len([number for number in never if number not in tables]) - size * bool(tables)
