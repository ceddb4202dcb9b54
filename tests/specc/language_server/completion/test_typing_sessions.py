"""Specs that are typed with the help of completion, over standard input and output: what is inserted is a spec that checks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from completion.project import JSON, TOML, YAML, make_project
from completion.typist import Typist, expanded
from language_client import SPECC, LanguageClient
from language_connection import CAPABILITIES
from language_texts import position_at

Session = Callable[[Typist], None]
TOML_STEP = TOML + "\n[steps.n]\n‸"
YAML_STEP = YAML + "  n:\n    ‸"
JSON_STEP = JSON + '    "n": {‸}\n  }\n}\n'


def call_with_arguments(typist: Typist) -> None:
    typist.type("cal")
    typist.take("call")
    typist.take("birds:")
    typist.take("get_birds")
    typist.end_of_line()
    typist.type("\nwi")
    typist.take("with")
    typist.take("limit")
    typist.take("${params.limit}")
    typist.end_of_line()
    typist.type("\nwith.")
    typist.take("mode")


def call_in_quotes_that_never_end(typist: Typist) -> None:
    typist.type('call = "birds:get')
    typist.take("get_birds")
    typist.end_of_line()
    typist.type("\nwith = { limit = 2, m")
    typist.take("mode")
    typist.end_of_line()
    typist.type(" }")


def map_over_a_result(typist: Typist) -> None:
    typist.type('call = "birds:flap"\neach.')
    typist.take("bird")
    typist.take("steps")
    typist.type(".")
    typist.take("get")
    typist.end_of_line()
    typist.type("\nma")
    typist.take("max_parallel")


def a_field_of_a_result(typist: Typist) -> None:
    typist.type('call = "birds:get_birds"\nwith.limit = "${steps.paint.}"')
    typist.offset -= 2
    typist.take("size")


def retries_and_a_way_out(typist: Typist) -> None:
    typist.type('call = "birds:get_birds"\nwith.limit = 1\nret')
    typist.take("retry")
    typist.take("on")
    typist.take("TooManyBirds")
    typist.end_of_line()
    typist.type("\non_error.")
    typist.take("ValueError")
    typist.type("[]")


def a_condition(typist: Typist) -> None:
    typist.type('wait = "1s"\nwhe')
    typist.take("when")
    typist.take("params.loud")


def order_and_place(typist: Typist) -> None:
    typist.type('call = "birds:get_birds"\nwith.limit = 1\naft')
    typist.take("after")
    typist.take("paint")
    typist.end_of_line()
    typist.type("\ncomp")
    typist.take("compute")
    typist.take("small")


def another_spec(typist: Typist) -> None:
    typist.take("pipeline")
    typist.take("other.toml")
    typist.end_of_line()
    typist.type("\nwith.")
    typist.take("depth")
    typist.type("3")


def a_call_of_aws(typist: Typist) -> None:
    typist.type("aw")
    typist.take("aws")
    typist.take("sqs:")
    typist.take("sendMessage")
    typist.end_of_line()
    for name in ("QueueUrl", "MessageBody"):
        typist.type("\nwith.")
        typist.take(name)
        typist.type("x")
        typist.end_of_line()


def headers_and_tests(typist: Typist) -> None:
    typist.type("wait = '1s'\n[out")
    typist.take("outputs")
    typist.type('\nsong = "')
    typist.take("${steps.paint}")
    typist.type("\n[[te")
    typist.take("tests")
    typist.type("\n")
    typist.take("name")
    typist.end_of_line()
    typist.type("\nparams.")
    typist.take("who")
    typist.type("me")
    typist.end_of_line()
    typist.type("\nmock.get = []\nexpect.skipped = []")


def a_secret(typist: Typist) -> None:
    typist.type('wait = "1s"\n[secrets]\nKEY = ')
    typist.take("env:KEY")


def yaml_call(typist: Typist) -> None:
    typist.type("ca")
    typist.take("call")
    typist.take("birds:")
    typist.take("get_birds")
    typist.end_of_line()
    typist.type("\n    wi")
    typist.take("with")
    typist.take("limit")
    typist.take("${params.limit}")
    typist.end_of_line()
    typist.type("\n      ")
    typist.take("mode")


def yaml_without_quotes(typist: Typist) -> None:
    typist.type("call: ")
    typist.take("birds:")
    typist.take("get_birds")
    typist.type("\n    with: { ")
    typist.take("limit")
    typist.type("1 }\n    compute:")
    typist.take("small")
    typist.type("\n    after:\n      - ")
    typist.take("flap")
    typist.type("\ntests:\n  - na")
    typist.take("name")
    typist.end_of_line()
    typist.type("\n    ")
    typist.take("expect")
    typist.take("skipped")
    typist.take("get")
    typist.end_of_line()
    typist.type("\n    ")
    typist.take("params")
    typist.take("who")


def json_call(typist: Typist) -> None:
    typist.type('"ca"')
    typist.offset -= 1
    typist.take("call")
    typist.take("birds:")
    typist.take("get_birds")
    typist.next_place('"')
    typist.type(', "with": {}')
    typist.offset -= 1
    typist.take("limit")
    typist.take("${params.limit}")
    typist.next_place("}")
    typist.type(', "af"')
    typist.offset -= 1
    typist.take("after")
    typist.take("flap")


SESSIONS: list[tuple[str, str, Session, tuple[str, ...]]] = [
    (".toml", TOML_STEP, call_with_arguments,
     ('call = "birds:get_birds"', 'with.limit = "${params.limit}"', 'with.mode = "fast"')),
    (".toml", TOML_STEP, call_in_quotes_that_never_end, ('call = "birds:get_birds"\n', 'mode = "fast" }')),
    (".toml", TOML_STEP, map_over_a_result, ('each.bird = "${steps.get}"', "max_parallel = 20")),
    (".toml", TOML_STEP, a_field_of_a_result, ('"${steps.paint.size}"',)),
    (".toml", TOML_STEP, retries_and_a_way_out, ('retry = { on = ["TooManyBirds"] }', "ValueError = { use = [] }")),
    (".toml", TOML_STEP, a_condition, ('when = "${params.loud}"',)),
    (".toml", TOML_STEP, order_and_place, ('after = ["paint"]', 'compute = "small"')),
    (".toml", TOML_STEP, another_spec, ('pipeline = "other.toml"', "with.depth = 3")),
    (".toml", TOML_STEP, a_call_of_aws, ('aws = "sqs:sendMessage"', 'with.QueueUrl = "x"', 'with.MessageBody = "x"')),
    (".toml", TOML_STEP, headers_and_tests, ("\n[outputs]\n", '"${steps.paint}"', "[[tests]]\nname", 'params.who = "me"')),
    (".toml", TOML_STEP, a_secret, ('KEY = "env:KEY"',)),
    (".yaml", YAML_STEP, yaml_call, ('call: "birds:get_birds"', 'limit: "${params.limit}"', '      mode: "fast"')),
    (".yaml", YAML_STEP, yaml_without_quotes,
     ("call: birds:get_birds", "with: { limit: 1 }", "compute: small", "- flap", "    expect:\n      skipped: [\"get\"]")),
    (".json", JSON_STEP, json_call, ('"call": "birds:get_birds"', '"with": {"limit": "${params.limit}"}', '"after": ["flap"]')),
]  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "marked", "session", "written"), SESSIONS, ids=[session.__name__ for _, _, session, _ in SESSIONS]
)
def test_what_is_typed_with_completion_is_a_spec_that_checks(
    client: LanguageClient, tmp_path: Path, suffix: str, marked: str, session: Session, written: tuple[str, ...]
) -> None:
    make_project(tmp_path)
    uri = client.open(tmp_path / f"spec{suffix}", marked.replace("‸", ""))
    typist = Typist(client, uri, marked)
    session(typist)
    for part in written:
        assert part in typist.text
    found = client.diagnostics(uri)
    assert [one["message"] for one in found if one["severity"] <= 2] == []


@pytest.mark.parametrize("suffix", [".specc.toml", ".specc.yaml", ".specc.json"])
def test_an_empty_file_becomes_a_spec(client: LanguageClient, tmp_path: Path, suffix: str) -> None:
    make_project(tmp_path)
    uri = client.open(tmp_path / f"new{suffix}", "")
    typist = Typist(client, uri, "‸")
    typist.take("specc pipeline")
    filled = typist.text.replace("module:function", "birds:_hidden").replace("limit", "x")
    client.change(uri, filled)
    assert client.diagnostics(uri) == []
    assert '${steps.first}"' in filled


def test_the_base_of_a_spec_is_found_above_it(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "sub").mkdir()
    with LanguageClient(SPECC, folder=tmp_path) as client:
        uri = client.open(tmp_path / "sub" / "x.specc.toml", "")
        typist = Typist(client, uri, 'extends = ["../‸"]\nname = "x"\n')
        typist.take("../base.yaml")
        assert typist.text.startswith('extends = ["../base.yaml"]\n')
        assert client.diagnostics(uri) == []


def test_signatures_are_shown_while_arguments_are_typed(client: LanguageClient, tmp_path: Path) -> None:
    make_project(tmp_path)
    uri = client.open(tmp_path / "spec.toml", TOML)
    typist = Typist(client, uri, TOML + '\n[outputs]\na = "${round(len(steps.get), ‸"')
    help = client.signature_help(uri, position_at(typist.text, typist.offset))
    assert help is not None
    (signature,) = help["signatures"]
    assert signature["label"] == "round(value: number, digits?: integer) -> number"
    assert (help["activeParameter"], signature["parameters"][1]["label"]) == (1, "digits?: integer")
    assert "digits" in signature["documentation"]["value"]
    assert client.signature_help(uri, {"line": 0, "character": 3}) is None


def test_snippets_are_read_as_an_editor_reads_them() -> None:
    assert expanded('a = "${1|x,y|}"') == ('a = "x"', 5)
    assert expanded("b.$0") == ("b.", 2)
    assert expanded('${2:n}: "\\${p.$1\\}"') == ('n: "${p.}"', 8)


def test_a_client_that_counts_in_utf_16_replaces_the_right_letters(client: LanguageClient, tmp_path: Path) -> None:
    make_project(tmp_path)
    uri = client.open(tmp_path / "spec.toml", TOML)
    typist = Typist(
        client, uri, TOML + '\n[steps]\nn = { description = "🦆🦆", call = "birds:get‸", with.limit = 1 }\n'
    )
    typist.take("get_birds")
    assert 'description = "🦆🦆", call = "birds:get_birds", with.limit = 1 }' in typist.text


def test_what_an_editor_says_of_itself_is_heeded(tmp_path: Path) -> None:
    make_project(tmp_path)
    capabilities = copy.deepcopy(CAPABILITIES)
    capabilities["textDocument"]["completion"]["completionItem"] = {"documentationFormat": ["plaintext"]}
    options = {"schemaCompletion": False}
    with LanguageClient(SPECC, folder=tmp_path, capabilities=capabilities, options=options) as plain:
        uri = plain.open(tmp_path / "spec.toml", TOML)
        typist = Typist(plain, uri, TOML + '\n[steps.n]\ncall = "birds:get_birds"\n‸')
        assert typist.items() == {}
        typist.type("with.")
        found = typist.items()
        assert list(found) == ["limit", "mode", "loud"]
        assert {one["insertTextFormat"] for one in found.values()} == {1}
        assert found["limit"]["textEdit"]["newText"] == "limit = "
        assert found["limit"]["documentation"]["kind"] == "plaintext"
