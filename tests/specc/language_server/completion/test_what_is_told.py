"""What is told of a suggestion, and to which client."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lsprotocol import types

from completion.project import JSON, TOML, YAML, analysed, completed, make_project
from specc.language_server.completion.complete import complete
from specc.language_server.completion.suggestion import Client

STEP = TOML + "\n[steps.n]\n"
ROUNDS = int(os.environ.get("SPECC_FUZZ", "1000"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Python and specs."""
    folder = tmp_path_factory.mktemp("project")
    make_project(folder)
    return folder


def item(project: Path, text: str, label: str, client: Client | None = None) -> types.CompletionItem:
    """The one item of a label."""
    (found,) = [one for one in completed(project, "toml", text, client) if one.label == label]
    return found


def told(found: types.CompletionItem) -> str:
    """The text of an item's documentation."""
    assert isinstance(found.documentation, types.MarkupContent)
    return found.documentation.value


@pytest.mark.parametrize(
    ("text", "label", "detail", "about"),
    [
        ('call = "birds:‸"', "get_birds", "(limit: int, mode: Literal['fast', 'slow']='fast'", "Never more than there are."),
        ('call = "birds:get_birds"\nwith.‸', "limit", "integer, required", "Get some birds."),
        ('call = "birds:get_birds"\nwith.‸', "mode", "'fast' | 'slow' = 'fast'", "Get some birds."),
        ('call = "birds:get_birds"\nwith.limit = "${‸"', "params.who", "string", "who it is for"),
        ('call = "birds:get_birds"\nwith.limit = "${steps.‸"', "paint", "{name: string", "makes them colourful"),
        ('call = "birds:get_birds"\nwith.limit = "${‸"', "split", "-> list of string", "The parts between separators."),
        ('aws = "dynamodb:‸"', "putItem", "DynamoDB", "Creates a new item"),
        ('aws = "dynamodb:putItem"\nwith.‸', "TableName", "string, required", "The name of the table"),
        ('pipeline = "other.toml"\nwith.‸', "depth", "integer, required", "how deep"),
        ('pipeline = "other.toml"\nwith.‸', "tone", "default 'low'", ""),
        ('compute = "‸"', "big", "engine batch", ""),
        ("‸", "script", "", "as `python script.py` would"),
        ("‸", "agent", "no target runs this yet", ""),
        ('script = "scripts/train.py"\nglobals = { ‸', "epochs", "integer = 3", ""),
        ('script = "scripts/train.py"\nentry = "evaluate"\nwith.‸', "seed", "integer = 0", "How good it is."),
        ("ret‸", "retry", "", "How a failure is retried."),
        ("http = { ‸", "url", "required", "Where to."),
    ],
)  # fmt: skip
def test_types_defaults_and_texts(project: Path, text: str, label: str, detail: str, about: str) -> None:
    found = item(project, STEP + text, label)
    assert detail in (found.detail or "")
    assert not about or about in told(found)


TWO = TOML.replace("[params.limit]", "[params.p]\ntype = 'KIND'\n‸\n[params.limit]", 1)
EXPECTED = TOML + "\n[outputs]\na = '${steps.get}'\nb = '${steps.paint.size}'\n[[tests]]\nexpect.outputs.‸"


@pytest.mark.parametrize(
    ("text", "label", "written"),
    [
        (TWO.replace("KIND", "integer"), "default", "default = $1"),
        (TWO.replace("KIND", "string"), "default", 'default = "$1"'),
        (TWO.replace("KIND", "array"), "default", "default = [$1]"),
        (TWO.replace("KIND", "boolean"), "default", "default = ${1|true,false|}"),
        (TWO.replace("KIND", "object"), "const", "const = { $1 }"),
        (TWO.replace("KIND", "array"), "items", "items = { $1 }"),
        (TWO.replace("KIND", "object"), "additionalProperties", "additionalProperties = ${1|false,true|}"),
        (TOML + "\n[[tests]]\nmock.‸", "get", "get = [$1]"),
        (TOML + "\n[[tests]]\nmock.‸", "paint", "paint = { $1 }"),
        (EXPECTED, "a", "a = [$1]"),
        (EXPECTED, "b", "b = $1"),
        (STEP + "whe‸", "when", 'when = "\\${$1}"'),
        (STEP + "repeat = { unt‸", "until", 'until = "\\${$1}"'),
        (STEP + 'call = "birds:get_birds"\nafter = ‸', "get", '["get"]'),
        (TOML + "\n[‸", "tests", "[tests]]"),
        (TOML + "\n[‸]", "tests", "[tests]"),
        (STEP + "wait = '1s'\n‸", "[[tests]]", "[[tests]]\n$0"),
        (STEP + 'wait = "${steps.paint[‸]}"', "size", "'size'"),
        (STEP + "wait = '${steps.paint[‸]}'", "size", '"size"'),
        (TOML + '\n[[triggers]]\nevent.source = "a"\nwith.who = "${event.‸}"', "detail-type", "['detail-type']"),
    ],
)
def test_what_is_inserted_fits_its_place(project: Path, text: str, label: str, written: str) -> None:
    edit = item(project, text, label).text_edit
    assert isinstance(edit, types.TextEdit)
    assert edit.new_text == written


def test_an_event_is_asked_for_a_field_with_a_dash_in_brackets(project: Path) -> None:
    text = TOML + '\n[[triggers]]\nevent.source = "a"\nwith.who = "${event.det‸}"'
    edit = item(project, text, "detail-type").text_edit
    assert isinstance(edit, types.TextEdit)
    line = text.replace("‸", "").split("\n")[edit.range.start.line]
    written = line[: edit.range.start.character] + edit.new_text + line[edit.range.end.character :]
    assert written == "with.who = \"${event['detail-type']}\""


def test_a_key_that_another_file_has_is_not_required_again(tmp_path: Path) -> None:
    make_project(tmp_path)
    found = {one.label: one.detail for one in completed(tmp_path, "toml", 'extends = ["base.yaml"]\n‸\n')}
    assert found["specc"] == found["kind"] == "said by what it extends"
    assert "required" not in found.values()


@pytest.mark.parametrize("typed", ["", "../", "../o"])
def test_a_file_above_is_offered_within_the_folders_that_are_open(tmp_path: Path, typed: str) -> None:
    make_project(tmp_path)
    folder = tmp_path / "sub" / "two"
    folder.mkdir(parents=True)
    (folder / "near.toml").write_bytes((tmp_path / "other.toml").read_bytes())
    text = f'extends = ["{typed}‸"]\n'
    found = [one.label for one in completed(folder, "toml", text, Client(folders=(tmp_path,)))]
    assert found == ["near.toml", "../../base.yaml", "../../other.toml"]
    assert [one.label for one in completed(folder, "toml", text, Client(folders=(folder.parent,)))] == ["near.toml"]
    assert [one.label for one in completed(folder, "toml", text)] == ["near.toml"]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("‸", ""),
        ('command = ["ls"]\n‸', ""),
        ('call = "birds:get_birds"\n‸', "a function has none of its own"),
        ("steps = { a = { wait = '1s' } }\n‸", "only commands and containers have one"),
    ],
)
def test_why_a_step_has_no_environment_is_told(project: Path, text: str, detail: str) -> None:
    assert (item(project, STEP + text, "env").detail or "") == detail


def test_a_client_without_snippets_is_sent_plain_texts(project: Path) -> None:
    for text in ("cal‸", 'call = "birds:get_birds"\nwith.‸', 'call = "birds:get_birds"\nwith.limit = "${le‸"'):
        plain = completed(project, "toml", STEP + text, Client(snippets=False))
        snippets = completed(project, "toml", STEP + text)
        assert any(one.insert_text_format == types.InsertTextFormat.Snippet for one in snippets)
        assert plain
        for one in plain:
            assert one.insert_text_format == types.InsertTextFormat.PlainText
            assert isinstance(one.text_edit, types.TextEdit)
            assert "$" not in one.text_edit.new_text


def test_a_client_without_markdown_is_sent_no_backticks(project: Path) -> None:
    text = STEP + "‸"
    assert "`" in told(item(project, text, "call"))
    found = item(project, text, "call", Client(markdown=False))
    assert isinstance(found.documentation, types.MarkupContent)
    assert found.documentation.kind == types.MarkupKind.PlainText
    assert "`" not in told(found)


@pytest.mark.parametrize(
    ("text", "without", "still"),
    [
        ("‸", {"call", "with"}, set()),
        ('call = "birds:get_birds"\nwith.‸', set(), {"limit", "mode"}),
        ('call = "birds:get_birds"\ncodec = "‸"', {"json"}, set()),
        ('call = "birds:get_birds"\nafter = ["‸"]', set(), {"get", "flap"}),
        ("[[te‸", {"tests"}, set()),
    ],
)
def test_what_the_schema_knows_can_be_left_to_another_client(
    project: Path, text: str, without: set[str], still: set[str]
) -> None:
    with_schema = {one.label for one in completed(project, "toml", STEP + text)}
    alone = {one.label for one in completed(project, "toml", STEP + text, Client(schema=False))}
    assert without <= with_schema
    assert not without & alone
    assert still <= alone


def test_what_is_open_in_an_editor_counts_not_what_is_on_disk(tmp_path: Path) -> None:
    from specc.language_server.workspace import OpenFiles

    class Opened:
        version = 1
        language_id = "python"

        def __init__(self, path: Path, source: str) -> None:
            self.uri, self.source = path.as_uri(), source

    make_project(tmp_path)
    files = OpenFiles()
    text = STEP + 'call = "birds:"'
    files.put(Opened(tmp_path / "birds.py", "def unsaved(a: int) -> int:\n    return a\n"))  # type: ignore[arg-type]  # has what is read of it
    files.put(Opened(tmp_path / "spec.toml", text))  # type: ignore[arg-type]  # as above
    analysis = files.analysis((tmp_path / "spec.toml").as_uri())
    assert analysis is not None
    assert [one.label for one in complete(analysis, len(text) - 1).items] == ["unsaved"]


def many_steps(count: int) -> str:
    """A spec with so many steps."""
    steps = (
        f'\n[steps.s{n}]\ncall = "birds:get_birds"\nwith.limit = "${{len(steps.s{n - 1})}}"' for n in range(1, count)
    )
    return STEP.replace("[steps.n]", "[steps.s0]") + 'call = "birds:get_birds"\nwith.limit = 1\n' + "\n".join(steps)


@pytest.mark.parametrize(
    ("added", "label"),
    [
        ("\nwhen = '${steps.s99‸'", "s998"),
        ("\n[steps.n]\nca‸", "call"),
        ("\n[steps.n]\ncall = 'birds:get_birds'\nwith.‸", "limit"),
        ("\n[[tests]]\nmock.s99‸", "s990"),
        ("\n[steps.n]\nwait = '1s'\nafter = ['s99‸']", "s999"),
    ],
)
def test_a_completion_among_a_thousand_steps_takes_less_than_looking_at_them_anew(
    project: Path, added: str, label: str
) -> None:
    """A ratio within one run: `bench/editor.py` has the milliseconds."""
    begun = time.process_time()
    analysis, offset = analysed(project, "toml", many_steps(1_000) + added)
    floor = time.process_time() - begun
    assert label in {one.label for one in complete(analysis, offset).items}
    spent = []
    for _ in range(5):
        begun = time.process_time()
        complete(analysis, offset)
        spent.append(time.process_time() - begun)
    assert min(spent) < floor / 2


def test_of_very_many_those_are_sent_that_go_with_what_is_typed(project: Path) -> None:
    analysis, offset = analysed(project, "toml", many_steps(500) + "\n[steps.n]\nwait = '${steps.s4‸'")
    found = complete(analysis, offset)
    assert found.is_incomplete
    assert 100 <= len(found.items) <= 200
    assert all("4" in one.label for one in found.items)


ASKED = """
import sys
from completion.project import *
folder = Path(sys.argv[1])
STEP = TOML + "\\n[steps.n]\\n"
for added in ("ca‸", 'call = "birds:‸"', 'call = "birds:get_birds"\\nwith.‸', 'wait = "${steps.paint.‸"', "on_error.‸"):
    assert completed(folder, "toml", STEP + added), added
assert completed(folder, "yaml", YAML + "  n:\\n    ‸")
heavy = {"boto3", "botocore", "pulumi", "networkx", "jsonschema", "rich", "gzip"} & set(sys.modules)
assert not heavy, heavy
assert completed(folder, "toml", STEP + 'aws = "dynamodb:‸"')
assert not {"boto3", "botocore"} & set(sys.modules)
"""


def test_nothing_heavy_is_imported_for_it(tmp_path: Path) -> None:
    make_project(tmp_path)
    repository = Path(__file__).parents[4]
    found = subprocess.run(
        [sys.executable, "-c", ASKED, str(tmp_path)],
        env={"PYTHONPATH": str(repository / "tests")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.stderr == ""
    assert found.returncode == 0


SCRAPS = [
    '"', "'", "[", "{", "}", "]", "\n", "${", "#", ":", "=", ".", "- ", "steps", "1", "true", "é", "\\", ",", " = 3\n", "[[steps]]\n",
    "[steps]\n", "with", "each = 1\n", "null",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_no_mistake_in_a_spec_makes_it_fail(project: Path, seed: int) -> None:
    chance = random.Random(seed)
    asked = 0
    for _ in range(max(6, ROUNDS // 50)):
        format, text = chance.choice([("toml", TOML), ("yaml", YAML), ("json", JSON + '"n": {"wait": "1s"}}}')])
        for _ in range(chance.randint(0, 3)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(SCRAPS) + text[at + chance.choice([0, 1, 30]) :]
        analysis, _ = analysed(project, format, text + "‸")
        for offset in chance.sample(range(len(text)), 12):
            for found in complete(analysis, offset).items:
                assert isinstance(found.text_edit, types.TextEdit)
                range_ = found.text_edit.range
                assert range_.start.line == range_.end.line
                assert analysis.positions.offset(range_.start) <= offset <= analysis.positions.offset(range_.end)
                asked += 1
    assert asked > 50


def test_no_cursor_in_a_spec_that_is_being_typed_fails(project: Path) -> None:
    """Every text of which a spec is the end of the typing, at every seventh letter."""
    asked = 0
    for format, text in (("toml", TOML), ("yaml", YAML)):
        for end in range(0, len(text), 7):
            for item in completed(project, format, text[:end] + "‸"):
                assert item.label
                asked += 1
    assert asked > 1_000
