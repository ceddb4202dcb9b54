"""Scripts about their globals: where they are bound, and what depends on them."""

from __future__ import annotations

from script_cases.comparing import Case

CASES = [
    Case("derived", "lr = <<lr: 0.1 => 0.5>>\ndouble = lr * 2\nprint(double)\n"),
    Case("default-argument", "lr = <<lr: 0.1 => 0.5>>\ndef train(rate=lr):\n    return rate\nprint(train())\n"),
    Case(
        "decorator",
        """
        times = <<times: 1 => 3>>
        def repeat(n):
            return lambda f: lambda: [f() for _ in range(n)]
        @repeat(times)
        def hello():
            return "hi"
        print(hello())
    """,
    ),
    Case(
        "guard-of-two-statements",
        """
        def first():
            print("first")
        def second():
            print("second", x)
        x = <<x: 1 => 2>>
        if __name__ == "__main__":
            first()
            second()
    """,
    ),
    Case(
        "bound-in-the-guard",
        """
        def main():
            print(x)
        if __name__ == "__main__":
            x = <<x: 1 => 2>>
            main()
    """,
    ),
    Case(
        "dataclass-default",
        """
        from dataclasses import dataclass
        size = <<size: 1 => 7>>
        @dataclass
        class Config:
            size: int = size
        print(Config())
    """,
    ),
    Case(
        "enum",
        "import enum\nlow = <<low: 1 => 5>>\nclass Level(enum.IntEnum):\n    LOW = low\nprint(repr(Level.LOW))\n",
    ),
    Case("class-attribute", "a = <<a: 1 => [2, 3]>>\nclass C:\n    b = a\nprint(C.b)\n"),
    Case(
        "f-string", "who = <<who: 'a' => 'wörld ☃'>>\nprint(f'{who!r:>12} {who=}')\n", env={"PYTHONIOENCODING": "utf-8"}
    ),
    Case(
        "lru-cache",
        """
        import functools
        base = <<base: 1 => 10>>
        @functools.lru_cache
        def f(n, b=base):
            return b if n == 0 else f(n - 1) + base
        print(f(5), f.cache_info())
    """,
    ),
    Case(
        "nested-function", "x = <<x: 1 => 9>>\ndef f():\n    def g():\n        return x\n    return g\nprint(f()())\n"
    ),
    Case(
        "global-statement",
        """
        count = <<count: 0 => 10>>
        def more():
            global count
            count += 1
        more(); more()
        print(count)
    """,
    ),
    Case(
        "both-arms-of-an-if",
        """
        import sys
        if len(sys.argv) > 1:
            mode = <<mode: 'a' => 'z'>>
        else:
            mode = <<mode: 'b' => 'z'>>
        print(mode)
    """,
    ),
    Case(
        "try-import-error",
        """
        try:
            import no_such_module as lib
            fast = <<fast: True => 'given'>>
        except ImportError:
            fast = <<fast: False => 'given'>>
        print(fast)
    """,
    ),
    Case(
        "if-type-checking",
        """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from collections.abc import Sequence
        n: "int" = <<n: 1 => 2>>
        print(n, __annotations__)
    """,
    ),
    Case("chained", "a = b = 1\nprint(a, b)\n", values={"a": 5}, edited="a = b = 1; a = 5\nprint(a, b)\n"),
    Case(
        "tuple-target",
        "a, (b, *c) = 1, (2, 3, 4)\nprint(a, b, c)\n",
        values={"b": 7, "c": [8]},
        edited="a, (b, *c) = 1, (2, 3, 4); b = 7; c = [8]\nprint(a, b, c)\n",
    ),
    Case("annotated-without-value", "n: int\nprint(n)\n", values={"n": 4}, edited="n: int = 4\nprint(n)\n"),
    Case("annotated-then-assigned", "n: int\nn = <<n: 1 => 2>>\nprint(n, __annotations__)\n"),
    Case(
        "conditional-then-always",
        """
        import os
        if os.environ.get("NOT_SET_AT_ALL"):
            n = <<n: 1 => 3>>
        n = <<n: 2 => 3>>
        print(n)
    """,
    ),
    Case("reassigned-later", "n = <<n: 1 => 5>>\nn = n + 1\nprint(n)\n"),
    Case("augmented-later", "n = <<n: 1 => 5>>\nn += 1\nprint(n)\n"),
    Case("deleted", "n = <<n: 1 => 5>>\nprint(n)\ndel n\ntry:\n    n\nexcept NameError as e:\n    print(e)\n"),
    Case("in-a-loop", "for i in range(3):\n    xs = <<xs: [] => [1]>>\n    xs.append(i)\n    print(xs)\n"),
    Case("in-while-true", "while True:\n    n = <<n: 0 => 4>>\n    break\nprint(n)\n"),
    Case("in-with", "import contextlib\nwith contextlib.nullcontext():\n    n = <<n: 0 => 4>>\nprint(n)\n"),
    Case(
        "function-replaced",
        """
        def loss(x):
            return x
        print(loss(2), __annotations__)
    """,
        references={"loss": "losses:double"},
        files={"losses.py": "def double(x):\n    return x * 2\n"},
        edited="def loss(x):\n    return x\nfrom losses import double as loss; print(loss(2), __annotations__)\n",
    ),
    Case(
        "import-replaced",
        "import json as lib\nprint(lib)\n",
        values={"lib": "none"},
        edited="import json as lib; lib = 'none'\nprint(lib)\n",
    ),
    Case(
        "class-replaced",
        "class Model:\n    pass\nprint(Model.__name__)\n",
        references={"Model": "models:Big"},
        files={"models.py": "class Big:\n    pass\n"},
        edited="from models import Big as Model\nprint(Model.__name__)\n",
    ),
    Case(
        "reference-to-nothing",
        "loss = None\nprint('never')\n",
        references={"loss": "losses:triple"},
        status=1,
        files={"losses.py": ""},
        edited="import losses\nloss = losses.triple\nprint('never')\n",
        stderr=False,
    ),
    Case(
        "star-import",
        "from defaults import *\nprint(rate)\n",
        files={"defaults.py": "rate = 1\n"},
        values={"rate": 3},
        edited="from defaults import *; rate = 3\nprint(rate)\n",
    ),
    Case("walrus-elsewhere", "n = <<n: 3 => 5>>\nif (m := n * 2) > 4:\n    print(m, [k := i for i in range(n)], k)\n"),
    Case(
        "match",
        """
        kind = <<kind: {'a': 1} => {'b': [2]}>>
        match kind:
            case {"a": x}:
                print("a", x)
            case {"b": [y, *z], **rest}:
                print("b", y, z, rest)
    """,
    ),
    Case("comprehension", "n = <<n: 2 => 4>>\nprint([i * n for i in range(n)], {k: n for k in 'ab'})\n"),
    Case("lambda-default", "n = <<n: 2 => 4>>\nf = lambda x=n: x + n\nprint(f())\n"),
    Case("exec", "n = <<n: 2 => 4>>\nexec('m = n * 3')\nprint(m, eval('n + m'))\n"),
    Case("dir-and-vars", "n = <<n: 2 => 4>>\nprint(sorted(globals()), dir())\nprint(sorted(vars()))\n"),
    Case(
        "builtins-untouched",
        "n = <<n: [2] => [4]>>\nimport builtins\nprint(len(dir(builtins)), sorted(dir(builtins))[:3])\n",
    ),
    Case("a-list-is-the-scripts-own", "xs = <<xs: [] => [1, {'a': [2]}]>>\nxs[1]['a'].append(3)\nprint(xs)\n"),
    Case(
        "values-of-all-kinds",
        """
        a = <<a: 0 => None>>
        b = <<b: 0 => True>>
        c = <<c: 0 => 123456789012345678901234567890>>
        d = <<d: 0 => 1e-300>>
        e = <<e: 0 => 'a\\n"b"'>>
        f = <<f: 0 => {'x': [1, {'y': None}]}>>
        print(a, b, c, d, repr(e), f, type(f), e is e)
    """,
    ),
    Case(
        "slots-and-properties",
        """
        limit = <<limit: 3 => 4>>
        class C:
            __slots__ = tuple(f"s{i}" for i in range(limit))
            @property
            def n(self):
                return limit
        print(C.__slots__, C().n)
    """,
    ),
    Case(
        "future-import",
        """
        '''A docstring.'''
        from __future__ import annotations
        n: NotDefined = <<n: 1 => 2>>
        def f(x: AlsoNot) -> None: ...
        print(n, __doc__, __annotations__, f.__annotations__)
    """,
    ),
    Case("semicolons", "a = <<a: 1 => 4>>; b = a + 1; print(a, b)\n"),
    Case(
        "async-main",
        """
        import asyncio
        delay = <<delay: 1.0 => 0.0>>
        async def main():
            await asyncio.sleep(delay)
            print("done", delay)
        asyncio.run(main())
    """,
    ),
    Case(
        "module-form",
        "from .other import there\nn = <<n: 1 => 3>>\nprint(n, there, __name__, __package__, __spec__.name)\n",
        module="pkg.work",
        files={"pkg/__init__.py": "", "pkg/other.py": "there = 'other'\n"},
    ),
    Case(
        "module-arguments",
        "import sys\nprint(sys.argv, sys.path[0], __file__)\n",
        module="pkg.work",
        argv=("a", "b c"),
        files={"pkg/__init__.py": ""},
    ),
    Case("module-raises", "n = 1\n1 / 0\n", module="pkg.work", files={"pkg/__init__.py": ""}, status=1),
]
