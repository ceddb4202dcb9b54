"""What a client answers to the cases: one server, or one run of a program, for all of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from editors.clients import Client
from editors.corpus import Case, plain
from language_client import LanguageClient
from language_connection import Message, SilenceError
from language_texts import CURSOR, edited, position_at, split_cursor
from specc_schemas import json_schema

CAPABILITIES: Message = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "publishDiagnostics": {},
        "completion": {
            "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]},
            "contextSupport": True,
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    },
}


class Answers(Protocol):
    """What a client says about one document."""

    def labels(self) -> list[str]:
        """What is offered at the cursor."""

    def hover(self) -> str:
        """What is said about what is under the cursor."""

    def accepted(self, label: str) -> str:
        """The document after an item was taken."""

    def is_quiet(self, text: str) -> bool:
        """Whether nothing is wrong with another document."""

    def faults(self) -> list[Any]:
        """What is wrong: numbers of lines, or places."""

    def expected_faults(self, places: Sequence[str]) -> list[Any]:
        """The same of a case."""

    def messages(self) -> list[str]:
        """What is said to be wrong."""

    def ends(self) -> bool:
        """Whether the server ends when it is asked what to offer."""


def write_schemas(folder: Path) -> None:
    """The schemas as a repository has them."""
    for name, text in json_schema.files().items():
        (folder / name).write_text(text, encoding="utf-8")


class Server:
    """A language server and the documents of its cases."""

    def __init__(self, client: Client, folder: Path, cases: Iterable[tuple[Case, str]]) -> None:
        self.client = client
        self.folder = folder
        write_schemas(folder)
        self.uris: dict[tuple[str, str], str] = {}
        self.connection = self._start()
        for case, format in cases if client.at_once else ():
            self.uri(case, format)

    def _start(self) -> LanguageClient:
        assert self.client.command is not None
        return LanguageClient(
            self.client.command(),
            folder=self.folder,
            capabilities=CAPABILITIES,
            settings=self.client.settings,
            options=self.client.options,
        )

    def uri(self, case: Case, format: str) -> str:
        """The document of a case, which is open."""
        if (case.id, format) not in self.uris:
            self.uris[case.id, format] = self.open(f"{case.id}.{format}", plain(case.texts[format]))
        return self.uris[case.id, format]

    def open(self, name: str, text: str) -> str:
        """Opens a further document, in a new server if the last one ended."""
        if self.connection.process.poll() is not None:
            self.connection.close()
            self.connection = self._start()
        return self.connection.open(self.folder / name, text)

    def diagnostics(self, uri: str) -> list[Message]:
        """What is wrong with a document, once that is known."""
        return self.connection.diagnostics(uri, words=self.client.words)

    def answers(self, case: Case, format: str) -> ServerAnswers:
        """What it says about a case."""
        return ServerAnswers(self, self.uri(case, format), case.texts[format])

    def close(self) -> None:
        """Ends it."""
        self.connection.close()


class ServerAnswers:
    """What a language server says about one document."""

    def __init__(self, server: Server, uri: str, text: str) -> None:
        self.server = server
        self.uri = uri
        self.marked = text

    def items(self) -> list[Message]:
        """The items offered at the cursor."""
        self.server.diagnostics(self.uri)  # before it has read the schema, a server offers nothing
        return self.server.connection.completion(self.uri, split_cursor(self.marked)[1])

    def labels(self) -> list[str]:
        return [_bare(item["label"]) for item in self.items()]

    def hover(self) -> str:
        self.server.diagnostics(self.uri)
        return self.server.connection.hover(self.uri, split_cursor(self.marked)[1])

    def accepted(self, label: str) -> str:
        found = [item for item in self.items() if item["label"] == label]
        assert found, f"`{label}` is not offered"
        return accepted(self.marked, found[0])

    def is_quiet(self, text: str) -> bool:
        path = Path(self.uri)
        uri = self.server.open(f"{path.stem}-accepted{path.suffix}", text)
        return not self.server.diagnostics(uri)

    def faults(self) -> list[int]:
        found = self.server.diagnostics(self.uri)
        return sorted({one["range"]["start"]["line"] for one in found})

    def expected_faults(self, places: Sequence[str]) -> list[int]:
        return [number for number, line in enumerate(self.marked.split("\n")) if CURSOR in line]

    def ends(self) -> bool:
        try:
            self.items()
        except SilenceError:
            return self.server.connection.process.poll() is not None
        return False

    def messages(self) -> list[str]:
        return [f"{one['range']['start']['line']}: {one['message']}" for one in self.server.diagnostics(self.uri)]


def _bare(label: str) -> str:
    """A label without quotes; of a key that has one value alone, which tombi offers with it, the key."""
    return re.sub(r"^([\w$]+) = .*", r"\1", label).strip("\"'")


def accepted(marked: str, item: Message) -> str:
    """A text after an item was taken at its cursor, as VS Code does it; placeholders are what stands in them."""
    text, position = split_cursor(marked)
    line = text.split("\n")[position["line"]]
    new = item.get("textEdit", {}).get("newText") or item.get("insertText") or item["label"]
    if item.get("insertTextFormat") == 2:
        new = re.sub(r"\$\{\d+\|([^,|]*)[^|]*\|\}", r"\1", new)
        new = re.sub(r"\$\{\d+(?::((?:[^}\\]|\\.)*))?\}|\$\d+", lambda found: found[1] or "", new)
        new = re.sub(r"\\([$}\\])", r"\1", new)
    indent = line[: len(line) - len(line.lstrip())]
    new = new.replace("\n", "\n" + indent)
    offset = marked.index(CURSOR)
    word = re.findall(r"[\w$-]*\Z", text[:offset])[0]  # what an item replaces that does not say it
    replaced = {"start": position_at(text, offset - len(word)), "end": position}
    edit = {"range": item.get("textEdit", {}).get("range", replaced), "newText": new}
    return edited(text, [edit, *item.get("additionalTextEdits", [])])


class Checker:
    """check-jsonschema, run once for the documents of each schema."""

    def __init__(self, client: Client, folder: Path, cases: Iterable[tuple[Case, str]]) -> None:
        self.client = client
        self.folder = folder
        write_schemas(folder)
        by_schema: dict[str, list[Path]] = {}
        for case, format in cases:
            path = folder / f"{case.id}.{format}"
            path.write_text(plain(case.texts[format]), encoding="utf-8")
            by_schema.setdefault(case.schema, []).append(path)
        self.errors: dict[str, list[Message]] = {}
        for schema, paths in by_schema.items():
            self.errors |= check(folder / f"{schema}.schema.json", paths)

    def answers(self, case: Case, format: str) -> CheckerAnswers:
        """What it says about a case."""
        return CheckerAnswers(self.errors[str(self.folder / f"{case.id}.{format}")])

    def close(self) -> None:
        """There is nothing to end."""


def check(schema: Path, paths: Sequence[Path]) -> dict[str, list[Message]]:
    """What check-jsonschema says against each file."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), "-o", "json", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode in (0, 1), done.stderr.decode()
    report = json.loads(done.stdout)
    found: dict[str, list[Message]] = {str(path): [] for path in paths}
    for error in [*report.get("errors", []), *report.get("parse_errors", [])]:
        found[error["filename"]].append(error)
    return found


class CheckerAnswers:
    """What check-jsonschema says about one document."""

    def __init__(self, errors: list[Message]) -> None:
        self.errors = errors

    def labels(self) -> list[str]:
        raise NotImplementedError("it offers nothing")

    def hover(self) -> str:
        raise NotImplementedError("it has no hovers")

    def accepted(self, label: str) -> str:
        raise NotImplementedError("it offers nothing")

    def is_quiet(self, text: str) -> bool:
        raise NotImplementedError("it is run once")

    def faults(self) -> list[str]:
        return sorted({(error.get("best_deep_match") or error).get("path", "") for error in self.errors})

    def expected_faults(self, places: Sequence[str]) -> list[str]:
        return sorted(places)

    def messages(self) -> list[str]:
        return [json.dumps(error) for error in self.errors]

    def ends(self) -> bool:
        raise NotImplementedError("it is no server")
