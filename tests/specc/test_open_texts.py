"""What an editor has open counts in place of what is on the disk, for every file that a check reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specc.frontend import check

HEAD = 'specc = 1\nkind = "pipeline"\nname = "open"\n'
WORK = "def number() -> int:\n    return 1\n"
CALLS = '[steps.a]\ncall = "work:number"\n[outputs]\nx = "${steps.a + 1}"\n'
OTHER = f'{HEAD}[params.x]\ntype = "integer"\n[steps.f]\nwait = "1s"\n'
RESOURCES = f'{HEAD}{CALLS}[pulumi]\nextra = "infra.py"\n'


def codes(folder: Path, spec: str, **opened: str) -> list[str]:
    """The codes that a check of `spec` reports while files are open in an editor."""
    (folder / "spec.toml").write_text(spec)
    texts = {os.path.realpath(folder / name.replace("__", ".")): text.encode() for name, text in opened.items()}
    return [found.code for found in check(folder / "spec.toml", open_texts=texts).diagnostics]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose files are sound."""
    (tmp_path / "work.py").write_text(WORK)
    (tmp_path / "base.toml").write_text('[env]\nLEVEL = "1"\n')
    (tmp_path / "other.toml").write_text(OTHER)
    (tmp_path / "infra.py").write_text("def extra(resources):\n    pass\n")
    return tmp_path


def test_a_module(folder: Path) -> None:
    assert not codes(folder, HEAD + CALLS)
    assert codes(folder, HEAD + CALLS, work__py=WORK.replace("int", "str")) == ["SPC311"]
    assert codes(folder, HEAD + CALLS, work__py="def number(:\n") == ["SPC332"]


def test_a_module_that_a_module_imports(folder: Path) -> None:
    (folder / "inner.py").write_text(WORK)
    imports = "from inner import number\n"
    assert not codes(folder, HEAD + CALLS, work__py=imports)
    assert codes(folder, HEAD + CALLS, work__py=imports, inner__py="number = 1\n") == ["SPC335"]


def test_an_extended_file(folder: Path) -> None:
    spec = f'extends = ["base.toml"]\n{HEAD}{CALLS}'
    assert not codes(folder, spec)
    assert codes(folder, spec, base__toml="[env]\nLEVEL = 1\n") == ["SPC103"]
    assert codes(folder, spec, base__toml="[env\n") == ["SPC010"]


def test_another_spec(folder: Path) -> None:
    spec = f'{HEAD}[steps.o]\npipeline = "other.toml"\nwith.x = 1\n'
    assert not codes(folder, spec)
    assert codes(folder, spec, other__toml=OTHER.replace("params.x", "params.y")) == ["SPC369", "SPC369"]


def test_the_file_of_further_resources(folder: Path) -> None:
    assert not codes(folder, RESOURCES)
    assert codes(folder, RESOURCES, infra__py="def other(resources):\n    pass\n") == ["SPC542"]


def test_the_spec_itself(folder: Path) -> None:
    assert codes(folder, HEAD + CALLS, spec__toml=HEAD + CALLS.replace("work:", "wrok:")) == ["SPC331"]


def test_a_link_is_the_file_that_it_leads_to(folder: Path) -> None:
    (folder / "linked.toml").symlink_to(folder / "base.toml")
    spec = f'extends = ["linked.toml"]\n{HEAD}{CALLS}'
    assert codes(folder, spec, base__toml="[env]\nLEVEL = 1\n") == ["SPC103"]
