"""`specc schema`: every kind in both dialects, the catalog, and what there is not."""

from __future__ import annotations

import fnmatch
import json
from pathlib import Path

import jsonschema
import pytest

from specc.cli.schema import KINDS, PLANNED
from specc_schemas import KINDS as LANGUAGE_KINDS
from specc_schemas import json_schema
from specc_schemas.catalog import CONFIG_FILE, SPEC_FILES


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_every_kind_in_both_dialects(specc, kind: str | None) -> None:
    newest = json.loads(specc("schema", *filter(None, [kind])).out)
    oldest = json.loads(specc("schema", *filter(None, [kind]), "--draft", "7").out)
    jsonschema.Draft202012Validator.check_schema(newest)
    jsonschema.Draft7Validator.check_schema(oldest)
    assert newest == json_schema.generate(kind)
    assert oldest["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert newest["$id"] == oldest["$id"] == f"https://specc.dev/schemas/v1/{kind or 'specc'}.schema.json"


def test_what_is_printed_is_what_is_kept_in_the_repository(specc) -> None:
    for kind in KINDS:
        assert specc("schema", kind).out == (json_schema.FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert specc("schema").out == (json_schema.FOLDER / "specc.schema.json").read_text(encoding="utf-8")
    assert specc("schema", "--catalog").out == (json_schema.FOLDER / "catalog.json").read_text(encoding="utf-8")


def test_kinds_of_the_language_have_a_schema_or_are_said_not_to(specc) -> None:
    assert {*LANGUAGE_KINDS} <= {*KINDS, *PLANNED}
    for kind in PLANNED:
        result = specc("schema", kind)
        assert result.code == 2
        assert f"there is no schema of kind `{kind}` yet" in result.err
    assert "is not one of" in specc("schema", "pipelin").err


def test_the_catalog_is_in_the_form_of_schemastore(specc, project: Path) -> None:
    catalog = json.loads(specc("schema", "--catalog").out)
    entries = catalog["schemas"]
    names = [entry["name"] for entry in entries]
    assert names == sorted(names)
    for entry in entries:
        assert list(entry) == ["name", "description", "fileMatch", "url"]
        assert entry["url"].startswith("https://")
        assert json_schema.FOLDER.joinpath(entry["url"].rpartition("/")[2]).exists()

    def matched(file: str) -> list[str]:
        return [entry["name"] for entry in entries if any(fnmatch.fnmatch(file, one) for one in entry["fileMatch"])]

    assert matched(CONFIG_FILE) == ["specc settings"]
    for pattern in SPEC_FILES:
        assert matched(pattern.replace("*", "birds")) == ["specc spec"]
    assert matched("pyproject.toml") == matched("birds.toml") == matched("birds.yaml") == []
    assert specc("schema", "--catalog", "-o", "catalog.json").out == "catalog.json\n"
    assert json.loads((project / "catalog.json").read_text()) == catalog


def test_a_catalog_of_one_kind_is_bad_usage(specc) -> None:
    assert specc("schema", "pipeline", "--catalog").code == 2
    assert specc("schema", "--catalog", "--draft", "7").code == 2
