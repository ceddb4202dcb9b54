"""What makes a key another one, and what `why` says of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from specc_targets.code import packages
from specc_targets.local.cache.fingerprint import Fingerprints


def test_same_code_and_inputs_are_found(project) -> None:
    project.write({"steps.py": "def f(day): return day"})
    assert not project.call(day=1)
    assert project.call(day=1)
    assert project.why().last.result == "hit"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, 1.0),
        (1, True),
        (1, "1"),
        (None, "null"),
        ([1], [[1]]),
        ({"a": 1}, {"a": 2}),
        (b"1", "1"),
        (b"1", b"2"),
        ("", []),
        (2**70, 2**70 + 1),
        ({"a": b"1"}, {"a": b"2"}),
        ([b"a", b"b"], [b"ab", b""]),
    ],
)
def test_arguments_that_differ(project, one: object, other: object) -> None:
    project.write({"steps.py": "def f(day): return day"})
    assert not project.call(day=one, place="x")
    assert not project.call(day=other, place="x")
    assert project.reasons() == ("argument `day` changed",)
    assert project.call(place="x", day=one)
    assert project.call(place="x", day=other)


def test_arguments_that_come_and_go(project) -> None:
    project.write({"steps.py": ""})
    project.call(a=1)
    project.call(a=1, b=2)
    assert project.reasons() == ("argument `b` is new",)


def test_names_and_values_do_not_run_into_each_other(project) -> None:
    project.write({"steps.py": ""})
    found = set()
    with project.run() as cache:
        for arguments in ({"ab": "c"}, {"a": "bc"}, {"a": "b", "c": ""}, {}, {"a": "b"}):
            found.add(cache.key("steps:f", arguments, None).digest)
    assert len(found) == 5


def test_the_codec_counts(project) -> None:
    project.write({"steps.py": ""})
    project.call(a=1)
    assert not project.call(codec="pickle", a=1)
    assert project.reasons() == ("`codec` changed: that of the type -> `pickle`",)


def test_the_function_counts(project) -> None:
    project.write({"steps.py": ""})
    project.call("steps:f", a=1)
    assert not project.call("steps:g", a=1)
    assert project.reasons() == ("the step called `steps:f`, now `steps:g`",)


def test_source_counts_but_not_its_layout(project) -> None:
    project.write({"steps.py": "def f(a): return a + 1"})
    project.call(a=1)
    project.write({"steps.py": "# a comment\n\ndef f( a ):\n\n    return (a + 1)  # another\n"})
    assert project.call(a=1)
    project.write({"steps.py": "def f(a): return a + 2"})
    assert not project.call(a=1)
    assert project.reasons() == ("the source of `steps.py` changed",)


def test_an_edit_that_keeps_size_and_time_is_seen(project) -> None:
    project.write({"steps.py": "def f(a): return a + 1"})
    project.call(a=1)
    project._time -= 10
    project.write({"steps.py": "def f(a): return a + 2"})
    assert not project.call(a=1)


def test_a_helper_of_a_helper_counts(project) -> None:
    project.write(
        {"steps.py": "import one", "one.py": "def g():\n    from two import h", "two.py": "x = 1", "other.py": "x = 1"}
    )
    project.call(a=1)
    project.write({"other.py": "x = 2"})
    assert project.call(a=1)
    project.write({"two.py": "x = 2"})
    assert not project.call(a=1)
    assert project.reasons() == ("the source of `two.py` changed",)
    project.write({"one.py": "", "steps.py": "import one, three", "three.py": ""})
    assert not project.call(a=1)
    assert set(project.reasons()) == {
        "the source of `one.py` changed",
        "the source of `steps.py` changed",
        "`three.py` is imported now",
        "`two.py` is not imported any more",
    }


FORMS = {
    "plain": "import helper",
    "dotted": "import helper.part",
    "from": "from helper import part",
    "as": "import helper.part as p",
    "in a function": "def f():\n    import helper.part",
    "under a condition": "try:\n    import fast\nexcept ImportError:\n    from helper import part",
    "by name": "import importlib\nx = importlib.import_module('helper.part')",
    "by bare name": "from importlib import import_module\nx = import_module('helper.part')",
    "by dunder": "x = __import__('helper.part')",
    "star": "from helper import *",
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_imports(project, form: str) -> None:
    project.write(
        {"steps.py": FORMS[form], "helper/__init__.py": "from helper import part\n", "helper/part.py": "x = 1"}
    )
    project.call(a=1)
    assert project.call(a=1)
    project.write({"helper/part.py": "x = 2"})
    assert not project.call(a=1), form


def test_packages_relative_imports_and_circles(project) -> None:
    project.write(
        {
            "app/__init__.py": "",
            "app/steps/__init__.py": "from .first import f",
            "app/steps/first.py": "from . import second\nfrom ..common import text\nfrom ... import beyond",
            "app/steps/second.py": "from .first import f\nfrom .absent import x\nfrom . import nothing",
            "app/common/text.py": "x = 1",
        }
    )
    assert not project.call("app.steps:f", a=1)
    assert project.call("app.steps:f", a=1)
    assert list(project.why().code["sources"]) == [
        "app/__init__.py",
        "app/common/text.py",
        "app/steps/__init__.py",
        "app/steps/first.py",
        "app/steps/second.py",
    ]
    project.write({"app/__init__.py": "x = 1"})
    assert not project.call("app.steps:f", a=1)
    assert project.reasons() == ("the source of `app/__init__.py` changed",)


def test_star_of_a_package_takes_the_modules_it_lists(project) -> None:
    project.write(
        {"steps.py": "from helper import *", "helper/__init__.py": "__all__ = ['part']", "helper/part.py": "x = 1"}
    )
    project.call(a=1)
    project.write({"helper/part.py": "x = 2"})
    assert not project.call(a=1)


def test_sources_that_cannot_be_parsed_count_by_their_bytes(project) -> None:
    project.write({"steps.py": "import broken, missing_altogether, os.path, json", "broken.py": "def ("})
    project.call(a=1)
    assert project.why().code["packages"] == {"missing_altogether": "not installed"}
    project.write({"broken.py": "def (:"})
    assert not project.call(a=1)


def test_a_bare_folder_does_not_hide_a_library(project) -> None:
    project.write({"steps.py": "import yaml", "yaml/notes.py": ""})
    project.call(a=1)
    assert [name.lower() for name in project.why().code["packages"]] == ["pyyaml"]


def test_versions_of_what_is_imported_from_outside(project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site-packages"

    def install(version: str) -> None:
        for old in site.glob("*.dist-info"):
            old.rename(site / f"thing-{version}.dist-info")
        info = site / f"thing-{version}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: Thing\nVersion: {version}\n")
        (info / "top_level.txt").write_text("thingummy\n")
        (site / "thingummy.py").write_text("")
        monkeypatch.syspath_prepend(site)

    install("2.1")
    project.write({"steps.py": "def f(a):\n    import thingummy"})
    project.call(a=1)
    assert project.call(a=1)
    install("2.2")
    assert not project.call(a=1)
    assert project.reasons() == ("Thing 2.1 -> 2.2",)


def test_the_version_of_python_counts(project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write({"steps.py": ""})
    project.call(a=1)
    monkeypatch.setattr("specc_targets.local.cache.fingerprint.python", lambda: "CPython 3.99")
    assert not project.call(a=1)
    assert project.reasons() == (f"CPython {sys.version_info[0]}.{sys.version_info[1]} -> CPython 3.99",)


def test_source_beside_the_project_is_followed(project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "shared_things.py").write_text("x = 1")
    monkeypatch.syspath_prepend(outside)
    project.write({"steps.py": "import shared_things"})
    project.call(a=1)
    (outside / "shared_things.py").write_text("x = 22")
    assert not project.call(a=1)
    assert project.reasons() == ("the source of `shared_things` changed",)


def test_the_project_may_move(project) -> None:
    project.write({"steps.py": "import helper", "helper.py": ""})
    project.call(a=1)
    project.root = project.root.rename(project.root.with_name("elsewhere"))
    assert project.call(a=1)


def test_a_key_decides_instead_of_the_arguments(project) -> None:
    project.write({"steps.py": ""})
    project.call(key=["monday"], a=1)
    assert project.call(key=["monday"], a=2)
    assert not project.call(key=["tuesday"], a=2)
    assert project.reasons() == ("`cache.key[0]` changed",)
    project.write({"steps.py": "x = 1"})
    assert not project.call(key=["monday"], a=1)
    assert not project.call(a=1)
    assert project.reasons() == ("`cache.key` decides no more: the arguments do",)


def test_what_cannot_be_hashed_is_called_and_said(project) -> None:
    project.write({"steps.py": ""})
    with project.run() as cache:
        assert cache.key("steps:f", {"a": 1, "b": lambda: 1}, None) is None
        assert cache.key("steps:f", {"a": 1, "b": lambda: 1}, None) is None
    assert len(cache.warnings) == 1
    assert "`b` is a value of type `function`" in cache.warnings[0]


def test_the_fingerprint_of_a_run_does_not_change(project) -> None:
    project.write({"steps.py": "x = 1"})
    with project.run() as cache:
        before = cache.fingerprint("steps:f")
        key = cache.key("steps:f", {}, None)
        project.write({"steps.py": "x = 2"})
        assert cache.fingerprint("steps:f") is before
        cache.put(key, 1, step="s")  # computed by who knows which source
        assert cache.get(key, step="s") is None
        assert any("changed during the run" in warning for warning in cache.warnings)
    assert not project.call()
    project.write({"steps.py": "x = 1"})
    assert not project.call()


def test_the_library_folders_are_no_source() -> None:
    import yaml

    assert packages.is_library(Path(yaml.__file__))
    assert packages.is_library(Path(ast_file := __import__("ast").__file__)), ast_file


def test_memory_of_files_is_used_and_checked(project) -> None:
    """A second run reads nothing again, and what was remembered wrongly is not believed."""

    class Memo:
        def __init__(self) -> None:
            self.kept: dict = {}
            self.misses = 0

        def recall(self, kind, name, stamp):
            found = self.kept.get((kind, name))
            self.misses += found is None or found[0] != stamp
            return found[1] if found is not None and found[0] == stamp else None

        def remember(self, kind, name, stamp, value):
            self.kept[kind, name] = (stamp, value)

    project.write({"steps.py": "import helper, yaml", "helper.py": ""})
    memo = Memo()
    first = Fingerprints(project.root, memo).of("steps:f")
    memo.misses = 0
    assert Fingerprints(project.root, memo).of("steps:f") == first
    unsettled = 2  # files that have just been written are not remembered: a change could have the same time stamp
    assert memo.misses == unsettled
    for name, (stamp, _) in memo.kept.items():
        if name[0] == "source":
            memo.kept[name] = (stamp, ["nonsense"])
    assert Fingerprints(project.root, memo).of("steps:f") == first


def test_a_step_does_not_depend_on_the_others_in_its_file(project) -> None:
    text = "import helper\ndef f(a): return helper.g(a)\ndef other(a): return {}\n"
    project.write({"steps.py": text.format(1), "helper.py": "def g(a): return a\ndef unused(): return 1"})
    project.call(a=1)
    project.write({"steps.py": text.format(2)})
    assert project.call(a=1)
    project.write({"helper.py": "def g(a): return a\ndef unused(): return 2"})  # of other modules everything counts
    assert not project.call(a=1)


def test_it_does_where_others_import_its_file(project) -> None:
    text = "import helper\ndef f(a): return helper.g(a)\ndef other(a): return {}\n"
    project.write({"steps.py": text.format(1), "helper.py": "def g(a):\n    import steps\n    return steps.other(a)"})
    project.call(a=1)
    project.write({"steps.py": text.format(2)})
    assert not project.call(a=1)
    project.write({"steps.py": "import steps as me\n" + text.format(1), "helper.py": ""})
    project.call(a=1)
    project.write({"steps.py": "import steps as me\n" + text.format(2)})
    assert not project.call(a=1)


class Model:
    """An object of somebody's class."""


def test_it_does_where_it_is_handed_objects(project) -> None:
    """Their class may be one that the function does not name."""
    text = "def f(model): return model.run()\nclass Other:\n    def run(self): return {}\n"
    for number, models in enumerate([Model(), [Model()], {"a": [Model()]}]):
        for key in (None, [number]):
            project.write({"steps.py": text.format(1)})
            project.call(model=models, key=key)
            project.write({"steps.py": text.format(2)})
            assert not project.call(model=models, key=key)
            project.write({"steps.py": text.format(3)})
            project.call(model="plain", key=["plain"])
            project.write({"steps.py": text.format(4)})
            assert project.call(model="plain", key=["plain"])
