"""The targets that are known without looking for installed packages."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from specc import targets


def test_the_targets_known_by_name_are_the_entry_points_of_this_distribution(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["specc.targets"] == targets.BUILTIN
    assert set(targets.BUILTIN) <= set(targets.names())
    assert all(targets.load(name).name == name for name in targets.BUILTIN)


def test_an_unknown_target_is_told_with_those_there_are() -> None:
    with pytest.raises(
        targets.TargetError, match="no target is called `nowhere`; there are: asl, cloudformation, graph, local"
    ):
        targets.load("nowhere")
