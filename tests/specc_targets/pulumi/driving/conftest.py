"""A folder with a spec, and a stand-in for the Pulumi CLI."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_stand_in.place import Place, make_place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return make_place(tmp_path, monkeypatch)
