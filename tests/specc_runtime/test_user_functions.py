from __future__ import annotations

from pathlib import Path

import pytest

from specc_runtime.functions import load_function, use_root
from specc_runtime.tracebacks import format_error


def test_two_packages_may_have_modules_of_one_name(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same_name.py").write_text(f"def f(): return {name!r}\n")
    for name in ("one", "two", "one"):
        use_root(tmp_path / name)
        assert load_function("same_name:f")() == name


def test_a_module_that_misses_another_says_which(tmp_path: Path) -> None:
    (tmp_path / "needs_more.py").write_text("import surely_not_installed\n")
    use_root(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="surely_not_installed"):
        load_function("needs_more:f")


def test_tracebacks_show_the_users_frames_and_causes_only(tmp_path: Path) -> None:
    (tmp_path / "fails_twice.py").write_text(
        "def f():\n    try:\n        {}['a']\n    except KeyError as error:\n        raise ValueError('bad') from error\n"
    )
    use_root(tmp_path)
    from specc_runtime.functions import call

    with pytest.raises(ValueError, match="bad") as caught:
        call(load_function("fails_twice:f"), {})
    text = format_error(caught.value)
    assert "functions.py" not in text.replace("test_user_functions.py", "")
    assert text.count("fails_twice.py") == 2
    assert text.endswith("ValueError: bad\n")
    assert "direct cause" in text


def test_tracebacks_of_a_failed_import_show_no_import_machinery(tmp_path: Path) -> None:
    (tmp_path / "fails_at_import.py").write_text("1 / 0\n")
    use_root(tmp_path)
    with pytest.raises(ZeroDivisionError) as caught:
        load_function("fails_at_import:f")
    text = format_error(caught.value)
    assert "fails_at_import.py" in text
    assert "importlib" not in text
