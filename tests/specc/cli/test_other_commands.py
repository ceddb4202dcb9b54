"""`specc schema`, `specc explain` and `specc config`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc.diagnostics.catalogue import ENTRIES


@pytest.mark.parametrize("kind", [[], ["pipeline"], ["config"]])
@pytest.mark.parametrize("draft", ["2020-12", "7"])
def test_schema_is_valid_in_its_draft(specc, kind: list[str], draft: str) -> None:
    import jsonschema

    result = specc("schema", *kind, "--draft", draft)
    assert result.code == 0
    schema = json.loads(result.out)
    judge = jsonschema.Draft7Validator if draft == "7" else jsonschema.Draft202012Validator
    assert schema["$schema"] == judge.META_SCHEMA["$id"] + (
        "#" if draft == "7" and "#" not in judge.META_SCHEMA["$id"] else ""
    )
    judge.check_schema(schema)


@pytest.mark.parametrize("draft", ["2020-12", "7"])
def test_schema_accepts_a_sound_spec_and_bites(specc, project: Path, draft: str) -> None:
    import tomllib

    import jsonschema

    schema = json.loads(specc("schema", "--draft", draft).out)
    spec = tomllib.loads((project / "sums.toml").read_text())
    validator = (jsonschema.Draft7Validator if draft == "7" else jsonschema.Draft202012Validator)(schema)
    assert not list(validator.iter_errors(spec))
    spec["steps"]["numbers"]["cal"] = spec["steps"]["numbers"].pop("call")
    assert list(validator.iter_errors(spec))


def test_kinds_without_a_schema_are_bad_usage(specc) -> None:
    assert specc("schema", "validation").code == 2


def test_schema_to_a_file(specc, project: Path) -> None:
    result = specc("schema", "-o", "deep/schema.json")
    assert result.out == "deep/schema.json\n"
    assert json.loads((project / "deep/schema.json").read_text()) == json.loads(specc("schema").out)


def test_explain_every_code(specc) -> None:
    for code, entry in ENTRIES.items():
        result = specc("explain", code)
        assert result.code == 0
        assert entry.title in result.out
        assert json.loads(specc("explain", code, "--json").out)["code"] == code


def test_explain_lists_and_takes_short_codes(specc) -> None:
    assert [line.split()[0] for line in specc("explain").out.splitlines()] == sorted(ENTRIES)
    assert specc("explain", "spc201").out == specc("explain", "201").out == specc("explain", "SPC201").out
    assert len(json.loads(specc("explain", "--json").out)) == len(ENTRIES)
    assert specc("explain", "nonsense").code == 2


def test_config_show_says_where_values_come_from(specc, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(project / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (project / "specc.config.toml").write_text('region = "eu-north-1"\n')
    monkeypatch.setenv("SPECC_BUCKET", "from-environment")
    result = specc("config", "show")
    assert result.code == 0, result.err
    assert "eu-north-1" in result.out
    assert "specc.config.toml" in result.out
    assert "SPECC_BUCKET" in result.out
    values = json.loads(specc("config", "show", "--json").out)
    assert "eu-north-1" in json.dumps(values)
