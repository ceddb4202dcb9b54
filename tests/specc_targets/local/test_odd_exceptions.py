"""Exceptions that do not want to be looked at are failures like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check
from specc_targets.local import run

WORK = """
class Masked(Exception):
    @property
    def __class__(self): raise RuntimeError
class Leaving(Exception):
    def __str__(self): raise SystemExit(3)
def fail(x=None): raise {error}("seen")
"""
SPEC = 'specc = 1\nkind = "pipeline"\nname = "odd"\n[steps.a]\ncall = "odd_work:fail"\n'


@pytest.mark.parametrize("more", ["", "each.x = [1]\n"], ids=["call", "map"])
@pytest.mark.parametrize("isolation", ["thread", "inline", "process"])
@pytest.mark.parametrize(
    ("error", "message"), [("Masked", "seen"), ("Leaving", "<Leaving without a readable message>")]
)
def test_exceptions_that_do_not_want_to_be_looked_at(
    tmp_path: Path, isolation: str, error: str, message: str, more: str
) -> None:
    (tmp_path / "odd_work.py").write_text(WORK.replace("{error}", error))
    (tmp_path / "spec.toml").write_text(f'{SPEC}{more}isolation = "{isolation}"\n')
    module = check(tmp_path / "spec.toml").module
    assert module is not None
    result = run(module, {}, root=tmp_path)
    assert result.error is not None
    assert (result.error.name, result.error.message) == (error, message)
