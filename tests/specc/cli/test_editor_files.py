"""The files for editors, each read by the program that it is for: a spec that names no schema is judged by it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from judges.node import program as node
from language_client import LanguageClient
from specc.cli.editor_files import editor_files
from specc_schemas import json_schema

PROGRAMS = Path(sys.executable).parent
YAML_SERVER = (
    Path(__file__).parents[2] / "judges" / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
)
SOUND = {
    ".toml": 'specc = 1\nkind = "pipeline"\nname = "x"\n[steps.a]\ncall = "m:f"\ntimeout = "5m"\n',
    ".yaml": "specc: 1\nkind: pipeline\nname: x\nsteps:\n  a:\n    call: m:f\n    timeout: 5m\n",
}
SOUND[".yml"] = SOUND[".yaml"]
NAMES = {".toml": ("birds.toml", "more.specc.toml"), ".yaml": ("birds.yaml", "more.specc.yaml", "more.specc.yml")}
UNRELATED = ("other.toml", "other.yaml")


@pytest.fixture(params=["specc.schema.json", "schemas/specc.schema.json"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder as `specc init` leaves it, for a spec in TOML and one in YAML."""
    schema = tmp_path / request.param
    schema.parent.mkdir(exist_ok=True)
    schema.write_text(json_schema.text_of(json_schema.generate()))
    return tmp_path


def write(folder: Path, spec: str, *only: str) -> None:
    schema = next(folder.rglob("specc.schema.json")).relative_to(folder).as_posix()
    for name, text in editor_files(spec, schema).items():
        if name in only:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)


def cases(suffix: str) -> Iterator[tuple[str, bool, str]]:
    """A file's name, whether it has a fault that only the schema knows, and its text."""
    for name in (*NAMES[suffix], next(name for name in UNRELATED if name.endswith(suffix))):
        sound = SOUND[Path(name).suffix]
        yield name, False, sound
        yield name, name not in UNRELATED, sound.replace("timeout", "timout")


@pytest.mark.slow
@pytest.mark.parametrize(("program", "file"), [("tombi", "tombi.toml"), ("taplo", ".taplo.toml")])
def test_linters_of_toml_find_the_schema(folder: Path, program: str, file: str) -> None:
    write(folder, "birds.toml", file)
    offline = ("--offline",) if program == "tombi" else ()
    for name, faulty, text in cases(".toml"):
        (folder / name).write_text(text)
        done = subprocess.run(
            [PROGRAMS / program, "lint", *offline, name],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode != 0) == faulty, (name, done.stderr)
        assert ("timout" in done.stderr) == faulty


@pytest.mark.slow
def test_the_language_server_of_toml_finds_the_schema(folder: Path) -> None:
    write(folder, "birds.toml", "tombi.toml")
    with LanguageClient([str(PROGRAMS / "tombi"), "lsp", "--offline"], folder=folder) as client:
        opened: dict[str, str] = {}
        for name, faulty, text in cases(".toml"):
            (folder / name).write_text(text)
            if name in opened:
                client.change(opened[name], text)
            else:
                opened[name] = client.open(folder / name)
            assert bool(client.diagnostics(opened[name])) == faulty, name


@pytest.mark.slow
def test_the_language_server_of_yaml_finds_the_schema(folder: Path) -> None:
    if node() is None or not YAML_SERVER.is_file():
        pytest.skip("yaml-language-server is not installed: `make judges`")
    write(folder, "birds.yaml", ".vscode/settings.json")
    associated = json.loads((folder / ".vscode" / "settings.json").read_text())["yaml.schemas"]
    settings: dict[str, Any] = {"yaml": {"schemas": associated, "validate": True, "schemaStore": {"enable": False}}}
    with LanguageClient([str(node()), str(YAML_SERVER), "--stdio"], folder=folder, settings=settings) as client:
        for number, (name, faulty, text) in enumerate(cases(".yaml")):
            inside = folder / str(number)  # each is a file of its own: the server looks some time after it was opened
            inside.mkdir()
            (inside / name).write_text(text)
            assert bool(client.diagnostics(client.open(inside / name))) == faulty, name


def test_the_texts_are_what_their_formats_say() -> None:
    found = editor_files("birds.toml", "specc.schema.json")
    assert list(found) == [".vscode/extensions.json", ".vscode/settings.json", ".taplo.toml", "tombi.toml"]
    for name, text in found.items():
        assert text.endswith("\n")
        assert (json.loads(text) if name.endswith(".json") else tomllib.loads(text)) != {}
    assert found == editor_files("./birds.toml", "./specc.schema.json")


@pytest.mark.parametrize(
    ("spec", "yaml", "plain", "toml"),
    [
        ("birds.toml", [], [], ["birds.toml"]),
        ("specs/birds.yaml", ["specs/birds.yaml"], [], []),
        ("birds.json", [], ["/birds.json"], []),
    ],
)
def test_the_spec_is_named_where_its_format_is_read(
    spec: str, yaml: list[str], plain: list[str], toml: list[str]
) -> None:
    found = editor_files(spec, "specc.schema.json")
    settings = json.loads(found[".vscode/settings.json"])
    assert settings["yaml.schemas"] == {"./specc.schema.json": [*yaml, "*.specc.yaml", "*.specc.yml"]}
    assert settings["json.schemas"] == [{"fileMatch": [*plain, "/*.specc.json"], "url": "./specc.schema.json"}]
    assert tomllib.loads(found["tombi.toml"])["schemas"][0]["include"] == [*toml, "*.specc.toml"]
    assert tomllib.loads(found[".taplo.toml"])["rule"][0]["include"] == [*toml, "*.specc.toml"]
