"""The pass over whole specs: what it reports, where, and the types that it finds."""

from pathlib import Path
from textwrap import dedent

import pytest

from specc.expressions.types import ANY
from specc.frontend import Compilation, check
from specc.ir.walk import walk

HEAD = 'specc = 1\nkind = "pipeline"\nname = "p"\n[params.n]\ntype = "integer"\n[params.word]\ntype = "string"\n'
STEPS = """\
from typing import Literal, Optional, TypedDict
class Bird(TypedDict):
    name: str
    size: int
def birds(limit: int) -> list[Bird]: ...
def flap(bird: Bird, times: int = 1) -> str: ...
def join(words: list[str], mode: Literal["line", "word"] = "word") -> str: ...
def anything(**values): ...
def number() -> int: ...
def untyped(x): ...
def batch(bird: list[Bird]) -> list[str]: ...
def maybe(word: Optional[str], sizes: list[int] = ()) -> None: ...
def grow(last: Bird) -> Bird: ...
@unknown.decorator
def decorated(a, b): ...
def slash(a, /, b=1): ...
def none(): ...
"""


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Checks the steps of a spec beside the module `steps`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "steps.py").write_text(STEPS)
    (tmp_path / "broken.py").write_text("def f(:\n")

    def run(text: str) -> Compilation:
        (tmp_path / "p.toml").write_text(HEAD + dedent(text))
        return check("p.toml")

    return run


def found(compilation: Compilation) -> list[tuple[str, str]]:
    """The code of each diagnostic, and the text that its primary label points at."""
    result = []
    for diagnostic in compilation.diagnostics:
        span = diagnostic.labels[0].at
        line = compilation.texts[span.file].splitlines()[span.start.line - 1]
        end = span.end.column if span.end.line == span.start.line else None
        result.append((diagnostic.code, line[span.start.column - 1 : end and end - 1]))
    return result


GET = '[steps.get]\ncall = "steps:birds"\nwith.limit = 3\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GET, []),
        ('[steps.a]\ncall = "stepz:birds"', [("SPC331", "stepz")]),
        ('[steps.a]\ncall = "steps:bird"', [("SPC334", "bird")]),
        ('[steps.a]\ncall = "steps.py:birds"', [("SPC330", '"steps.py:birds"')]),
        ('[steps.a]\ncall = "steps:birds()"', [("SPC330", '"steps:birds()"')]),
        ('[steps.a]\ncall = "broken:f"\n[steps.b]\ncall = "broken:g"', [("SPC332", ":")]),
        ('[steps.a]\ncall = "steps:birds"', [("SPC339", '"steps:birds"')]),
        ('[steps.a]\ncall = "steps:birds"\nwith.limt = 3', [("SPC338", "limt")]),
        ('[steps.a]\ncall = "steps:birds"\nwith.nothing = 3', [("SPC339", '"steps:birds"'), ("SPC338", "nothing")]),
        ('[steps.a]\ncall = "steps:birds"\nwith.limit = "3"', [("SPC341", '"3"')]),
        ('[steps.a]\ncall = "steps:birds"\nwith.limit = "${params.n}"', []),
        ('[steps.a]\ncall = "steps:birds"\nwith.limit = "${params.word}"', [("SPC341", '"${params.word}"')]),
        ('[steps.a]\ncall = "steps:birds"\nwith.limit = "at ${params.n}"', [("SPC341", '"at ${params.n}"')]),
        ('[steps.a]\ncall = "steps:birds"\nwith.limit = "${params.n / 2}"', []),
        ('[steps.a]\ncall = "steps:join"\nwith = { words = [], mode = "wrod" }', [("SPC341", '"wrod"')]),
        ('[steps.a]\ncall = "steps:join"\nwith = { words = ["a", 1] }', []),
        ('[steps.a]\ncall = "steps:join"\nwith = { words = [1, 2] }', [("SPC341", "[1, 2]")]),
        ('[steps.a]\ncall = "steps:anything"\nwith = { q = 1, r = "${params.n}" }', []),
        ('[steps.a]\ncall = "steps:slash"\nwith = { a = 1 }', [("SPC340", "a")]),
        ('[steps.a]\ncall = "steps:maybe"\nwith = { word = "${params.n}" }', [("SPC341", '"${params.n}"')]),
        ('[steps.a]\ncall = "steps:decorated"\nwith = { c = 1 }', [("SPC339", '"steps:decorated"'), ("SPC338", "c")]),
        ('[steps.a]\ncall = "math:sqrt"\nwith = { anything = 1 }', []),
        # references
        (GET + '[steps.f]\ncall = "steps:flap"\nwith.bird = "${steps.get}"', [("SPC341", '"${steps.get}"')]),
        (GET + '[steps.f]\ncall = "steps:flap"\nwith.bird = "${steps.get[0]}"', []),
        (
            GET + '[steps.f]\ncall = "steps:flap"\nwith.bird = "${steps.get[0].name}"',
            [("SPC341", '"${steps.get[0].name}"')],
        ),
        ('[steps.f]\ncall = "steps:flap"\nwith.bird = "${steps.u}"\n[steps.u]\ncall = "steps:untyped"\nwith.x = 1', []),
        # fan-out
        (GET + '[steps.f]\ncall = "steps:flap"\neach.bird = "${steps.get}"', []),
        (GET + '[steps.f]\ncall = "steps:flap"\neach.bird = "${steps.get}"\nwith.bird = "${bird}"', []),
        (GET + '[steps.f]\ncall = "steps:untyped"\neach.bird = "${steps.get}"\nwith.x = "${bird.size}"', []),
        (GET + '[steps.f]\ncall = "steps:flap"\neach.brid = "${steps.get}"', [("SPC338", "brid")]),
        (GET + '[steps.f]\ncall = "steps:none"\neach.brid = "${steps.get}"', [("SPC338", "brid")]),
        ('[steps.f]\ncall = "steps:flap"\neach.bird = ["goose"]', [("SPC341", '["goose"]')]),
        (
            GET + '[steps.f]\ncall = "steps:flap"\neach.bird = "${steps.get}"\n'
            '[steps.j]\ncall = "steps:join"\nwith.words = "${steps.f}"',
            [],
        ),
        (
            GET + '[steps.f]\ncall = "steps:flap"\neach.bird = "${steps.get}"\n'
            '[steps.j]\ncall = "steps:birds"\nwith.limit = "${steps.f}"',
            [("SPC341", '"${steps.f}"')],
        ),
        (
            GET + '[steps.f]\ncall = "steps:flap"\neach.bird = "${steps.get}"\ntolerate = 1\n'
            '[steps.j]\ncall = "steps:join"\nwith.words = "${steps.f}"',
            [],
        ),
        (
            '[steps.n]\ncall = "steps:number"\n[steps.f]\ncall = "steps:untyped"\neach.x = "${steps.n}"',
            [("SPC343", '"${steps.n}"')],
        ),
        (GET + '[steps.f]\ncall = "steps:batch"\neach.bird = "${steps.get}"\nbatch = 2', []),
        (
            GET + '[steps.f]\ncall = "steps:flap"\neach.bird = "${steps.get}"\nbatch = 2',
            [("SPC344", "batch"), ("SPC341", '"${steps.get}"')],
        ),
        # composites
        (
            GET + '[steps.g]\neach.bird = "${steps.get}"\nyield = "${steps.one}"\n'
            '[steps.g.steps.one]\ncall = "steps:flap"\nwith.bird = "${bird}"\n'
            '[steps.use]\ncall = "steps:maybe"\nwith = { word = "x", sizes = "${steps.g}" }',
            [("SPC341", '"${steps.g}"')],
        ),
        (
            '[steps.l]\ncall = "steps:grow"\nwith.last = "${last}"\n'
            'repeat = { start = { name = "a", size = 1 }, until = "${last.size > 3}", max = 9 }\n'
            '[steps.use]\ncall = "steps:flap"\nwith.bird = "${steps.l}"',
            [],
        ),
        (
            '[steps.l]\ncall = "steps:grow"\nwith.last = "${last.size}"\n'
            'repeat = { start = { name = "a", size = 1 }, max = 9 }',
            [("SPC341", '"${last.size}"')],
        ),
        (
            '[steps.n]\ncall = "steps:number"\non_error."*".use = "none"\n'
            '[steps.use]\ncall = "steps:birds"\nwith.limit = "${steps.n}"',
            [],
        ),
        (
            '[steps.n]\ncall = "steps:number"\non_error."*".run = "h"\n'
            '[steps.h]\ncall = "steps:untyped"\nwith.x = "${error.nam}"\n'
            '[steps.use]\ncall = "steps:birds"\nwith.limit = "${steps.n}"',
            None,
        ),
        ('[steps.n]\ncall = "steps:number"\nreturns = "string"', [("SPC345", '"string"')]),
        (
            '[steps.u]\ncall = "steps:untyped"\nwith.x = 1\nreturns = "string"\n'
            '[steps.b]\ncall = "steps:birds"\nwith.limit = "${steps.u}"',
            [("SPC341", '"${steps.u}"')],
        ),
        (GET + '[finally.f]\ncall = "steps:birds"\nwith.limit = "${run.status}"', [("SPC341", '"${run.status}"')]),
    ],
)
def test_reports(checked, text: str, expected: list[tuple[str, str]] | None) -> None:
    reported = found(checked(text))
    if expected is None:
        assert all(code.startswith("SPC3") for code, _ in reported)
        return
    assert sorted(reported) == sorted(expected)


def test_results_are_filled_in(checked) -> None:
    compilation = checked(
        GET + '[steps.f]\ncall = "steps:flap"\neach.bird = "${steps.get}"\ntolerate = 1\n'
        '[steps.w]\nwait = "1s"\n[steps.u]\ncall = "steps:untyped"\nwith.x = 1'
    )
    results = {(op.kind, op.name): str(op.result) for op in walk(compilation.module.body)}
    assert results == {
        ("task.call", "get"): "list of {name: string, size: integer}",
        ("map", "f"): "list of (string or null)",
        ("task.call", "f"): "string",
        ("wait", "w"): "null",
        ("task.call", "u"): str(ANY),
    }


def test_items_that_nothing_uses_become_arguments(checked) -> None:
    compilation = checked(
        GET + '[steps.f]\ncall = "steps:flap"\neach = { bird = "${steps.get}", n = [1] }\nwith.times = "${n}"'
    )
    call = next(op for op in walk(compilation.module.body) if op.kind == "task.call" and op.name == "f")
    assert call.arguments.raw == {"bird": "${bird}", "times": "${n}"}


def test_second_labels_stand_in_the_python_file(checked) -> None:
    compilation = checked('[steps.a]\ncall = "steps:birds"\nwith.limit = "x"')
    (diagnostic,) = compilation.diagnostics
    span = diagnostic.labels[1].at
    assert (span.file, span.start.line, span.start.column) == ("steps.py", 5, 11)
    assert compilation.texts["steps.py"] == STEPS


@pytest.mark.parametrize("text", ["${params.n", "${params.n + }", "${'never ends}"])
def test_what_cannot_be_read_is_of_an_unknown_type(checked, text: str) -> None:
    compilation = checked(f'[steps.a]\ncall = "steps:birds"\nwith.limit = "{text}"')
    assert [item.code for item in compilation.diagnostics] in (["SPC300"], ["SPC301"])


def test_a_decorator_nobody_knows_makes_it_a_warning(checked) -> None:
    compilation = checked('[steps.a]\ncall = "steps:decorated"\nwith = { a = 1 }')
    assert [item.severity.value for item in compilation.diagnostics] == ["warning"]
    assert not compilation.failed


@pytest.mark.parametrize(
    ("call", "fix", "safe"),
    [
        ("steps.py:birds", "steps:birds", True),
        ("steps:birds()", "steps:birds", True),
        ("step.py:birds", "step:birds", False),
    ],
)
def test_fix_of_a_call(checked, call: str, fix: str, safe: bool) -> None:
    (diagnostic,) = checked(f'[steps.a]\ncall = "{call}"').diagnostics
    assert diagnostic.fix.edits[0].replacement == fix
    assert diagnostic.fix.safe is safe


def test_package_root(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "inner.py").write_text("def f(): ...")
    spec = tmp_path / "p.toml"
    spec.write_text(
        'specc = 1\nkind = "pipeline"\nname = "p"\n[steps.a]\ncall = "inner:f"\n[package]\nroot = "src"\n',
        encoding="utf-8",
    )
    assert check(spec).diagnostics == ()


def test_a_module_that_is_called_like_pythons(checked, tmp_path: Path) -> None:
    (tmp_path / "calendar.py").write_text("def f(): ...")
    compilation = checked(
        '[steps.a]\ncall = "calendar:f"\n[steps.b]\ncall = "calendar:f"\n[steps.c]\ncall = "json:loads"\nwith.s = ""'
    )
    assert found(compilation) == [("SPC342", "calendar")]
    assert not compilation.failed
