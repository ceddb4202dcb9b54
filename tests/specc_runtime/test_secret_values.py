from __future__ import annotations

from pathlib import Path

import pytest

from specc_runtime.errors import SecretNotFound
from specc_runtime.secrets import Redactor, read_secrets


def test_secrets_are_read_from_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THERE", "sword\nfish")
    (tmp_path / "key").write_text("k3y!\n")
    assert read_secrets({"A": "env:THERE", "B": "file:key"}, tmp_path) == {"A": "sword\nfish", "B": "k3y!"}


@pytest.mark.parametrize("source", ["env:NOT_THERE_AT_ALL", "file:nothing", "vault:x"])
def test_missing_secrets_are_named(source: str, tmp_path: Path) -> None:
    with pytest.raises(SecretNotFound, match="secret `A`"):
        read_secrets({"A": source}, tmp_path)


def test_values_are_hidden_in_any_form_but_not_short_ones() -> None:
    redact = Redactor(['sword"fish\n', "abc", "sword"])
    assert redact('x sword"fish y') == "x *** y"
    assert redact('{"a": "sword\\"fish\\n"}') == '{"a": "***"}'
    assert redact("abc sword") == "abc ***"
