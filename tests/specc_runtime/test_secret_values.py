from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc_runtime.errors import LONGEST_MESSAGE, SecretNotFound, message_of
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


def test_every_long_line_of_a_value_is_hidden_by_itself() -> None:
    key = "-----BEGIN KEY-----\r\nMIIEvQIBADANBgkq\r\nAb3=\r\n"
    redact = Redactor([key])
    assert [redact(line) for line in ("MIIEvQIBADANBgkq", "x MIIEvQIBADANBgkq!", "Ab3=")] == ["***", "x ***!", "Ab3="]
    assert redact(f"{key!r} {json.dumps(key)}") == "'***' \"***\""


@pytest.mark.parametrize("value", ['s3cr"t', "s3cr't", "s3'c\"r\\t", "sécrét\x1b", "two lines\nof it", "snow☃ {}"])
def test_forms_that_python_and_json_write_are_hidden(value: str) -> None:
    redact = Redactor([value])
    texts = [
        str(KeyError(value)),
        repr(KeyError(str(KeyError(value)))),
        repr({"it's": value, '"': [value]}),
        repr(f"both ' and \" {value} end"),
        ascii(value),
        json.dumps({"a": value}),
        json.dumps({"a": value}, ensure_ascii=False),
        json.dumps({"a": json.dumps(value)}),
    ]
    for text in texts:
        assert value[:4] not in redact(text)
        assert ascii(value)[1:5] not in redact(text)
        assert "***" in redact(text)


def test_what_a_cut_leaves_of_a_value_is_hidden() -> None:
    message = "x" * (LONGEST_MESSAGE - 10) + "sword-and-fish"
    redact = Redactor(["sword-and-fish"])
    assert redact(message_of(ValueError(message))).endswith(f"xxx***… ({len(message)} characters)")
    assert redact("nothing of it… (9 characters)\nsword-… (10 characters) more") == (
        "nothing of it… (9 characters)\nsword-… (10 characters) more"
    )


def test_a_value_that_no_environment_variable_can_hold_is_refused_without_telling_it(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"sword\0fish")
    with pytest.raises(SecretNotFound, match=r"secret `A`.*`file:key`.*NUL") as caught:
        read_secrets({"A": "file:key"}, tmp_path)
    assert "sword" not in str(caught.value)
