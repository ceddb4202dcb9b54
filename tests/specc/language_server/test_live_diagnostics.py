"""What an editor is told while somebody types: a real server over its standard input and output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tomli_w
import yaml

from language_client import SPECC, LanguageClient
from language_texts import text_in

WAIT = {
    "specc": 1,
    "kind": "pipeline",
    "name": "x",
    "steps": {"a": {"wait": "1s"}, "b": {"wait": "${steps.nobody}"}},
}
WRITERS = {
    "toml": tomli_w.dumps,
    "yaml": lambda value: yaml.safe_dump(value, sort_keys=False),
    "json": lambda value: json.dumps(value, indent=2),
}


def settled(client: LanguageClient, uri: str, wanted: list[object], after: float) -> list[dict[str, Any]]:
    """What is published for a file that others concern, once its codes are `wanted`."""
    while True:
        found = client.publication(uri, after=after)
        if codes(found.diagnostics) == wanted:
            return found.diagnostics
        after = found.time


def codes(diagnostics: list[dict[str, Any]]) -> list[object]:
    return [one["code"] for one in diagnostics]


def test_a_sound_spec_is_quiet_and_a_mistake_is_marked_where_it_stands(client: LanguageClient, birds: Path) -> None:
    uri = client.open(birds)
    assert client.diagnostics(uri) == []
    text = birds.read_text().replace("${steps.flap}", "${steps.flop}")
    client.change(uri, text)
    (found,) = client.diagnostics(uri)
    assert (found["code"], found["severity"], found["source"]) == ("SPC201", 1, "specc")
    assert text_in(text, found["range"]) == "steps.flop"
    assert "did you mean `flap`?" in found["message"]
    assert found["codeDescription"]["href"].endswith("#spc201")
    client.change(uri, birds.read_text())
    assert client.diagnostics(uri) == []


@pytest.mark.parametrize(
    ("typed", "code", "at", "hides"),
    [
        ('\n[steps.new]\ncall = "bir', "SPC010", '"', False),
        ("\n[steps.new]\ncal", "SPC010", "cal", False),
        ("\n[steps.ne", "SPC010", "[steps.ne", True),
        ("\n[steps.new]\nwait = \n", "SPC010", "=", False),
        ('\n[steps.new]\nwait = "1s"\nwith = { x = \n', "SPC010", "{", True),
        ("\n[steps.new]\nafter = [\n", "SPC010", "[", False),
        ('\n[steps.new]\nwait = "1s"\nwait = "2s"\n', "SPC013", "wait", False),
        ("\n[steps.flap]\n", "SPC013", "steps.flap", True),
    ],
)
def test_what_is_being_typed_does_not_hide_other_mistakes(
    client: LanguageClient, birds: Path, typed: str, code: str, at: str, hides: bool
) -> None:
    """`hides` says that what cannot be read may be what gives a missing name."""
    wrong = birds.read_text().replace("${steps.flap}", "${steps.flop}").replace("expect.skipped", "expect.skiped")
    text = wrong + typed
    uri = client.open(birds, text)
    found = {one["code"]: text_in(text, one["range"]) for one in client.diagnostics(uri)}
    assert found.pop(code).startswith(at)
    assert found.pop("SPC201", None) == (None if hides else "steps.flop")
    assert found == {"SPC101": "skiped"}


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
def test_every_format_is_read_as_far_as_it_goes(client: LanguageClient, tmp_path: Path, format: str) -> None:
    text = WRITERS[format](WAIT)
    broken = {
        "toml": text + "\n[steps.c]\nwai",
        "yaml": text + "  c:\n    wait: '1s\n",
        "json": text.replace('"1s"', '"1s'),
    }[format]
    uri = client.open(tmp_path / f"spec.{format}", text)
    assert codes(client.diagnostics(uri)) == ["SPC201"]
    client.change(uri, broken)
    found = codes(client.diagnostics(uri))
    assert len(found) == 2
    assert "SPC201" in found


@pytest.mark.parametrize(
    ("name", "argument", "broken", "code"),
    [
        ("spec.yaml", "    with: {text: now}\n", "    with: {text: ${params.text}}\n", "SPC011"),
        ("spec.toml", 'with.text = "now"\n', "with.text = \n", "SPC010"),
    ],
)
def test_an_argument_that_is_being_typed_is_not_missing(
    client: LanguageClient, tmp_path: Path, name: str, argument: str, broken: str, code: str
) -> None:
    (tmp_path / "work.py").write_text("def say(text: str) -> str:\n    return text\n")
    steps = {"a": {"call": "work:say"}}
    text = WRITERS[name.removeprefix("spec.")]({**WAIT, "steps": steps})
    uri = client.open(tmp_path / name, text + argument)
    assert codes(client.diagnostics(uri)) == []
    client.change(uri, text + broken)
    assert codes(client.diagnostics(uri)) == [code]
    client.change(uri, text)
    assert codes(client.diagnostics(uri)) == ["SPC339"]


def test_positions_are_counted_as_the_editor_counts(client: LanguageClient, tmp_path: Path) -> None:
    text = '# \u2028 a line separator ends no line\r\nspecc = 1\r\nkind = "pipeline"\r\nname = "x"\r\n'
    text += '[steps.a]\r\nwait = "1s"\r\n[outputs]\r\nsong = "😋🎵 ${steps.b}"\r\n'
    uri = client.open(tmp_path / "spec.toml", text)
    (found,) = client.diagnostics(uri)
    assert text_in(text, found["range"]) == "steps.b"


def test_unsaved_changes_of_other_files_count(client: LanguageClient, birds: Path) -> None:
    uri = client.open(birds)
    assert client.diagnostics(uri) == []
    module = birds.parent / "birds.py"
    before = client.publication(uri).time
    code = client.open(module)
    client.change(code, module.read_text().replace("def flap_bird(bird", "def flap_bird(goose"))
    required, unknown = settled(client, uri, ["SPC339", "SPC338"], before)
    for one, marked in ((required, "goose"), (unknown, "flap_bird")):
        (related,) = one["relatedInformation"]
        assert related["location"]["uri"] == code
        assert text_in(client.documents[code].text, related["location"]["range"]) == marked
    client.close_document(code)
    assert settled(client, uri, [], before) == []


def test_a_file_that_changes_on_disk_is_read_again(client: LanguageClient, birds: Path) -> None:
    uri = client.open(birds)
    assert client.diagnostics(uri) == []
    before = client.publication(uri).time
    module = birds.parent / "birds.py"
    module.write_text(module.read_text().replace("def flap_bird(", "def flap_a_bird("))
    client.files_changed(module)
    (found,) = client.diagnostics(uri, after=before)
    assert "flap_bird" in found["message"]
    assert [one["method"] for one in client.registrations] == ["workspace/didChangeWatchedFiles"]


def test_what_a_spec_extends_may_be_open_and_unsaved(client: LanguageClient, tmp_path: Path) -> None:
    base = tmp_path / "base.toml"
    base.write_text('[steps.a]\nwait = "1s"\n')
    text = 'specc = 1\nkind = "pipeline"\nname = "x"\nextends = ["base.toml"]\n[outputs]\na = "${steps.a}"\n'
    uri = client.open(tmp_path / "spec.toml", text)
    assert client.diagnostics(uri) == []
    before = client.publication(uri).time
    other = client.open(base, '[steps.b]\nwait = "1s"\n')
    assert codes(client.diagnostics(uri, after=before)) == ["SPC201"]
    before = client.publication(uri, after=before).time
    client.close_document(other)
    assert client.diagnostics(uri, after=before) == []


PROGRAM = """\
specc = 1
kind = "pipeline"
name = "x"
[steps.train]
script = "train.py"
globals = { from = "settings.yaml", lr = "${matrix.lr}" }
outputs = ["accuracy"]
matrix = { from = "cells.csv" }
[steps.entry]
module = "train"
entry = "main"
with = { from = "arguments.json" }
"""
PROGRAM_FILES = {
    "train.py": "lr: float = 0.1\nepochs = 3\naccuracy = lr\ndef main(seed: int) -> int: ...\n",
    "settings.yaml": "epochs: 5\n",
    "cells.csv": "lr\n0.1\n0.2\n",
    "arguments.json": '{"seed": 1}',
}


@pytest.mark.parametrize("saved", [True, False], ids=["on disk", "in the editor"])
@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        ("train.py", "accuracy =", "score =", ["SPC388"]),
        ("train.py", "lr: float", "lr: str", ["SPC384"]),
        ("train.py", "main(seed", "main(number", ["SPC339", "SPC338"]),
        ("settings.yaml", "epochs", "epoch", ["SPC382"]),
        ("cells.csv", "0.1\n0.2", "much", ["SPC384"]),
        ("arguments.json", "1", '"one"', ["SPC341"]),
    ],
)
def test_what_a_script_rests_on_counts_as_it_is_now(
    client: LanguageClient, tmp_path: Path, file: str, old: str, new: str, wanted: list[object], saved: bool
) -> None:
    for name, content in PROGRAM_FILES.items():
        (tmp_path / name).write_text(content)
    uri = client.open(tmp_path / "spec.toml", PROGRAM)
    assert client.diagnostics(uri) == []
    before = client.publication(uri).time
    changed = PROGRAM_FILES[file].replace(old, new)
    if saved:
        (tmp_path / file).write_text(changed)
        client.files_changed(tmp_path / file)
    else:
        other = client.open(tmp_path / file, changed)
    assert settled(client, uri, wanted, before)
    if saved:
        (tmp_path / file).write_text(PROGRAM_FILES[file])
        client.files_changed(tmp_path / file)
    else:
        client.close_document(other)
    assert settled(client, uri, [], before) == []


def test_all_files_that_specs_name_are_watched(client: LanguageClient, birds: Path) -> None:
    client.diagnostics(client.open(birds))
    (one,) = client.registrations
    watched = " ".join(item["globPattern"] for item in one["registerOptions"]["watchers"])
    assert all(suffix in watched for suffix in ("py", "toml", "yaml", "yml", "json", "csv"))


def test_only_specs_are_looked_at(client: LanguageClient, tmp_path: Path) -> None:
    uri = client.open(tmp_path / "pyproject.toml", '[project]\nname = "x"\nunknown = 1\n')
    spec = client.open(tmp_path / "other.toml", "specc = 1\n")
    assert set(codes(client.diagnostics(spec))) == {"SPC102", "SPC112"}
    assert client.code_lenses(uri) == []
    client.change(uri, 'specc = 1\nkind = "pipeline"\nname = "x"\nunknown = 1\n')
    assert "SPC101" in codes(client.diagnostics(uri))
    client.change(uri, '[project]\nname = "x"\n')
    assert client.diagnostics(uri) == []


def test_settings_of_a_project_are_checked_too(client: LanguageClient, tmp_path: Path) -> None:
    text = '[log]\nlevl = "info"\n'
    uri = client.open(tmp_path / "specc.config.toml", text)
    (found,) = client.diagnostics(uri)
    assert (found["code"], text_in(text, found["range"])) == ("SPC101", "levl")
    client.change(uri, '[log]\nlevel = "info"\n')
    assert client.diagnostics(uri) == []
    client.change(uri, '[log]\nlevel = "info\n')
    assert codes(client.diagnostics(uri)) == ["SPC010"]
    assert client.code_lenses(uri) == []


def test_a_server_ends_as_the_protocol_says(tmp_path: Path) -> None:
    client = LanguageClient(SPECC, folder=tmp_path)
    assert client.close() == 0
    client = LanguageClient(SPECC, folder=tmp_path)
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(10) == 1
    assert client.errors() == ""
    client.close()


def test_a_file_that_a_spec_names_may_come_later(client: LanguageClient, tmp_path: Path) -> None:
    text = 'specc = 1\nkind = "pipeline"\nname = "x"\nextends = ["base.toml"]\n'
    uri = client.open(tmp_path / "spec.toml", text)
    assert codes(client.diagnostics(uri)) == ["SPC001"]
    before = client.publication(uri).time
    client.open(tmp_path / "base.toml", '[steps.a]\nwait = "1s"\n')
    assert settled(client, uri, [], before) == []


def test_a_spec_that_others_extend_may_leave_to_them_what_it_lacks(client: LanguageClient, tmp_path: Path) -> None:
    base = 'specc = 1\nkind = "pipeline"\n[steps.a]\nwait = "1s"\n'
    uri = client.open(tmp_path / "base.toml", base)
    assert codes(client.diagnostics(uri)) == ["SPC102"]
    client.close_document(uri)
    (tmp_path / "child.toml").write_text('specc = 1\nextends = ["base.toml"]\nname = "x"\n')
    uri = client.open(tmp_path / "base.toml", base)
    assert client.diagnostics(uri) == []
    client.change(uri, base + "waiit = 1\n")
    assert codes(client.diagnostics(uri)) == ["SPC101"]
