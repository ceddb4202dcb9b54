"""Which declared errors are classes of which is read from the user's source."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.introspection import ModuleReader
from specc_targets.asl.error_classes import PYTHON, ErrorClasses

ERRORS = """
import json
from http.client import HTTPException

class Lost(KeyError): ...
class Outer:
    class Inner(Lost): ...
class Odd(json.JSONDecodeError): ...
class Page(HTTPException, TimeoutError): ...
class Made(make()): ...
value = 1
"""


@pytest.fixture
def classes(tmp_path: Path) -> ErrorClasses:
    (tmp_path / "errors.py").write_text(ERRORS)
    (tmp_path / "work.py").write_text("from errors import Lost\n")
    return ErrorClasses(ModuleReader([tmp_path]), ("work",))


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("errors.Lost", "KeyError"),
        ("errors.Lost", "LookupError"),
        ("errors.Lost", "Exception"),
        ("errors.Lost", "builtins.KeyError"),
        ("errors.Lost", "Lost"),
        ("Lost", "errors.Lost"),
        ("Lost", "LookupError"),
        ("errors.Outer.Inner", "errors.Lost"),
        ("errors.Odd", "ValueError"),
        ("errors.Odd", "json.decoder.JSONDecodeError"),
        ("errors.Page", "OSError"),
        ("errors.Page", "http.client.HTTPException"),
        ("builtins.KeyError", "LookupError"),
        ("Elsewhere", "Exception"),
        ("errors.Made", "BaseException"),
    ],
)
def test_a_class_is_also_called_like_its_bases(classes: ErrorClasses, name: str, base: str) -> None:
    assert classes.derives(name, base)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("errors.Lost", "ValueError"),
        ("errors.Lost", "errors.Outer.Inner"),
        ("KeyError", "errors.Lost"),
        ("Odd", "ValueError"),  # no function's module knows this name
        ("KeyboardInterrupt", "Exception"),
        ("timeout", "Exception"),
        ("errors.value", "ValueError"),
        ("errors.Lost", "errors.Lost"),
    ],
)
def test_and_like_no_other(classes: ErrorClasses, name: str, base: str) -> None:
    assert not classes.derives(name, base)


def test_without_source_only_what_python_has_is_known() -> None:
    assert PYTHON.derives("FileNotFoundError", "OSError")
    assert not PYTHON.derives("errors.Lost", "KeyError")
