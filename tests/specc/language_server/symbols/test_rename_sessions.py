"""Renames by a real server: the files of `sessions/*/before` become those of `after`, and come back.

`‸` in one of the files is where the editor's cursor is; its file is open, and those that `case.toml` names. The text of an
open file is that of `*.unsaved` where there is one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from language_client import SPECC, LanguageClient
from language_connection import CAPABILITIES
from language_texts import CURSOR, Position, edited, offset_at, position_at, split_cursor

SESSIONS = Path(__file__).parent / "sessions"
CASES = sorted(path.name for path in SESSIONS.iterdir())


class Folder:
    """The files of a case in a folder of their own, and in an editor."""

    def __init__(self, case: Path, folder: Path, client: LanguageClient) -> None:
        self.settings: dict[str, Any] = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
        self.client = client
        self.texts: dict[str, str] = {}
        self.cursor: tuple[str, Position] | None = None
        end = "\r\n" if self.settings.get("carriage_returns") else "\n"
        unsaved: dict[str, str] = {}
        for path in sorted((case / "before").rglob("*.*")):
            if not path.is_file():
                continue
            name = path.relative_to(case / "before").as_posix()
            text = path.read_text(encoding="utf-8").replace("\n", end)
            if CURSOR in text:
                text, position = split_cursor(text)
                self.cursor = (name, position)
            if name.endswith(".unsaved"):
                unsaved[name.removesuffix(".unsaved")] = text
            else:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(text.encode())
                self.texts[name] = text
        assert self.cursor is not None
        self.uris = {name: (folder / name).as_uri() for name in self.texts}
        self.texts |= unsaved
        for name in {self.cursor[0], *self.settings.get("open", ())}:
            client.open(folder / name, self.texts[name])
        self.folder = folder

    def rename(self, name: str, file: str, position: Position) -> None:
        """Rename and take the edits, on the disk for what is not open."""
        names = {uri: file for file, uri in self.uris.items()}
        for uri, edits in self.client.rename(self.uris[file], position, name).items():
            changed = edited(self.texts[names[uri]], edits)
            self.texts[names[uri]] = changed
            if uri in self.client.documents:
                self.client.change(uri, changed)
            else:
                (self.folder / names[uri]).write_bytes(changed.encode())
                self.client.files_changed(self.folder / names[uri])


@pytest.mark.parametrize("case", CASES)
def test_rename(
    case: str, client: LanguageClient, workspace: Path, golden: Callable[[Path, str | bytes], None]
) -> None:
    folder = Folder(SESSIONS / case, workspace, client)
    assert folder.cursor is not None
    before = dict(folder.texts)
    file, position = folder.cursor
    old = client.prepare_rename(folder.uris[file], position)
    assert old is not None
    folder.rename(folder.settings["name"], file, position)
    after = dict(folder.texts)
    assert after[file] != before[file]
    for name, text in after.items():
        if text != before[name]:
            golden(SESSIONS / case / "after" / name, text.replace("\r\n", "\n"))
            assert text.count("\r\n") == before[name].count("\r\n")
    expected = (SESSIONS / case / "after").rglob("*.*")
    assert {path.relative_to(SESSIONS / case / "after").as_posix() for path in expected} == {
        name for name, text in after.items() if text != before[name]
    }
    moved = position_at(after[file], _moved(before[file], after[file], offset_at(before[file], old["range"]["start"])))
    folder.rename(old["placeholder"], file, moved)
    quoted = folder.settings["name"] == "true"  # these quotation marks stay
    assert {name: text.replace('"get"', "get") if quoted else text for name, text in folder.texts.items()} == {
        name: text.replace('"get"', "get") if quoted else text for name, text in before.items()
    }


def test_edits_name_the_versions_that_they_are_for(client: LanguageClient, workspace: Path) -> None:
    folder = Folder(SESSIONS / "parameter-toml", workspace, client)
    assert folder.cursor is not None
    uri, position = folder.uris["pipe.toml"], folder.cursor[1]
    version = client.change(uri, folder.texts["pipe.toml"])
    client.close_document(folder.uris["base.toml"])
    answer = client.request(
        "textDocument/rename", {"textDocument": {"uri": uri}, "position": position, "newName": "count"}
    )
    versions = {item["textDocument"]["uri"]: item["textDocument"]["version"] for item in answer["documentChanges"]}
    assert versions == {uri: version, folder.uris["base.toml"]: None}


def test_an_editor_that_knows_no_versions_gets_plain_edits(tmp_path: Path) -> None:
    plain = {**CAPABILITIES, "workspace": {**CAPABILITIES["workspace"], "workspaceEdit": {}}}
    with LanguageClient(SPECC, folder=tmp_path, capabilities=plain) as client:
        folder = Folder(SESSIONS / "output", tmp_path, client)
        assert folder.cursor is not None
        uri, position = folder.uris["pipe.toml"], folder.cursor[1]
        answer = client.request(
            "textDocument/rename", {"textDocument": {"uri": uri}, "position": position, "newName": "tune"}
        )
    assert list(answer) == ["changes"]
    assert len(answer["changes"][uri]) == 2


def _moved(before: str, after: str, offset: int) -> int:
    """Where the name is after the rename: as many lines and names before it as before."""
    line = before.count("\n", 0, offset)
    lines = after.splitlines(keepends=True)
    start = before.rfind("\n", 0, offset) + 1
    same = 0
    text = lines[line]
    while same < len(text) and before[start + same] == text[same]:
        same += 1
    return sum(map(len, lines[:line])) + same
