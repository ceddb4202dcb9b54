"""Finding functions through files, packages, imports and conditions, and saying what is wrong when there is none."""

from pathlib import Path
from textwrap import dedent

import pytest

from specc.introspection import Callable, Fault, ModuleReader

FILES = {
    "birds.py": """\
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            def ghost(): ...
            from flock import lead
        CONSTANT = 3
        LIST = [1]
        made = make()
        def get_birds(limit): ...
        def outer():
            def inner(): ...
        class Nest:
            def size(self): ...
        try:
            from fast_birds import count
        except ImportError:
            def count(slow): ...
        if len(CONSTANT):
            def either(a): ...
        else:
            def either(b): ...
        def gone(): ...
        del gone
        """,
    "all.py": """\
        from birds import *
        from birds import get_birds as birds_of, nothing
        import flock.geese as g
        import birds
        """,
    "flock/__init__.py": "from .geese import lead\nfrom . import geese, ducks\nfrom .geese import Goose as Bird\n",
    "flock/geese.py": "def lead(where: int): ...\nclass Goose:\n    @staticmethod\n    def honk(times: int): ...\n",
    "flock/ducks.py": "from ..flock.geese import lead as first\nfrom .ducks import circle\nloop = pool\npool = loop\n",
    "open.py": "globals().update(x=1)\n",
    "lazy.py": "def __getattr__(name): ...\n",
    "folder/inside.py": "def f(): ...\n",
}


@pytest.fixture
def reader(tmp_path: Path) -> ModuleReader:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text))
    return ModuleReader([tmp_path])


@pytest.mark.parametrize(
    ("target", "parameters"),
    [
        ("birds:get_birds", ["limit"]),
        ("all:get_birds", ["limit"]),
        ("all:birds_of", ["limit"]),
        ("all:birds.get_birds", ["limit"]),
        ("all:g.lead", ["where"]),
        ("flock:lead", ["where"]),
        ("flock:geese.lead", ["where"]),
        ("flock:Bird.honk", ["times"]),
        ("flock.geese:Goose.honk", ["times"]),
        ("flock.ducks:first", ["where"]),
        ("folder.inside:f", []),
        ("birds:count", ["slow"]),
        ("json:dump", ["obj", "fp"]),
    ],
)
def test_found(reader: ModuleReader, target: str, parameters: list[str]) -> None:
    found = reader.function(*target.split(":"))
    assert isinstance(found, Callable), found
    assert found.signature is not None
    assert [item.name for item in found.signature.parameters if item.required] == parameters


@pytest.mark.parametrize(
    "target",
    [
        "birds:made",
        "birds:made.method",
        "birds:either",
        "open:x",
        "lazy:x",
        "math:sqrt",
        "flock.ducks:circle",
        "flock.ducks:loop",
    ],
)
def test_found_but_unknown(reader: ModuleReader, target: str) -> None:
    found = reader.function(*target.split(":"))
    assert isinstance(found, Callable)
    assert found.signature is None


@pytest.mark.parametrize(
    ("target", "kind", "detail", "suggestion"),
    [
        ("bird:f", "no-module", "bird", "birds"),
        ("flock.gese:f", "no-module", "flock.gese", "flock.geese"),
        ("nothing.like.it:f", "no-module", "nothing", None),
        ("birds.deeper:f", "no-module", "birds.deeper", None),
        ("birds:get_bird", "no-function", "", "get_birds"),
        ("birds:Nest.sise", "no-function", "", None),
        ("birds:ghost", "no-function", "typing-only", None),
        ("birds:gone", "no-function", "", None),
        ("all:nothing", "no-function", "import birds", None),
        ("birds:CONSTANT", "not-callable", "a constant", None),
        ("birds:LIST", "not-callable", "a list", None),
        ("flock:geese", "not-callable", "a module", None),
        ("folder:inside.f", "not-callable", "a folder of modules", "folder.inside:f"),
        ("birds:inner", "nested", "outer", None),
        ("birds:Nest.size", "needs-instance", "Nest", None),
    ],
)
def test_faults(reader: ModuleReader, target: str, kind: str, detail: str, suggestion: str | None) -> None:
    found = reader.function(*target.split(":"))
    assert isinstance(found, Fault), found
    assert (found.kind, found.detail, found.suggestion) == (kind, detail, suggestion)


def test_nothing_is_imported_or_executed(tmp_path: Path) -> None:
    import sys

    (tmp_path / "explosive.py").write_text("import sys\nsys.exploded = True\ndef f(a): ...\nraise SystemExit\n")
    assert isinstance(ModuleReader([tmp_path]).function("explosive", "f"), Callable)
    assert "explosive" not in sys.modules
    assert not hasattr(sys, "exploded")


def test_identifiers_compare_as_python_compares_them(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("def caf\u00e9(\ufb01): ...\n", encoding="utf-8")
    found = ModuleReader([tmp_path]).function("m", "cafe\u0301")
    assert isinstance(found, Callable)
    assert found.signature.parameters[0].name == "fi"


def test_spans_count_characters_and_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text(
        "# é\ndef é(ü, limit): ...\nclass clas: ...\nx = {'ß': 1}; y = f = 2\n", encoding="utf-8"
    )
    reader = ModuleReader([tmp_path])
    found = reader.function("m", "é")
    limit = found.signature.by_name["limit"].span
    assert (limit.file, limit.start.line, limit.start.column, limit.end.column) == ("m.py", 2, 10, 15)
    assert (found.span.start.column, found.span.end.column) == (5, 6)
    assert reader.function("m", "clas").span.start.column == 7
    assert reader.texts["m.py"].splitlines()[1].startswith("def é")


def test_a_folder_called_like_a_file_is_not_suggested_for_itself(tmp_path: Path) -> None:
    (tmp_path / "dirpy.py").mkdir()
    found = ModuleReader([tmp_path]).function("dirpy", "f")
    assert isinstance(found, Fault)
    assert (found.kind, found.suggestion) == ("no-module", None)
